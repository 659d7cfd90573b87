import type { Sandbox } from '../../aws/sandbox';
import { startSandbox } from '../../aws/sandbox';
import type { Principal } from '../../aws/service';
import type { IamService } from '../../aws/services/iam';

const SECOND_MS = 1000;
const ARN = 'arn:aws:iam::123456789012:role/r';
const ROLE: Principal = { type: 'role', roleName: 'r', roleArn: ARN, sessionName: 's' };
const EmailIdentity = 'example.com';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const iam = (operation: string, input: object) => sandbox.call('iam', operation, { RoleName: 'r', ...input });
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const makeRole = () =>
  iam('CreateRole', {
    AssumeRolePolicyDocument: document({
      Action: 'sts:AssumeRole',
      Principal: { Service: 'scheduler.amazonaws.com' },
    }),
  });
const grant = (Condition?: object) =>
  iam('PutRolePolicy', {
    PolicyName: 'p',
    PolicyDocument: document({ Action: 'ses:*', Resource: '*', Condition }),
  });
const ses = (operation: string, input: object = {}) =>
  sandbox.call('ses', operation, { EmailIdentity, ...input }, ROLE);
const trusted = () => sandbox.service<IamService>('iam').trustsService(ARN, 'scheduler.amazonaws.com');
const later = (seconds: number) => sandbox.clock.advance(seconds * SECOND_MS);
const arrival = (seconds: number) =>
  fetch(`${sandbox.url}/_sandbox/arrival`, {
    method: 'PUT',
    body: JSON.stringify({ delayMs: seconds * SECOND_MS }),
  });

test('a policy counts when its time has come, and is shown at once', async () => {
  await makeRole();
  await arrival(60);
  await grant();
  await later(50);

  expect((await iam('ListRolePolicies', {})).PolicyNames).toEqual(['p']);
  await expect(ses('ListEmailIdentities')).rejects.toThrow('not authorized');
  await later(11);
  await expect(ses('ListEmailIdentities')).resolves.toBeDefined();
});

test('a policy that was taken away counts on for as long', async () => {
  await makeRole();
  await grant();
  await arrival(60);
  await iam('DeleteRolePolicy', { PolicyName: 'p' });

  await expect(ses('ListEmailIdentities')).resolves.toBeDefined();
  await later(61);
  await expect(ses('ListEmailIdentities')).rejects.toThrow('not authorized');
});

test('a role that was just made trusts nobody yet', async () => {
  await arrival(60);
  await makeRole();
  const early = trusted();
  await later(61);

  expect([early, trusted()]).toEqual([false, true]);
});

test('a tag is shown at once, and counts when its time has come', async () => {
  await makeRole();
  await grant({ StringEquals: { 'aws:ResourceTag/byodkim': 'managed' } });
  await arrival(60);
  const Tags = [{ Key: 'byodkim', Value: 'managed' }];
  const made = { EmailIdentity, Tags };
  await sandbox.call('ses', 'CreateEmailIdentity', made);

  expect((await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity })).Tags).toEqual(Tags);
  await expect(ses('GetEmailIdentity')).rejects.toThrow('not authorized');
  await later(61);
  await expect(ses('GetEmailIdentity')).resolves.toBeDefined();
});

test('a change that counts at once is not undone by an earlier one that was on its way', async () => {
  await makeRole();
  await arrival(60);
  await grant();
  await arrival(0);
  await iam('DeleteRolePolicy', { PolicyName: 'p' });
  await later(61);

  await expect(ses('ListEmailIdentities')).rejects.toThrow('not authorized');
});

test.each([-1, null, 'soon'])('refuses a delay of %p', async (delayMs) => {
  const response = await fetch(`${sandbox.url}/_sandbox/arrival`, {
    method: 'PUT',
    body: JSON.stringify({ delayMs }),
  });

  expect(response.status).toBe(400);
  expect(await response.text()).toContain('delayMs is a number of milliseconds');
});
