import type { Services } from '../../../handlers/aws/services';
import { BUCKET, FAILURES, FakeCloud, REGION, testKey } from '../../support/world';

const OBJECT = { bucket: BUCKET, key: 'a/b.json' };
const TOPIC = 'arn:aws:sns:ap-northeast-1:111122223333:dns';
const IDENTITY = `identity/example.com in ${REGION}`;
const SCHEDULE = { name: 'byodkim-x', at: 0, payload: {} };
const PUT_SIGNING = 'ses:PutEmailIdentityDkimSigningAttributes';
const pace = async () => {};

type Call = (services: Services) => Promise<unknown>;
/** Every call of every service, with its resource. */
const CALLS: readonly (readonly [action: string, call: Call, resource: string])[] = [
  ['ses:GetEmailIdentity', ({ identities }) => identities.get('example.com'), IDENTITY],
  [PUT_SIGNING, ({ identities }) => identities.putExternal('example.com', 's1', testKey()), IDENTITY],
  [PUT_SIGNING, ({ identities }) => identities.putEasyDkim('example.com'), IDENTITY],
  [
    'ses:PutEmailIdentityDkimAttributes',
    ({ identities }) => identities.setSigningEnabled('example.com', true),
    IDENTITY,
  ],
  ['ses:ListEmailIdentities', ({ identities }) => identities.list(pace), `all of ${REGION}`],
  ['ses:ListMultiRegionEndpoints', ({ identities }) => identities.endpoints(), `all of ${REGION}`],
  ['ses:ListResourceTenants', ({ tenants }) => tenants.holding('example.com', 5), IDENTITY],
  ['s3:GetObject', ({ store }) => store.get(OBJECT, 1000), `s3://${BUCKET}/a/b.json`],
  ['s3:HeadObject', ({ store }) => store.head(OBJECT), `s3://${BUCKET}/a/b.json`],
  ['s3:PutObject', ({ store }) => store.put(OBJECT, '{}'), `s3://${BUCKET}/a/b.json`],
  ['s3:ListBucket', ({ store }) => store.list(BUCKET, 'a/'), `s3://${BUCKET}/a/`],
  ['scheduler:CreateSchedule', ({ schedules }) => schedules.create(SCHEDULE), 'schedule byodkim-x'],
  ['scheduler:DeleteSchedule', ({ schedules }) => schedules.remove('byodkim-x'), 'schedule byodkim-x'],
  ['sns:Publish', ({ topics }) => topics.publish(TOPIC, { subject: 'x', message: 'x' }), TOPIC],
  [
    'events:PutEvents',
    ({ events }) => events.put([{ detailType: 'x', detail: {} }]),
    'the default event bus',
  ],
];

test.each(CALLS)(
  'a failure of %s becomes our error, with the call and its resource',
  async (action, call, resource) => {
    const failureOf = (error: Error) => {
      const cloud = new FakeCloud();
      cloud.ses.give('example.com');
      cloud.calls.addFault({ action, error });
      return cloud.run((world) => call(world.services('example.com', REGION, world.clock)));
    };
    // Of a HeadObject IAM knows nothing.
    const facts = { action: action.replace('s3:Head', 's3:Get'), resource };
    const code = action.startsWith('ses:Put') ? 'SES_UPDATE_FAILED' : 'DEPENDENCY_FAILED';
    await expect(failureOf(FAILURES.internal())).rejects.toMatchObject({
      code,
      facts: { ...facts, awsError: 'InternalFailure' },
    });
    await expect(failureOf(FAILURES.denied())).rejects.toMatchObject({ code: 'ACCESS_DENIED', facts });
  },
);
