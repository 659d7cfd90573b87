/** What each role can and cannot do with the built zip, under the policies that the documents name. */
import { type Deployment, ROLES, type RoleName } from '../../constructs/roles';
import {
  ACTIONS,
  dnsRecordObject,
  IDENTITY_TAG,
  ledgerObject,
  privateKeyObject,
} from '../../handlers/contract';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { Principal } from '../../packages/sandbox/aws/service';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { SnsService } from '../../packages/sandbox/aws/services/sns';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { BUCKET, deployBuiltFunction, FUNCTION } from '../support/built-function';

const DOMAIN = 'example.com';
const PLACE = { domain: DOMAIN, selector: 's1' };

let dns: DnsServer;
let sandbox: Sandbox;
let topic: string;
const who = {} as Record<RoleName, Principal>;

beforeAll(async () => {
  dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  sandbox = await startSandbox({ dns: [dns.address], lambda: { sleep: { factor: 0.05 } } });
  topic = (await sandbox.call('sns', 'CreateTopic', { Name: 'all' })).TopicArn;
  await deployBuiltFunction(
    sandbox,
    { BYODKIM_DNS_TOPIC_ARN: topic, BYODKIM_RESULT_TOPIC_ARN: topic, BYODKIM_AUDIT_TOPIC_ARN: topic },
    { BYODKIM_GATE: JSON.stringify({ nameservers: [dns.address], resolvers: [] }) },
  );
  await sandbox.call('ses', 'CreateEmailIdentity', {
    EmailIdentity: DOMAIN,
    Tags: [{ Key: IDENTITY_TAG.key, Value: IDENTITY_TAG.value }],
  });
  const deployment: Deployment = {
    partition: 'aws',
    region: sandbox.region,
    account: sandbox.accountId,
    functionName: FUNCTION,
    bucket: BUCKET,
    topics: true,
    hostedZoneIds: [],
    mailFromDomains: [],
    managedIdentities: [DOMAIN],
    sendEmailRoles: [],
    configurationSets: [],
  };
  for (const name of ['look', 'audit', 'put-keys', 'deploy-domain', 'on-call'] as const) {
    const statements = ROLES[name].statements(deployment).map(({ actions, resources, condition }) => ({
      Effect: 'Allow' as const,
      Action: actions,
      Resource: resources,
      ...(condition && { Condition: condition }),
    }));
    const roleArn = await makeRole(sandbox, name, 'ec2.amazonaws.com', statements);
    who[name] = { type: 'role', roleName: name, roleArn, sessionName: 'session' };
  }
  // A domain that is signed for, with a change that waits for its confirmation.
  const { record } = await invoke(undefined, { action: ACTIONS.createKey, ...PLACE });
  dns.setTxt(record.name, record.value);
  await invoke(undefined, { resource: 'Signing', transaction: 't1', ...PLACE, tf: { action: 'create' } });
});
afterAll(async () => {
  await sandbox?.close();
  await dns?.close();
});

async function invoke(principal: Principal | undefined, event: object, Qualifier?: string): Promise<any> {
  const { Payload } = await sandbox.call(
    'lambda',
    'Invoke',
    { FunctionName: FUNCTION, Payload: Buffer.from(JSON.stringify(event)), ...(Qualifier && { Qualifier }) },
    principal,
  );
  return JSON.parse(Buffer.from(Payload).toString());
}

/** Everything that a change would change. */
async function everything(): Promise<unknown> {
  const { Contents = [] } = await sandbox.call('s3', 'ListObjectsV2', { Bucket: BUCKET });
  return {
    objects: Contents.map(({ Key, ETag }: any) => [Key, ETag]),
    identity: (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN })).DkimAttributes,
    schedules: sandbox
      .service<SchedulerService>('scheduler')
      .schedules()
      .map(({ Name }) => Name),
    notices: sandbox.service<SnsService>('sns').messages(topic).length,
  };
}

const INSPECTION = { resource: 'Inspection', ...PLACE };
const READS: readonly (readonly [string, object, object])[] = [
  ['status', { action: ACTIONS.status, domain: DOMAIN }, { statusCode: 200 }],
  ['record', { action: ACTIONS.record, ...PLACE }, { statusCode: 200 }],
  ['audit on demand', { action: ACTIONS.audit }, { statusCode: 200, notice: { sent: false } }],
  ['inspection at a plan', INSPECTION, { token: expect.any(String) }],
  ['proof', { resource: 'DnsGate', transaction: 't9', ...PLACE, tf: { action: 'create' } }, { ready: true }],
];
const CHANGES: readonly (readonly [string, object])[] = [
  ...[ACTIONS.update, ACTIONS.createKey, ACTIONS.notifyDnsTeam].map(
    (action) => [action, { action, ...PLACE }] as const,
  ),
  ...[ACTIONS.confirm, ACTIONS.revert].map((action) => [action, { action, domain: DOMAIN }] as const),
  ...['prepare', 'arm'].map((step) => [`drill: ${step}`, { action: ACTIONS.drill, step }] as const),
  ...['look', 'end'].map((step) => [`drill: ${step}`, { action: ACTIONS.drill, step, drill: 'd1' }] as const),
  ['drill that fired', { action: ACTIONS.drillFired, drill: 'd1', proof: 'p' }],
  [
    'revert of the schedule',
    { action: ACTIONS.revertUnconfirmed, domain: DOMAIN, transaction: 't1', arming: 1 },
  ],
  ['audit of the schedule', { action: ACTIONS.audit, scheduled: true }],
  ['leg of an audit', { action: ACTIONS.audit, continues: { report: 'byodkim-audit/a.json', leg: 2 } }],
  ...['Signing', 'Confirmation', 'DkimKey'].flatMap((resource) =>
    ['create', 'update', 'delete'].map(
      (action) =>
        [`${resource}: ${action}`, { resource, transaction: 't1', ...PLACE, tf: { action } }] as const,
    ),
  ),
];

describe('whoever may only look', () => {
  test.each(READS)(
    'sees %s through the read-only alias, and nothing is changed by it',
    async (_, event, answer) => {
      const before = await everything();
      expect(await invoke(who.look, event, 'read')).toMatchObject(answer);
      expect(await everything()).toEqual(before);
    },
  );

  test.each(CHANGES)('is refused %s there, and nothing is changed', async (_, event) => {
    const before = await everything();
    const answer = await invoke(who.look, event, 'read');
    expect(answer.error ?? answer.errorType).toBe('NOT_ALLOWED');
    expect(answer.message ?? answer.errorMessage).toContain('read-only alias (read), which changes nothing');
    expect(await everything()).toEqual(before);
  });

  test.each([undefined, '$LATEST'])('is let through by no other name: %s', async (qualifier) => {
    for (const event of [INSPECTION, { action: ACTIONS.update, ...PLACE }])
      await expect(invoke(who.look, event, qualifier)).rejects.toMatchObject({
        code: 'AccessDeniedException',
      });
  });

  test.each<[string, string, object]>([
    ['s3', 'GetObject', { Bucket: BUCKET, Key: privateKeyObject(DOMAIN, 's1') }],
    ['s3', 'ListObjectsV2', { Bucket: BUCKET }],
    ['ses', 'PutEmailIdentityDkimAttributes', { EmailIdentity: DOMAIN, SigningEnabled: false }],
    ['lambda', 'CreateAlias', { FunctionName: FUNCTION, Name: 'write', FunctionVersion: '$LATEST' }],
    ['lambda', 'UpdateFunctionConfiguration', { FunctionName: FUNCTION, Environment: { Variables: {} } }],
  ])('may not call %s:%s', async (service, operation, input) => {
    await expect(sandbox.call(service, operation, input, who.look)).rejects.toMatchObject({
      code: expect.stringMatching(/AccessDenied/),
    });
  });
});

describe('others', () => {
  const read = (Key: string) => ({ Bucket: BUCKET, Key });
  const put = (Key: string) => ({ Bucket: BUCKET, Key, Body: Buffer.from('x') });
  const KEY = privateKeyObject(DOMAIN, 's1');
  const LEDGER = ledgerObject('ap-northeast-1', DOMAIN);

  test.each<[RoleName, string, object]>([
    ['audit', 'GetObject', read(KEY)],
    ['audit', 'GetObject', read(LEDGER)],
    ['audit', 'PutObject', put(LEDGER)],
    ['put-keys', 'GetObject', read(KEY)],
    ['put-keys', 'PutObject', put(LEDGER)],
    ['put-keys', 'DeleteObject', read(KEY)],
    ['deploy-domain', 'GetObject', read(KEY)],
    ['deploy-domain', 'PutObject', put(LEDGER)],
    ['on-call', 'GetObject', read(KEY)],
    ['on-call', 'PutObject', put(LEDGER)],
  ])('%s may not call s3:%s: %j', async (name, operation, input) => {
    await expect(sandbox.call('s3', operation, input, who[name])).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  test('who brings keys puts a key and its record, and calls nothing', async () => {
    for (const object of [privateKeyObject('new.example', 's1'), dnsRecordObject('new.example', 's1')])
      await sandbox.call('s3', 'PutObject', put(object), who['put-keys']);
    for (const qualifier of [undefined, 'read'])
      await expect(invoke(who['put-keys'], INSPECTION, qualifier)).rejects.toMatchObject({
        code: 'AccessDeniedException',
      });
  });

  test('an auditor audits through the alias, and reads the reports of other audits', async () => {
    expect(await invoke(who.audit, { action: ACTIONS.audit }, 'read')).toMatchObject({ complete: true });
    const { report } = await invoke(undefined, { action: ACTIONS.audit });
    const { Body } = await sandbox.call('s3', 'GetObject', read(report.split(`${BUCKET}/`)[1]), who.audit);
    expect(JSON.parse(Buffer.from(Body).toString())).toMatchObject({ complete: true });
  });

  test('a deployer plans through the read-only alias, and changes through the name of the function itself', async () => {
    expect(await invoke(who['deploy-domain'], INSPECTION, 'read')).toHaveProperty('token');
    const confirmation = { resource: 'Confirmation', transaction: 't1', ...PLACE, tf: { action: 'create' } };
    expect(await invoke(who['deploy-domain'], confirmation, '$LATEST')).toMatchObject({ confirmed: true });
  });
});
