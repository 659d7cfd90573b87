import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipOf } from '../../../../sandbox/__tests__/lambda/deployment';
import { ownKey } from '../../../../sandbox/__tests__/signing-key';
import { makeZone, trusting, unwrapped, useFixture } from '../fixture';
import { ref } from '../stack';

/** Stacks whose objects others change in AWS, or with which AWS refuses something. */
const world = useFixture();
const EmailIdentity = 'example.com';
const one = (type: string, it: object, more: object = {}) => ({ resource: { [type]: { it }, ...more } });
const identity = (more: object = {}) =>
  one('aws_sesv2_email_identity', { email_identity: EmailIdentity, ...more });

async function failing(configuration: object, ...command: string[]): Promise<string> {
  world.stack.write(configuration);
  const { exitCode, output } = await world.stack.run(...command);
  expect(exitCode).toBe(1);
  return unwrapped(output);
}

test('without the block, BYODKIM that was set elsewhere shows no diff', async () => {
  const { sandbox, stack } = world;
  await stack.apply(identity());
  await sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', { EmailIdentity, ...ownKey() });
  expect(await stack.planIsEmpty()).toBe(true);
});

test('refuses the block that would undo BYODKIM', async () => {
  const block = { dkim_signing_attributes: { domain_signing_selector: 's1' } };
  expect(await failing(identity(block), 'validate')).toContain('dkim_signing_attributes is not simulated');
});

test('an identity can be read as a data source, which fails if it is missing', async () => {
  const { sandbox, stack } = world;
  const look = (email_identity: string) => ({
    data: { aws_sesv2_email_identity: { it: { email_identity } } },
  });
  expect(await failing(look('example.net'), 'plan')).toContain('NotFoundException');
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'example.org' });
  await stack.apply(look('example.org'));
  const { arn } = (await stack.state())['data.aws_sesv2_email_identity.it'];
  expect(arn).toBe('arn:aws:ses:ap-northeast-1:123456789012:identity/example.org');
});

test('a policy that IAM refuses fails, and the role is kept', async () => {
  const policy = { it: { role: ref('aws_iam_role.it.name'), name: 'p', policy: '{"Statement":[]}' } };
  const role = { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com') };
  const output = await failing(
    one('aws_iam_role', role, { aws_iam_role_policy: policy }),
    'apply',
    '-auto-approve',
  );

  expect(output).toMatch(/putting IAM Role \(role\) Policy \(p\).*MalformedPolicyDocument/);
  expect(Object.keys(await world.stack.state())).toEqual(['aws_iam_role.it']);
});

test('a function that could not be read after its creation is kept, and replaced at the next apply', async () => {
  const { sandbox, stack } = world;
  writeFileSync(path.join(stack.directory, 'function.zip'), zipOf('exports.handler = async () => 1;'));
  sandbox.faults.add({ operation: 'lambda:GetFunction', kind: 'deny', admin: true });
  const role = { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com') };
  const code = { filename: 'function.zip', handler: 'index.handler', runtime: 'nodejs24.x' };
  const it = { function_name: 'f', role: ref('aws_iam_role.it.arn'), ...code };
  await failing(one('aws_iam_role', role, { aws_lambda_function: { it } }), 'apply', '-auto-approve');
  sandbox.faults.clear();

  expect(await stack.apply()).toContain('1 added, 0 changed, 1 destroyed');
});

test('fails if another record exists in Route 53', async () => {
  const { sandbox } = world;
  const zoneId = await makeZone(sandbox, 'example.com');
  const [Name, Type, TTL] = ['s1._domainkey.example.com', 'TXT', 60];
  const ResourceRecordSet = { Name, Type, TTL, ResourceRecords: [{ Value: '"v=DKIM1; p=stray"' }] };
  await sandbox.call('route53', 'ChangeResourceRecordSets', {
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
  });
  const own = { zone_id: zoneId, name: 's1._domainkey', type: Type, ttl: TTL, records: ['v=DKIM1; p=one'] };
  expect(await failing(one('aws_route53_record', own), 'apply', '-auto-approve')).toContain(
    'but it already exists',
  );
});

test('changes from outside are detected and reverted; a bucket that is not empty is kept', async () => {
  const { sandbox, stack } = world;
  const Bucket = 'a-bucket';
  const block = { it: { bucket: ref('aws_s3_bucket.it.id'), block_public_acls: true } };
  await stack.apply(one('aws_s3_bucket', { bucket: Bucket }, { aws_s3_bucket_public_access_block: block }));
  await sandbox.call('s3', 'DeletePublicAccessBlock', { Bucket });
  expect(await stack.apply()).toContain('1 added, 0 changed, 0 destroyed');

  await sandbox.call('s3', 'PutObject', { Bucket, Key: 'a', Body: 'x' });
  const refused = await stack.run('destroy', '-auto-approve');
  expect(refused.exitCode).toBe(1);
  expect(unwrapped(refused.output)).toContain('BucketNotEmpty');
});
