import { generateKeyPairSync } from 'node:crypto';
import { unwrapped, useFixture } from '../fixture';
import { ref } from '../stack';

const world = useFixture();

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const der = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

const identity = (more: object = {}) => ({
  resource: { aws_sesv2_email_identity: { it: { email_identity: 'example.com', ...more } } },
});
const dkim = async () =>
  (await world.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: 'example.com' })).DkimAttributes;
const puts = () =>
  world.sandbox.calls.filter(({ operation }) => operation === 'PutEmailIdentityDkimSigningAttributes').length;

test('without the block, BYODKIM that was set elsewhere gives no diff, and is left alone', async () => {
  const { sandbox, stack } = world;
  await stack.apply(identity());
  await sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
    EmailIdentity: 'example.com',
    SigningAttributesOrigin: 'EXTERNAL',
    SigningAttributes: { DomainSigningPrivateKey: der, DomainSigningSelector: 's1' },
  });
  const before = puts();

  expect(await stack.planIsEmpty()).toBe(true);
  await stack.apply(identity({ tags: { byodkim: 'managed' } }));
  expect(puts()).toBe(before);
  expect(await dkim()).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL' });
  const state = await stack.state();
  expect(state['aws_sesv2_email_identity.it'].dkim_signing_attributes[0]).toMatchObject({
    signing_attributes_origin: 'EXTERNAL',
    tokens: ['s1'],
  });
});

test('refuses the block that would undo BYODKIM', async () => {
  world.stack.write(identity({ dkim_signing_attributes: { domain_signing_selector: 's1' } }));
  const { exitCode, output } = await world.stack.run('validate');

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('dkim_signing_attributes is not simulated');
});

test('as a data source it is read, and missing it fails', async () => {
  const { sandbox, stack } = world;
  const look = {
    data: { aws_sesv2_email_identity: { it: { email_identity: 'example.com' } } },
    output: { arn: { value: ref('data.aws_sesv2_email_identity.it.arn') } },
  };
  stack.write(look);
  const missing = await stack.run('plan');
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'example.com' });
  await stack.apply(look);
  const output = await stack.output();
  stack.write({});
  await sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity: 'example.com' });

  expect(missing.exitCode).toBe(1);
  expect(unwrapped(missing.output)).toContain('NotFoundException');
  expect(output.arn).toBe('arn:aws:ses:ap-northeast-1:123456789012:identity/example.com');
});
