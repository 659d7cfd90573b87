import { parseState } from '../../../cli/deploy/applied-state';

const SIGNING = {
  mode: 'managed',
  type: 'aws_lambda_invocation',
  name: 'Identity_Signing_0A1B2C3D',
  provider: 'provider["registry.opentofu.org/hashicorp/aws"]',
  instances: [{ attributes: {} }],
};
const STATE = {
  version: 4,
  outputs: { applied: { value: 'h1', type: 'string' } },
  resources: [
    { ...SIGNING, mode: 'data', name: 'Identity_Inspection' },
    SIGNING,
    {
      ...SIGNING,
      type: 'terraform_data',
      name: 'Attempt',
      provider: 'provider["terraform.io/builtin/terraform"]',
    },
  ],
};
const parse = (state: unknown) => parseState(JSON.stringify(state), 1);
const withSigning = (...instances: object[]) => ({ ...STATE, resources: [{ ...SIGNING, instances }] });

it('reads the hash, the resources and whose providers made them', () => {
  expect(parse(STATE)).toEqual({
    hash: 'h1',
    resources: ['aws_lambda_invocation.Identity_Signing_0A1B2C3D', 'terraform_data.Attempt'],
    isWhole: true,
    registries: ['registry.opentofu.org'],
    writtenAt: 1,
  });
});

it.each([
  ['tainted', withSigning({ status: 'tainted' })],
  ['left to delete', withSigning({ attributes: {} }, { deposed: '0a1b2c3d' })],
  ['gone but for what is left to delete', withSigning({ deposed: '0a1b2c3d' })],
])('is not whole with a resource that is %s', (_, state) => {
  expect(parse(state)).toMatchObject({ isWhole: false });
});

it.each([
  ['text that is no JSON', 'x{'],
  ['another format', JSON.stringify({ ...STATE, version: 5 })],
  ['an encrypted state', JSON.stringify({ encrypted_data: 'AAAA' })],
])('reads %s as no state', (_, text) => {
  expect(parseState(text, 1)).toBeUndefined();
});
