import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ByodkimControlPlane, ByodkimIdentity, DkimKey, DkimRecord } from '../../constructs';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { SCHEMAS, type Schemas, usedTypes } from '../../tools/provider-schemas';
import { synthesize } from '../constructs/synth';

const schemas: Schemas = JSON.parse(readFileSync(SCHEMAS, 'utf8'));
const [five = '', oldest = '', newest = ''] = Object.keys(schemas);
/** Arguments of Terraform itself, which every resource takes. */
const META = ['//', 'count', 'depends_on', 'for_each', 'lifecycle', 'provider'];

const NEW_IN_6 = [
  'aws_s3_bucket_public_access_block: skip_destroy',
  'aws_s3_bucket_server_side_encryption_configuration: rule.blocked_encryption_types',
];

/** `aws_x: path` for each argument that is set and each attribute that is read. */
type Relied = Set<string>;

/** Cuts a path where the schema ends: what is below, e.g. the names of tags, is a value. */
function rely(relied: Relied, type: string, names: readonly string[]): void {
  const known = schemas[newest]![type]!.split(' ');
  const inSchema = names.filter((_, index) => {
    const parent = names.slice(0, index).join('.');
    return index === 0 || known.some((each) => each.startsWith(`${parent}.`));
  });
  if (!META.includes(names[0]!)) relied.add(`${type}: ${inSchema.join('.')}`);
}

function relyOnReferences(relied: Relied, text: string): void {
  for (const [, data = '', type, attribute] of text.matchAll(
    /\b(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\]|\))?\.(\w+)/g,
  ))
    rely(relied, `${data}${type}`, [attribute!]);
}

/** What one resource of a synthesized stack sets. */
function relyOnJson(relied: Relied, type: string, value: unknown, above: readonly string[] = []): void {
  if (Array.isArray(value)) for (const each of value) relyOnJson(relied, type, each, above);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) {
      rely(relied, type, [...above, name]);
      if (!META.includes([...above, name][0]!)) relyOnJson(relied, type, each, [...above, name]);
    }
}

/** What the blocks of a module set: nested blocks are parts of the schema, braces of values are not. */
function relyOnHcl(relied: Relied, text: string): void {
  let type: string | undefined;
  const blocks: string[] = [];
  let valueDepth = 0;
  for (const line of text.split('\n').map((each) => each.replace(/#.*$/, '').trim())) {
    const depth = (line.match(/[[{(]/g) ?? []).length - (line.match(/[\]})]/g) ?? []).length;
    const opens = /^(?:(resource|data) "(\w+)"|dynamic "(\w+)"|(\w+))[^=]*\{$/.exec(line);
    const [, kind, resource, dynamic, block] = opens ?? [];
    const sets = /^(\w+)\s*=/.exec(line)?.[1];
    if (valueDepth > 0) valueDepth += depth;
    else if (kind) type = `${kind === 'data' ? 'data.' : ''}${resource}`;
    else if (type?.includes('aws_') && opens) blocks.push(dynamic ?? block!);
    else if (type && line === '}' && blocks.pop() === undefined) type = undefined;
    else if (sets) valueDepth = depth;
    const at = blocks.filter((each) => each !== 'content');
    if (
      type?.includes('aws_') &&
      sets &&
      valueDepth === depth &&
      !(blocks.at(-1) === at.at(-1) && sets === 'for_each')
    )
      rely(relied, type, [...at, sets]);
  }
}

function ofModules(): Relied {
  const relied: Relied = new Set();
  for (const folder of ['modules/control', 'modules/domain'])
    for (const file of readdirSync(path.join(PROJECT_ROOT, folder)).filter((name) => name.endsWith('.tf'))) {
      const text = readFileSync(path.join(PROJECT_ROOT, folder, file), 'utf8');
      relyOnHcl(relied, text);
      relyOnReferences(relied, text);
    }
  return relied;
}

/** Two stacks with every kind of resource that the constructs make. */
function ofConstructs(): Relied {
  const relied: Relied = new Set();
  const { resource, data } = synthesize((stack, code) => {
    const topics = { dns: 'create', result: 'create', audit: 'create' } as const;
    const controlPlane = new ByodkimControlPlane(stack, 'Control', {
      region: 'eu-west-1',
      topics,
      dashboard: true,
      code,
    });
    new ByodkimIdentity(stack, 'Made', {
      domain: 'example.com',
      region: 'eu-west-1',
      selector: 's1',
      key: DkimKey.created(),
      record: DkimRecord.route53('Z1', { previousSelectors: ['s0'] }),
      mailFrom: { subdomain: 'bounce' },
      feedbackForwarding: true,
      tags: { team: 'mail' },
      senders: { accounts: ['210987654321'] },
      controlPlane,
    });
    new ByodkimIdentity(stack, 'Existing', {
      domain: 'example.org',
      selector: 's1',
      identity: 'existing',
      controlPlane,
    });
  });
  for (const [prefix, types] of [
    ['', resource],
    ['data.', data],
  ] as const)
    for (const [type, made] of Object.entries(types))
      if (type.startsWith('aws_'))
        for (const each of Object.values(made)) relyOnJson(relied, `${prefix}${type}`, each);
  relyOnReferences(relied, JSON.stringify({ resource, data }));
  return relied;
}

const missing = (relied: Relied, version: string): string[] =>
  [...relied].filter((each) => {
    const [type = '', name = ''] = each.split(': ');
    return !schemas[version]![type]?.split(' ').includes(name);
  });

describe.each([
  ['the modules', ofModules()],
  ['the constructs', ofConstructs()],
])('what %s set and read', (_, relied) => {
  it('is in every resource and data source that is used', () => {
    expect([...new Set([...relied].map((each) => each.split(': ')[0]!))].sort()).toEqual(usedTypes());
  });

  it.each([oldest, newest])('is in the schema of the provider %s', (version) => {
    expect(missing(relied, version)).toEqual([]);
  });

  it('is in that of 5 as well, but for the region of a resource and two settings of a bucket', () => {
    expect(missing(relied, five).filter((each) => !each.endsWith(': region'))).toEqual(NEW_IN_6);
  });
});

test('the versions are the one that the stacks require, and a newer one', () => {
  const required = /\bversion += ">= ([\d.]+)/.exec(
    readFileSync(path.join(PROJECT_ROOT, 'modules/domain/versions.tf'), 'utf8'),
  );
  expect(oldest).toBe(required![1]);
  expect(Number(newest.split('.')[1])).toBeGreaterThan(Number(oldest.split('.')[1]));
});
