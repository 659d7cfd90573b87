import {
  GetEmailIdentityCommand,
  PutEmailIdentityDkimAttributesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { createSes } from '../../aws/services/ses';
import type { ServiceFactory } from '../../contract/core';
import type { Fault, PolicyDocument, Principal } from '../../contract/service';
import { useSandbox } from '../use-sandbox';

const EmailIdentity = 'example.com';
const ARN = `arn:aws:ses:ap-northeast-1:123456789012:identity/${EmailIdentity}`;
const ROLE: Principal = {
  type: 'role',
  roleName: 'Handler',
  roleArn: 'arn:aws:iam::123456789012:role/Handler',
  sessionName: 'ses-byodkim',
  invocationId: 'invocation-1',
};

const RESET = { message: expect.stringContaining('ECONNRESET') };

describe('a call', () => {
  const killed: string[] = [];
  let policies: PolicyDocument[];
  let ses: SESv2Client;

  /** Stands for IAM and Lambda: knows the role's policies, and how to kill. */
  const host: ServiceFactory = (core) => {
    core.providePolicies({ rolePolicies: (name) => (name === 'Handler' ? policies : []) });
    core.provideKill((invocationId) => void killed.push(invocationId));
    return { name: 'host', operations: {} };
  };
  const sandbox = useSandbox({
    services: [host, createSes],
    sesRequestsPerSecond: Number.POSITIVE_INFINITY,
  });

  beforeEach(async () => {
    killed.length = 0;
    policies = [{ Statement: { Effect: 'Allow', Action: 'ses:*', Resource: '*' } }];
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity });
    sandbox.calls.length = 0;
    ses = new SESv2Client({
      region: sandbox.region,
      endpoint: sandbox.url,
      credentials: sandbox.credentials.issue(ROLE),
      maxAttempts: 1,
    });
  });
  afterEach(() => ses.destroy());

  const get = () => ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
  const disable = (abortSignal?: AbortSignal) =>
    ses.send(new PutEmailIdentityDkimAttributesCommand({ EmailIdentity, SigningEnabled: false }), {
      abortSignal,
    });
  const isEnabled = async () =>
    (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity })).DkimAttributes.SigningEnabled;
  const outcomes = () => sandbox.calls.map(({ operation, outcome }) => `${operation} ${outcome}`);

  it('is recorded with its action, resource, principal and outcome, but without its contents', async () => {
    await get();
    expect(sandbox.calls).toEqual([
      {
        sequence: expect.any(Number),
        at: expect.any(Number),
        service: 'ses',
        operation: 'GetEmailIdentity',
        demands: [
          {
            action: 'ses:GetEmailIdentity',
            resource: 'arn:aws:ses:ap-northeast-1:123456789012:identity/example.com',
            keys: { 'ses:apiversion': '2' },
          },
        ],
        actions: ['ses:GetEmailIdentity'],
        resource: ARN,
        principal: ROLE,
        region: 'ap-northeast-1',
        outcome: 'ok',
      },
    ]);
  });

  it('fails without a policy that allows it, in the words of AWS', async () => {
    policies = [];
    await expect(get()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/Handler/ses-byodkim is not authorized to perform: ' +
        `ses:GetEmailIdentity on resource: ${ARN} because no identity-based policy allows the ses:GetEmailIdentity action`,
      $metadata: { httpStatusCode: 403 },
    });
    expect(outcomes()).toEqual(['GetEmailIdentity AccessDeniedException']);
  });

  it('is allowed by its resource’s tag alone', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/byodkim': 'managed' } };
    policies = [{ Statement: { Effect: 'Allow', Action: 'ses:GetEmailIdentity', Resource: '*', Condition } }];
    await expect(get()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await sandbox.call('ses', 'TagResource', {
      ResourceArn: ARN,
      Tags: [{ Key: 'byodkim', Value: 'managed' }],
    });
    await get();
  });

  it.each([
    ['aws:RequestTag/byodkim', 'managed', 'other'],
    ['aws:TagKeys', 'byodkim', 'other'],
  ])('is allowed by the tags of the request alone (%s)', async (key, value, other) => {
    const tag = (allowed: string) => {
      const Condition = { StringEquals: { [key]: allowed } };
      policies = [{ Statement: { Effect: 'Allow', Action: 'ses:TagResource', Resource: ARN, Condition } }];
      const input = { ResourceArn: ARN, Tags: [{ Key: 'byodkim', Value: 'managed' }] };
      return sandbox.call('ses', 'TagResource', input, { principal: ROLE });
    };
    await expect(tag(other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await tag(value);
  });

  const fault = (kind: Fault['kind'], more: Partial<Fault> = {}) =>
    sandbox.faults.add({ operation: 'ses:PutEmailIdentityDkimAttributes', kind, ...more });

  it.each([
    ['throttle', { name: 'TooManyRequestsException' }, 'TooManyRequestsException', true],
    ['error500', { $metadata: { httpStatusCode: 500 } }, 'InternalServiceErrorException', true],
    ['conflict', { name: 'ConcurrentModificationException' }, 'ConcurrentModificationException', true],
    ['deny', { name: 'AccessDeniedException' }, 'AccessDeniedException', true],
    ['resetBefore', RESET, 'resetBefore', true],
    ['resetAfter', RESET, 'resetAfter', false],
    ['killBefore', RESET, 'killBefore', true],
    ['killAfter', RESET, 'killAfter', false],
  ] as const)(
    'fails with the fault %s, and takes effect or not',
    async (kind, error, outcome, enabledStill) => {
      fault(kind);
      await expect(disable()).rejects.toMatchObject(error);
      expect(outcomes()).toEqual([`PutEmailIdentityDkimAttributes ${outcome}`]);
      expect(killed).toEqual(kind.startsWith('kill') ? ['invocation-1'] : []);
      expect(await isEnabled()).toBe(enabledStill);
    },
  );

  it('hangs with the fault hang until the client disconnects, and has no effect', async () => {
    fault('hang');
    const client = new AbortController();
    const hanging = expect(disable(client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    while (sandbox.calls.length === 0) await new Promise(setImmediate);
    client.abort();
    await hanging;
    expect(outcomes()).toEqual(['PutEmailIdentityDkimAttributes hang']);
    expect(await isEnabled()).toBe(true);
  });

  it('is hit by a fault the given number of times, after skipping as many, for the given resource', async () => {
    const handle = fault('throttle', { skip: 1, times: 1, resourceIncludes: EmailIdentity });
    fault('deny', { resourceIncludes: 'other.example' });
    await disable();
    await expect(disable()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await disable();
    expect(handle.hits).toBe(1);
  });
});
