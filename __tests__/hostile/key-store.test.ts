/** Who reads private keys and writes ledgers in a bucket that the control stack makes, whatever other policies grant. */
import { dnsRecordObject, ledgerObject, privateKeyObject } from '../../handlers/contract';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import type { PolicyStatement, Principal } from '../../packages/sandbox/aws/service';
import { ADMIN, BUCKET, Deployment, passed } from '../support/deployment';

const DOMAIN = 'example.com';
const KEY = privateKeyObject(DOMAIN, 's1');
const LEDGER = ledgerObject('ap-northeast-1', DOMAIN);
const RECORD = dnsRecordObject(DOMAIN, 's1');

let deployment: Deployment;
const role = async (name: string, ...actions: string[]): Promise<Principal> => {
  const statement: PolicyStatement = { Effect: 'Allow', Action: actions, Resource: '*' };
  const roleArn = await makeRole(deployment.sandbox, name, 'ec2.amazonaws.com', [statement]);
  return { type: 'role', roleName: name, roleArn, sessionName: 'session' };
};
const s3 = (operation: string, input: object, principal: Principal) =>
  deployment.sandbox.call('s3', operation, { Bucket: BUCKET, ...input }, principal);
const denied = {
  code: 'AccessDenied',
  message: expect.stringContaining('explicit deny in a resource-based policy'),
};

beforeAll(async () => {
  deployment = await Deployment.start(
    { lambda: { sleep: { factor: 0.05 } } },
    {
      keyStore: {
        bucket: BUCKET,
        protect: false,
        readers: [ADMIN, 'arn:aws:iam::123456789012:role/keeper-*'],
        ledgerWriters: [ADMIN],
      },
    },
  );
  await passed(deployment.deployControl());
  await deployment.ready(DOMAIN, 's1');
  await passed(deployment.deploy(DOMAIN, { selector: 's1' }));
});
afterAll(() => deployment?.close());

test('the function itself reads keys and writes ledgers: a domain was deployed', async () => {
  expect(await deployment.dkim(DOMAIN)).toMatchObject({
    SigningAttributesOrigin: 'EXTERNAL',
    Status: 'SUCCESS',
  });
});

test('AWS’s ReadOnlyAccess reads records and ledgers, and no private key in any version', async () => {
  const reader = await role('read-only', 's3:Get*', 's3:List*', 's3:Describe*');
  for (const Key of [RECORD, LEDGER]) expect((await s3('GetObject', { Key }, reader)).ETag).toMatch(/"/);
  const { VersionId } = await s3('HeadObject', { Key: KEY }, { type: 'admin' });
  await expect(s3('GetObject', { Key: KEY }, reader)).rejects.toMatchObject(denied);
  await expect(s3('GetObject', { Key: KEY, VersionId }, reader)).rejects.toMatchObject(denied);
  await expect(s3('HeadObject', { Key: KEY }, reader)).rejects.toMatchObject({ statusCode: 403 });
});

test('`s3:*` copies no key out, and changes no ledger, report or drill', async () => {
  const power = await role('power-user', 's3:*');
  const copy = { Key: 'dns_records/copy', CopySource: `${BUCKET}/${KEY}` };
  await expect(s3('CopyObject', copy, power)).rejects.toMatchObject(denied);
  for (const Key of [LEDGER, 'byodkim-audit/a.json', 'byodkim-drill/d.json']) {
    await expect(s3('PutObject', { Key, Body: Buffer.from('{}') }, power)).rejects.toMatchObject(denied);
    await expect(s3('DeleteObject', { Key }, power)).rejects.toMatchObject(denied);
  }
});

test('whom the control stack names reads keys; nobody is named by a name that only begins so in another path', async () => {
  const keeper = await role('keeper-of-keys', 's3:GetObject');
  expect((await s3('GetObject', { Key: KEY }, keeper)).ETag).toMatch(/"/);
  const other = await role('other-keeper-of-keys', 's3:GetObject');
  await expect(s3('GetObject', { Key: KEY }, other)).rejects.toMatchObject(denied);
});

test('nobody is locked out: who deploys the control stack sets the policy, and the account’s owner can too', async () => {
  const deployer = await role('deployer', 's3:GetBucketPolicy', 's3:PutBucketPolicy');
  const { Policy } = await s3('GetBucketPolicy', {}, deployer);
  await s3('PutBucketPolicy', { Policy }, deployer);
  await s3('PutBucketPolicy', { Policy }, { type: 'admin' });
});

test('a bucket of another account is not spoken to, though its name is the same', async () => {
  for (const [operation, input] of [
    ['GetObject', { Key: KEY }],
    ['PutObject', { Key: 'dns_records/x', Body: Buffer.from('x') }],
    ['ListObjectsV2', {}],
  ] as const)
    await expect(
      s3(operation, { ...input, ExpectedBucketOwner: '210987654321' }, { type: 'admin' }),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
});
