import type { Services } from '../../../handlers/world';
import { BUCKET, FAILURES, FakeCloud, REGION, testKey } from '../../support/world';

const OBJECT = { bucket: BUCKET, key: 'a/b.json' };
const TOPIC = 'arn:aws:sns:ap-northeast-1:111122223333:dns';
const IDENTITY = `identity/example.com in ${REGION}`;
const SCHEDULE = { name: 'byodkim-x', at: 0, payload: {} };

/** Every call of every service: its fault, the code of the error, and the code where AWS itself failed. */
const CALLS: readonly (readonly [
  string,
  (services: Services) => Promise<unknown>,
  { readonly action: string; readonly resource: string },
  string,
])[] = [
  [
    'ses:GetEmailIdentity',
    ({ identities }) => identities.get('example.com'),
    { action: 'ses:GetEmailIdentity', resource: IDENTITY },
    'DEPENDENCY_FAILED',
  ],
  [
    'ses:PutEmailIdentityDkimSigningAttributes',
    ({ identities }) => identities.putExternal('example.com', 's1', testKey()),
    { action: 'ses:PutEmailIdentityDkimSigningAttributes', resource: IDENTITY },
    'SES_UPDATE_FAILED',
  ],
  [
    'ses:PutEmailIdentityDkimSigningAttributes',
    ({ identities }) => identities.putEasyDkim('example.com'),
    { action: 'ses:PutEmailIdentityDkimSigningAttributes', resource: IDENTITY },
    'SES_UPDATE_FAILED',
  ],
  [
    'ses:PutEmailIdentityDkimAttributes',
    ({ identities }) => identities.setSigningEnabled('example.com', true),
    { action: 'ses:PutEmailIdentityDkimAttributes', resource: IDENTITY },
    'SES_UPDATE_FAILED',
  ],
  [
    's3:GetObject',
    ({ store }) => store.get(OBJECT),
    { action: 's3:GetObject', resource: `s3://${BUCKET}/a/b.json` },
    'DEPENDENCY_FAILED',
  ],
  [
    's3:HeadObject',
    ({ store }) => store.head(OBJECT),
    { action: 's3:GetObject', resource: `s3://${BUCKET}/a/b.json` },
    'DEPENDENCY_FAILED',
  ],
  [
    's3:PutObject',
    ({ store }) => store.put(OBJECT, '{}'),
    { action: 's3:PutObject', resource: `s3://${BUCKET}/a/b.json` },
    'DEPENDENCY_FAILED',
  ],
  [
    's3:ListBucket',
    ({ store }) => store.list(BUCKET, 'a/'),
    { action: 's3:ListBucket', resource: `s3://${BUCKET}/a/` },
    'DEPENDENCY_FAILED',
  ],
  [
    'scheduler:CreateSchedule',
    ({ schedules }) => schedules.create(SCHEDULE),
    { action: 'scheduler:CreateSchedule', resource: 'schedule byodkim-x' },
    'DEPENDENCY_FAILED',
  ],
  [
    'scheduler:DeleteSchedule',
    ({ schedules }) => schedules.remove('byodkim-x'),
    { action: 'scheduler:DeleteSchedule', resource: 'schedule byodkim-x' },
    'DEPENDENCY_FAILED',
  ],
  [
    'sns:Publish',
    ({ topics }) => topics.publish(TOPIC, { subject: 'x', message: 'x' }),
    { action: 'sns:Publish', resource: TOPIC },
    'DEPENDENCY_FAILED',
  ],
];

const failureOf = async (
  action: string,
  call: (services: Services) => Promise<unknown>,
  error: Error,
): Promise<unknown> => {
  const cloud = new FakeCloud();
  cloud.ses.give('example.com');
  cloud.calls.addFault({ action, error });
  return cloud
    .run((world) => call(world.services('example.com', REGION, world.clock)))
    .then(
      () => 'it succeeded',
      (thrown: unknown) => thrown,
    );
};

describe.each(CALLS)('a failure of %s', (action, call, details, code) => {
  it('is ours, and names the call, what it acted on, and the error of AWS', async () => {
    const failure = await failureOf(action, call, FAILURES.internal());
    expect(failure).toMatchObject({ code, details: { ...details, awsError: 'InternalFailure' } });
  });

  it('is ACCESS_DENIED where it is not allowed', async () => {
    const failure = await failureOf(action, call, FAILURES.denied());
    expect(failure).toMatchObject({ code: 'ACCESS_DENIED', details });
  });
});
