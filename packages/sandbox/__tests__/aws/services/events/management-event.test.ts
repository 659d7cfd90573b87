import { type Sandbox, startSandbox } from '../../../../aws/sandbox';
import type { EventsService } from '../../../../aws/services/events';
import { makeRole } from '../../../lambda/deployment';
import { ownKey } from '../../../signing-key';

const EmailIdentity = 'example.com';
const MINUTE_MS = 60_000;

describe('management calls', () => {
  let sandbox: Sandbox;
  const start = async (cloudTrail?: boolean) => {
    sandbox = await startSandbox({ cloudTrail, sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity });
  };
  afterEach(() => sandbox.close());
  const logged = async () => {
    await sandbox.clock.advance(5 * MINUTE_MS);
    return sandbox.service<EventsService>('events').events();
  };

  it('arrive on the bus within minutes, without secrets, as CloudTrail writes them', async () => {
    await start();
    expect(sandbox.service<EventsService>('events').events()).toEqual([]);
    await sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', { EmailIdentity, ...ownKey() });
    await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity });
    const events = await logged();
    expect(events.map(({ detail }) => detail.eventName)).toEqual([
      'CreateEmailIdentity',
      'PutEmailIdentityDkimSigningAttributes',
    ]);
    expect(events[1]).toMatchObject({
      source: 'aws.ses',
      'detail-type': 'AWS API Call via CloudTrail',
      detail: {
        eventSource: 'ses.amazonaws.com',
        eventID: expect.any(String),
        userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/sandbox-admin' },
        requestParameters: {
          emailIdentity: EmailIdentity,
          signingAttributesOrigin: 'EXTERNAL',
          signingAttributes: {
            domainSigningSelector: 's1',
            domainSigningPrivateKey: 'HIDDEN_DUE_TO_SECURITY_REASONS',
          },
        },
        responseElements: { dkimStatus: 'NOT_STARTED', dkimTokens: ['s1'] },
      },
    });
  });

  it('name the role of a session, and the error of a failed call', async () => {
    await start();
    const roleArn = await makeRole(sandbox, 'person', 'lambda.amazonaws.com');
    const role = { type: 'role', roleName: 'person', roleArn, sessionName: 'ann' } as const;
    await sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity }, { principal: role }).catch(() => {});
    expect((await logged()).at(-1)!.detail).toMatchObject({
      eventName: 'DeleteEmailIdentity',
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('is not authorized to perform: ses:DeleteEmailIdentity'),
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::123456789012:assumed-role/person/ann',
        sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn, userName: 'person' } },
      },
      responseElements: null,
    });
  });

  it('are logged even if their answer was lost, but not if they never reached AWS', async () => {
    await start();
    for (const kind of ['resetBefore', 'resetAfter'] as const) {
      sandbox.faults.add({ operation: 'ses:DeleteEmailIdentity', kind, times: 1, admin: true });
      await sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity }).catch(() => {});
    }
    const deletions = (await logged()).filter(({ detail }) => detail.eventName === 'DeleteEmailIdentity');
    expect(deletions).toMatchObject([{ detail: { responseElements: null } }]);
    expect(deletions[0]!.detail).not.toHaveProperty('errorCode');
  });

  it('do not arrive without a trail', async () => {
    await start(false);
    expect(await logged()).toEqual([]);
  });
});
