import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findUnlisted, parseState, readStates } from '../../../cli/engine/applied-state';
import type { DomainList } from '../../../list/domain-list';

const SIGNING = {
  mode: 'managed',
  type: 'aws_lambda_invocation',
  name: 'Identity_Signing_0A1B2C3D',
  provider: 'provider["registry.opentofu.org/hashicorp/aws"]',
  instances: [{ attributes: {} }],
};
const STATE = {
  version: 4,
  terraform_version: '1.11.4',
  outputs: {
    applied: { value: 'h1', type: 'string' },
    begun: { value: 'h1', type: 'string' },
    record_name: { value: 's1._domainkey.example.com', type: 'string' },
    verified: { value: false, type: 'bool' },
  },
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

it('reads the hash, the resources and the owners of their providers', () => {
  expect(parse(STATE)).toEqual({
    hash: 'h1',
    recordName: 's1._domainkey.example.com',
    verified: false,
    engine: { kind: 'tofu', version: '1.11.4' },
    resources: ['aws_lambda_invocation.Identity_Signing_0A1B2C3D', 'terraform_data.Attempt'],
    tainted: [],
    isWhole: true,
    writtenAt: 1,
  });
});

it('has no hash once another configuration has been started', () => {
  const outputs = { ...STATE.outputs, begun: { value: 'h2', type: 'string' } };
  expect(parse({ ...STATE, outputs })).not.toHaveProperty('hash');
});

it.each([
  ['tainted', withSigning({ status: 'tainted' })],
  ['left to delete', withSigning({ attributes: {} }, { deposed: '0a1b2c3d' })],
  ['gone but for what is left to delete', withSigning({ deposed: '0a1b2c3d' })],
])('is incomplete with a resource that is %s', (_, state) => {
  expect(parse(state)).toMatchObject({ isWhole: false });
});

it('names the MAIL FROM domain whose MX record the stack publishes, and no other record', () => {
  const record = (name: string, type: string, of = 'bounce.example.com') => ({
    ...SIGNING,
    type: 'aws_route53_record',
    name,
    instances: [{ attributes: { type, name: of } }],
  });
  const withRecords = (...records: object[]) => parse({ ...STATE, resources: records });
  const mx = record('Identity_MailFrom-MX-bounce-Z1_53FD9CB5', 'MX');
  expect(withRecords(record('Identity_Record-s1-Z1_1C84CF4B', 'TXT', 's1'), mx)).toMatchObject({
    mailFrom: 'bounce.example.com',
  });
  for (const other of [record('Identity_MailFrom-TXT-bounce-Z1_93B6617F', 'TXT'), record('Theirs', 'MX')])
    expect(withRecords(other)).not.toHaveProperty('mailFrom');
});

it('has the addresses of tainted objects, but not of those that are yet to be deleted', () => {
  const tainted = (state: unknown) => parse(state)?.tainted;
  expect(tainted(withSigning({ status: 'tainted' }))).toEqual([
    'aws_lambda_invocation.Identity_Signing_0A1B2C3D',
  ]);
  expect(tainted(withSigning({ attributes: {} }, { status: 'tainted', deposed: '0a1b2c3d' }))).toEqual([]);
});

it.each([
  ['another format', JSON.stringify({ ...STATE, version: 5 })],
  ['an encrypted state', JSON.stringify({ encrypted_data: 'AAAA' })],
])('reads %s as no state', (_, text) => {
  expect(parseState(text, 1)).toBeUndefined();
});

it.each(['', '{"version": 4, "resour'])('reads %j as a broken state, not as none', (text) => {
  expect(parseState(text, 1)).toMatchObject({ isBroken: true });
});

it('finds the lock of a killed engine, in a folder and in S3', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-states-'));
  try {
    const stacks = ['a.example', 'b.example', 'c.example'];
    for (const stack of stacks)
      writeFileSync(path.join(folder, `${stack}.tfstate`), JSON.stringify(withSigning({})));
    writeFileSync(path.join(folder, '.a.example.tfstate.lock.info'), '{}');
    writeFileSync(path.join(folder, 'b.example.tfstate.tflock'), '{}');
    const states = await readStates({ type: 'local', folder }, stacks);
    expect([...states.values()].map(({ isLocked }) => isLocked)).toEqual([true, true, undefined]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('finds stacks that are deployed outside the list, and those that were destroyed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-states-'));
  try {
    const write = (stack: string, state: object) =>
      writeFileSync(path.join(folder, `${stack}.tfstate`), JSON.stringify(state));
    write('example.com', STATE);
    write('own.example.com', STATE);
    write('gone.example.com', { ...STATE, resources: [] });
    writeFileSync(path.join(folder, 'own.example.com.tfstate.backup'), '');
    const backend = { type: 'local', folder } as const;
    const named = { domain: 'example.com', selector: 's1', region: 'eu-west-1' };
    const list = { backend, domains: [{ ...named, stack: 'example.com' }] } as unknown as DomainList;
    expect(await findUnlisted(list)).toEqual({ stacks: ['own.example.com'], renamed: [], twins: [] });
    const states = await readStates(backend, ['gone.example.com', 'never.example.com', 'example.com']);
    expect([...states.values()].map(({ resources }) => resources.length)).toEqual([0, 0, 2]);
    const baseline = {
      ...SIGNING,
      instances: [{ attributes: { input: '{"resource":"Baseline","region":"eu-west-1"}' } }],
    };
    write('example.com', { ...STATE, resources: [baseline] });
    const renamed = (more: object) =>
      findUnlisted({ ...list, domains: [{ ...named, stack: 'example.com@eu-west-1', ...more }] } as never);
    // A rotation in the same change does not hide it.
    for (const same of [{}, { selector: 's2' }])
      expect(await renamed(same)).toEqual({
        stacks: ['own.example.com'],
        renamed: [{ from: 'example.com', to: 'example.com@eu-west-1' }],
        twins: [],
      });
    for (const other of [{ domain: 'example.org' }, { region: 'us-east-1' }])
      expect(await renamed(other)).toEqual({
        stacks: ['example.com', 'own.example.com'],
        renamed: [],
        twins: [],
      });
    write('example.com@eu-west-1', STATE);
    expect(await renamed({})).toEqual({
      stacks: ['own.example.com'],
      renamed: [],
      twins: [
        {
          listed: { stack: 'example.com@eu-west-1', recordName: 's1._domainkey.example.com' },
          unlisted: { stack: 'example.com', recordName: 's1._domainkey.example.com' },
        },
      ],
    });
    const none = { ...backend, folder: path.join(folder, 'none') };
    expect(await findUnlisted({ ...list, backend: none })).toEqual({ stacks: [], renamed: [], twins: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
