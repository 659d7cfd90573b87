import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import type { TerraformStack } from 'cdktf';
import { stringify } from 'yaml';
import { IDENTITY_TAG, privateKeyObject } from '../../handlers/contract/contract';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import type { EngineRun } from '../../packages/terraform/engine/run-engine';
import { ADMIN, BUCKET, Deployment, FUNCTION, failed, passed } from '../support/deployment';
import { other } from '../support/failing-resource';
import { Person, roleOf } from '../support/people';
import { callsOf, granted, unused, used } from '../support/permissions';
import { hostZone } from '../support/route53';
import type { StackSettings, Workplace } from '../support/workplace';

const REGION = 'ap-northeast-1';
const KMS_KEY = `arn:aws:kms:${REGION}:123456789012:key/3e2f7a52-0000-4000-8000-000000000000`;
const STATE = 'example-state';
const FOREIGN = 'somebody-elses.example.net';
const OUR_TAG = { Key: IDENTITY_TAG.key, Value: IDENTITY_TAG.value };
const NAMES = ['deploy-control', 'deploy-domain', 'plan', 'look', 'on-call', 'audit', 'put-keys'] as const;
type Name = (typeof NAMES)[number];

const FIRST = {
  selector: 's1',
  configurationSetName: 'set1',
  feedbackForwarding: false,
  sendEmailRoles: ['mailer'],
  tags: { a: 'b' },
};
/** Settings that are changed in place. */
const MOVED = { ...FIRST, configurationSetName: 'set2', feedbackForwarding: true, tags: { c: 'd' } };

let deployment: Deployment;
let list: string;
let people: Record<Name, Person>;
/** Where each of those who deploy works. */
let control: Workplace;
let domain: Workplace;
let inRoute53: StackSettings & { readonly record: { readonly hostedZoneId: string } };

beforeAll(async () => {
  deployment = await Deployment.start(
    {},
    {
      keyStore: {
        bucket: BUCKET,
        protect: false,
        kmsKeyArn: KMS_KEY,
        writers: [ADMIN, `arn:aws:iam::123456789012:role/${roleOf('put-keys')}`],
      },
      topics: {
        dns: { subscribers: ['arn:aws:sqs:ap-northeast-1:123456789012:dns'] },
        result: 'create',
        audit: 'create',
      },
      dashboard: true,
    },
    { tags: { team: 'mail' } },
  );
  const { sandbox } = deployment;
  await makeRole(sandbox, 'mailer', 'lambda.amazonaws.com');
  await makeRole(sandbox, 'free', 'lambda.amazonaws.com');
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: FOREIGN });
  for (const ConfigurationSetName of ['set1', 'set2'])
    await sandbox.call('ses', 'CreateConfigurationSet', { ConfigurationSetName });
  const CreateBucketConfiguration = { LocationConstraint: REGION };
  await sandbox.call('s3', 'CreateBucket', { Bucket: STATE, CreateBucketConfiguration });
  const hostedZoneId = await hostZone(deployment, 'example.org');
  inRoute53 = {
    selector: 's1',
    createKey: true,
    record: { hostedZoneId },
    mailFrom: { subdomain: 'bounce' },
  };
  list = stringify({
    ...deployment.list,
    backend: { s3: { bucket: STATE, region: REGION } },
    domains: {
      'example.com': FIRST,
      'moved.example.com': MOVED,
      'example.org': inRoute53,
    },
  });
  people = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await Person.of(sandbox, name, list)])),
  );
  control = deployment.workplace(people['deploy-control'].environment);
  domain = deployment.workplace(people['deploy-domain'].environment);
});
afterAll(() => deployment.close());

/** What the engine's S3 backend does in a run, with a lock file. */
async function keepState(person: Person, stack: string): Promise<void> {
  const { call } = person;
  const lock = lockOf(stack);
  await call('s3', 'PutObject', { ...lock, Body: '{}', IfNoneMatch: '*' });
  await call('s3', 'GetObject', lock);
  await call('s3', 'PutObject', { ...stateOf(stack), Body: '{}' });
  await readState(person, stack);
  await call('s3', 'DeleteObject', lock);
}

const CONTROL = `byodkim-control-${REGION}`;

const stateOf = (stack: string) => ({ Bucket: STATE, Key: `byodkim/${stack}.tfstate` });

const lockOf = (stack: string) => ({ Bucket: STATE, Key: `${stateOf(stack).Key}.tflock` });

/** What it does in a plan that takes no lock. */
async function readState({ call }: Person, stack: string): Promise<void> {
  await call('s3', 'ListObjectsV2', { Bucket: STATE });
  await call('s3', 'GetObject', stateOf(stack));
}

/** The life of a deployment, each step by whom the documents name for it. */
async function story(): Promise<void> {
  await passed(control.deployControl());
  await keepState(people['deploy-control'], CONTROL);
  // As `byodkim deploy` asks who reads the topics.
  await people['deploy-control'].call('lambda', 'Invoke', {
    FunctionName: FUNCTION,
    Qualifier: 'read',
    Payload: Buffer.from(JSON.stringify({ action: 'topics' })),
  });

  const key = deployment.keyOf('s1');
  deployment.publish('example.com', 's1', key);
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'byodkim-own-')), 'private_key.pem');
  writeFileSync(file, key.privateKey);
  for (const name of ['example.com', 'moved.example.com'])
    expect(await people['put-keys'].byodkim('key', 'put', name, file)).toMatch(/^0 /);
  // What `key put` says comes next.
  expect(await people['put-keys'].inProcess('record', 'example.com')).toMatch(/^0 /);
  rmSync(path.dirname(file), { recursive: true });

  await passed(domain.deploy('example.com', FIRST));
  await passed(domain.deploy('example.com', MOVED));
  await passed(domain.deploy('example.org', inRoute53));
  await keepState(people['deploy-domain'], 'example.com');
  await planned();

  for (const name of ['look', 'audit', 'on-call'] as const)
    expect(await people[name].inProcess('status', 'example.com')).toMatch(/^0 /);
  // As `byodkim review` and `status` look for what stacks have made.
  await readState(people.look, 'example.com');
  await atNight();
  await afterTheAudit();

  await passed(domain.destroy('example.com', MOVED));
  await passed(domain.destroy('example.org', inRoute53));
  const changed = {
    logRetentionDays: 30,
    notices: { contact: 'the mail team' },
    audit: { schedule: 'cron(0 4 * * ? *)' },
    dashboard: false,
  };
  control.list = {
    ...control.list,
    defaults: { ...control.list.defaults, tags: { owner: 'mail' } },
    control: { ...control.list.control, ...changed },
  };
  await passed(control.deployControl(newerBuild));
  // As `byodkim destroy` asks before it destroys the control stack.
  await people['deploy-control'].call('scheduler', 'ListSchedules', { GroupName: FUNCTION });
  // All but the bucket, which has keys in it.
  expect(await failed(control.destroyControl())).toContain('BucketNotEmpty');
}

/** In CI, from the same states: of what is deployed, and of what a pull request would change. */
async function planned(): Promise<void> {
  const inCi = deployment.workplace(people.plan.environment);
  const plan = async (from: Workplace, stack: string, run: () => Promise<EngineRun>) => {
    inCi.takeState(stack, from.state(stack));
    return (await run()).exitCode;
  };
  expect(await plan(domain, 'example.com', () => inCi.plan('example.com', MOVED))).toBe(0);
  expect(await plan(domain, 'example.org', () => inCi.plan('example.org', inRoute53))).toBe(0);
  expect(await plan(domain, 'example.com', () => inCi.plan('example.com', FIRST))).toBe(2);
  expect(await plan(control, CONTROL, () => inCi.planControl())).toBe(0);
  await readState(people.plan, 'example.com');
}

/** A later version of this project brings another zip. */
function newerBuild(stack: TerraformStack): void {
  const made = stack.node.findAll().find((it): it is LambdaFunction => it instanceof LambdaFunction);
  made!.sourceCodeHash = 'bmV3ZXI=';
}

/** The rest of a stack fails: who deploys may not make what somebody put into it. */
async function atNight(): Promise<void> {
  const { call } = people['on-call'];
  const byodkim = (...args: string[]) => people['on-call'].byodkim(...args);
  const EmailIdentity = 'example.com';
  await deployment.ready('example.com', 's2', 's3');
  await failed(domain.deploy('example.com', { ...FIRST, selector: 's2' }, other('1')));
  expect(await people['on-call'].inProcess('confirm', 'example.com')).toMatch(/^0 /);
  await failed(domain.deploy('example.com', { ...MOVED, selector: 's3' }, other('1')));
  expect(await byodkim('revert', 'example.com', '--yes')).toMatch(/^0 /);

  await call('scheduler', 'ListSchedules', { GroupName: FUNCTION });
  await call('scheduler', 'GetSchedule', { GroupName: FUNCTION, Name: `${FUNCTION}-audit` });
  const logGroupName = `/aws/lambda/${FUNCTION}`;
  await call('logs', 'FilterLogEvents', { logGroupName, filterPattern: '"example.com"' });
  await call('ses', 'GetEmailIdentity', { EmailIdentity });
  await call('ses', 'PutEmailIdentityDkimAttributes', { EmailIdentity, SigningEnabled: true });
  const origin = { EmailIdentity, SigningAttributesOrigin: 'AWS_SES' };
  await call('ses', 'PutEmailIdentityDkimSigningAttributes', origin);
}

async function afterTheAudit(): Promise<void> {
  await deployment.invoke({ action: 'audit' });
  const { call } = people.audit;
  const { Contents } = await call('s3', 'ListObjectsV2', { Bucket: BUCKET, Prefix: 'byodkim-audit/' });
  await call('s3', 'GetObject', { Bucket: BUCKET, Key: Contents[0].Key });
}

/** What is granted, was not used here, and why it is granted all the same: `Sid action resource`. */
const UNUSED: readonly (readonly [reason: string, what: RegExp])[] = [
  [
    'IAM keeps the qualified and the bare name of a function apart; programs say either',
    /^InvokeFunction lambda:InvokeFunction \S+:ses-byodkim(:\$LATEST)?$/,
  ],
  [
    'Logs checks a group with or without `:*` behind it',
    /^(LogGroup|ReadLogs) logs:\w+ \S+ses-byodkim(:\*)?$/,
  ],
  ['the provider waits with it for an update to end', /^Function lambda:GetFunctionConfiguration /],
  ['an alias of `$LATEST` has nothing to change', /^Function lambda:UpdateAlias /],
  [
    'asked by the real provider, and not by the stand-in',
    /^(KeyStore s3:\w*([tT]agResource|ListTagsForResource|GetBucketLocation)|Function lambda:ListTags) /,
  ],
  ['the senders of the list change seldom', /^ShareIdentity ses:UpdateEmailIdentityPolicy /],
  [
    'one statement has the names of all zones, and no zone takes the names of another one',
    /^PublishRecord .*RecordNames":"\*\._domainkey\./,
  ],
  ['any identity of the list may be tagged anew', /^TagIdentity ses:(Unt|T)agResource /],
  ['a later version of this project may word its roles otherwise', /^Roles iam:Update\w+ /],
];

describe('the documented policies, each used by its holder', () => {
  beforeAll(story);

  it('suffice for the whole life of a deployment: nothing was refused', () => {
    const refused = NAMES.flatMap((name) => callsOf(deployment, roleOf(name)))
      .filter(({ outcome }) => /AccessDenied|AuthorizationError/.test(outcome))
      .map(({ operation, resource }) => `${operation} ${resource}`);
    expect(new Set(refused)).toEqual(new Set([`CreateTopic arn:aws:sns:${REGION}:123456789012:other`]));
  });

  it.each(NAMES)('grant nothing unused: %s', (name) => {
    const left = unused(granted(deployment, roleOf(name)), used(deployment, roleOf(name)));
    expect(left.filter((part) => !UNUSED.some(([, what]) => what.test(part)))).toEqual([]);
  });
});

describe('the documented policies', () => {
  const key = { Bucket: BUCKET, Key: privateKeyObject('example.com', 's1') };
  const invoke = { FunctionName: FUNCTION, Payload: '{"action":"status","domain":"example.com"}' };
  const foreignArn = `arn:aws:ses:${REGION}:123456789012:identity/${FOREIGN}`;
  const anything = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const txtAt = (Name: string) => () => ({
    HostedZoneId: inRoute53.record.hostedZoneId,
    ChangeBatch: {
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name, Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"x"' }] },
        },
      ],
    },
  });

  // What depends on a condition, and what whoever tries would gain most by; the rest follows from what is granted.
  it.each<[Name, string, string, object | (() => object)]>([
    ['deploy-domain', 's3', 'GetObject', key],
    [
      'deploy-domain',
      'iam',
      'PutRolePolicy',
      { RoleName: 'free', PolicyName: 'x', PolicyDocument: anything },
    ],
    ['deploy-domain', 'ses', 'CreateEmailIdentity', { EmailIdentity: 'untagged.example.net' }],
    ['deploy-domain', 'ses', 'TagResource', { ResourceArn: foreignArn, Tags: [OUR_TAG] }],
    ['deploy-domain', 'ses', 'DeleteEmailIdentity', { EmailIdentity: FOREIGN }],
    ['deploy-domain', 'route53', 'ChangeResourceRecordSets', txtAt('_dmarc.example.org')],
    ['deploy-domain', 'route53', 'ChangeResourceRecordSets', txtAt('s1._domainkey.other.example.org')],
    ['deploy-domain', 'route53', 'ChangeResourceRecordSets', txtAt('example.org')],
    ['deploy-domain', 's3', 'PutObject', { ...stateOf(CONTROL), Body: '{}' }],
    ['deploy-domain', 's3', 'PutObject', { ...lockOf(CONTROL), Body: '{}' }],
    ['deploy-control', 's3', 'PutObject', { ...stateOf('example.com'), Body: '{}' }],
    ['plan', 's3', 'DeleteObject', lockOf('example.com')],
    ['look', 'lambda', 'Invoke', invoke],
    ['audit', 's3', 'ListObjectsV2', { Bucket: BUCKET, Prefix: 'dkim-certificates/' }],
    ['put-keys', 's3', 'PutObject', { ...key, Key: 'byodkim-ledger/example.com.json', Body: '{}' }],
    // The function makes the keys of this domain.
    ['put-keys', 's3', 'PutObject', { ...key, Key: privateKeyObject('example.org', 's2'), Body: 'a key' }],
  ])('do not let %s call %s:%s', async (name, service, operation, input) => {
    const sent = typeof input === 'function' ? input() : input;
    await expect(people[name].call(service, operation, sent)).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied'),
      message: expect.stringContaining(`assumed-role/${roleOf(name)}/${name} is not authorized to perform: `),
    });
  });
});
