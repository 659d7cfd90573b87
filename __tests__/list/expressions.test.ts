import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { z } from 'zod';
import { DomainListError } from '../../list/mistake';
import { parseDomainList } from '../../list/read-list';
import { domainList } from '../../list/schema';
import { compose } from '../../main';
import { TestApp } from '../constructs/synth';
import { fuzzed } from '../fuzz/runs';
import { placesIn, valueAt, withAt } from '../support/places';

const DOMAIN = {
  selector: 's2',
  region: 'us-east-1',
  identity: 'managed',
  configurationSetName: 'main',
  createKey: false,
  record: {
    hostedZoneId: 'Z1',
    previousSelectors: ['s0'],
    roleArn: 'arn:aws:iam::123456789012:role/dns',
    delegation: { zone: 'keys.example.net', selectors: ['s2', 's0'] },
  },
  selectorNaming: 's{n}',
  overlapDays: 7,
  keyLifetimeDays: 180,
  keyStore: { bucket: 'keys', privateKey: 'dkim-certificates/a', dnsRecords: 'dns_records/a' },
  gate: {
    mode: 'authoritative',
    nameservers: ['192.0.2.1:53'],
    resolvers: ['192.0.2.2:53'],
  },
  irreversible: 'allow',
  mailFrom: { subdomain: 'bounce', regions: ['us-east-1'], onMxFailure: 'reject' },
  senders: { accounts: ['123456789012'], organization: 'o-a1b2c3d4e5' },
  sendEmailRoles: ['mailer'],
  tags: { note: 'text' },
};
/** Something in every place of a list that takes text. */
const LIST = {
  backend: {
    s3: {
      bucket: 'states',
      region: 'us-east-1',
      keyPrefix: 'byodkim/',
      kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a',
    },
  },
  provider: {
    allowedAccountIds: ['123456789012'],
    assumeRoleArn: 'arn:aws:iam::123456789012:role/deploy',
  },
  control: {
    functionName: 'ses-byodkim',
    keyStore: {
      bucket: 'keys',
      alsoRead: ['others/keys/'],
      readers: ['arn:aws:iam::123456789012:role/keeper'],
      writers: ['arn:aws:iam::123456789012:role/owner'],
      kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/b',
    },
    allow: {
      servers: ['192.0.2.1:53', '192.0.2.2:53'],
      irreversible: ['example.com'],
    },
    topics: { dns: 'create', result: 'create', audit: 'create' },
    notices: { language: 'en', contact: 'a text' },
    audit: { schedule: 'rate(1 day)' },
    architecture: 'x86_64',
    roles: { permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary', path: '/mail/' },
  },
  defaults: DOMAIN,
  domains: { 'example.com': DOMAIN },
};
/** Where the schema takes text, keys of records as `*`. */
function textsOf(schema: any, at: readonly string[] = []): string[] {
  const { properties, items, additionalProperties, anyOf } = schema;
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([key, each]) => textsOf(each, [...at, key])),
    ...(anyOf ?? []).flatMap((each: any) => textsOf(each, at)),
    ...(Array.isArray(items) ? items : items ? [items] : []).flatMap((each: any) =>
      textsOf(each, [...at, '0']),
    ),
    ...(typeof additionalProperties === 'object' ? textsOf(additionalProperties, [...at, '*']) : []),
  ];
  return schema.type === 'string' ? [at.join('.')] : [...new Set(inner)];
}

/** Every text in a value, by its path. */
const leavesOf = (value: unknown) => placesIn(value).filter((at) => typeof valueAt(value, at) === 'string');

const mistakesIn = (list: unknown): string => {
  try {
    parseDomainList(stringify(list), 'domains.yaml');
    return '';
  } catch (error) {
    if (!(error instanceof DomainListError)) throw error;
    return error.message;
  }
};

/** What the engine would be given, all of it. */
function templatesOf(list: unknown): string[] {
  const app = new TestApp();
  try {
    compose(app.app, parseDomainList(stringify(list), 'domains.yaml'), app.code);
    app.app.synth();
    const stacks = path.join(app.app.outdir, 'stacks');
    return readdirSync(stacks).map((id) => readFileSync(path.join(stacks, id, 'cdk.tf.json'), 'utf8'));
  } finally {
    app.close();
  }
}

const MARK = 'HOSTILE';
/** Not escaped: the engine reads a doubled sign as a single one, whatever stands before. */
const EXPRESSION = new RegExp(`(?:(?<!\\$)\\$|(?<!%)%)\\{${MARK}`);
const hostile = fc
  .tuple(
    fc.constantFrom('', 'a', '$', '%', '$$', '"', '\\'),
    fc.constantFrom('$', '%'),
    fc.constantFrom('}', ''),
  )
  .map(([before, sign, after]) => `${before}${sign}{${MARK}${after}`);

describe('an engine’s expression in the list', () => {
  const subscribed = { subscribers: ['team@example.com'] };
  const topics = { dns: subscribed, result: subscribed, audit: subscribed };
  const others = withAt(LIST, ['control', 'topics'], topics);
  const lists = [LIST, withAt(others, ['control', 'keyStore', 'bucket'], { existing: 'keys' })];
  const fields = [LIST, ...lists].flatMap((list) => leavesOf(list));

  it('is tried in every place that accepts text', () => {
    const places = textsOf(z.toJSONSchema(domainList));
    const covered = new Set(
      fields.map((at) =>
        at
          .join('.')
          .replace(/\.\d+$/, '.0')
          .replace(/^domains\.example\.com/, 'domains.*')
          .replace(/tags\.note$/, 'tags.*'),
      ),
    );
    expect(places.filter((place) => !covered.has(place))).toEqual([]);
    expect(lists.map(mistakesIn)).toEqual(['', '']);
  });

  it('is refused with its place, or arrives unchanged as text', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...lists), (text, list) => {
        let accepted = list;
        for (const at of leavesOf(list)) {
          const tried = withAt(accepted, at, text);
          const mistakes = mistakesIn(tried);
          if (mistakes === '') accepted = tried;
          else for (const line of mistakes.split('\n')) expect(line).toMatch(/^domains\.yaml:\d+:\d+: /);
        }
        const templates = templatesOf(accepted);
        expect(templates.join()).toContain(MARK);
        for (const template of templates) expect(template).not.toMatch(EXPRESSION);
      }),
      fuzzed(2),
    );
  });

  it('is refused in every place where it would refer to a value of cdktf', () => {
    for (const list of lists)
      for (const at of leavesOf(list))
        expect([at, mistakesIn(withAt(list, at, 'so: #{TfToken[TOKEN.0]}'))]).not.toEqual([at, '']);
    const keys = { '#{TfToken[TOKEN.0]}': 'a' };
    expect(mistakesIn(withAt(LIST, ['defaults', 'tags'], keys))).toContain('letters, digits');
  });
});
