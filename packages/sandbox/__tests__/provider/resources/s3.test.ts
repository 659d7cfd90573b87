import { unwrapped, useFixture } from '../fixture';
import { ref } from '../stack';

const world = useFixture();

const bucket = (more: object = {}, resources: object = {}) => ({
  resource: { aws_s3_bucket: { it: { bucket: 'a-bucket', ...more } }, ...resources },
});
const versioning = {
  it: { bucket: ref('aws_s3_bucket.it.id'), versioning_configuration: { status: 'Enabled' } },
};
const put = (Key: string) =>
  world.sandbox.call('s3', 'PutObject', { Bucket: 'a-bucket', Key, Body: Buffer.from('x') });

test('a bucket that is not empty is kept, unless it is to go with all that is in it', async () => {
  const { stack } = world;
  await stack.apply(bucket({}, { aws_s3_bucket_versioning: versioning }));
  await put('a');
  await put('a');
  const refused = await stack.run('destroy', '-auto-approve');
  await stack.apply(bucket({ force_destroy: true }));
  const destroyed = await stack.destroy();

  expect(refused.exitCode).toBe(1);
  expect(unwrapped(refused.output)).toContain('BucketNotEmpty');
  expect(destroyed).toContain('Destroy complete');
});

test('what was changed outside is seen, and mended', async () => {
  const { sandbox, stack } = world;
  const block = { it: { bucket: ref('aws_s3_bucket.it.id'), block_public_acls: true } };
  await stack.apply(bucket({}, { aws_s3_bucket_public_access_block: block }));
  await sandbox.call('s3', 'DeletePublicAccessBlock', { Bucket: 'a-bucket' });

  expect(await stack.apply()).toContain('1 added, 0 changed, 0 destroyed');
  const { PublicAccessBlockConfiguration } = await sandbox.call('s3', 'GetPublicAccessBlock', {
    Bucket: 'a-bucket',
  });
  expect(PublicAccessBlockConfiguration.BlockPublicAcls).toBe(true);
});
