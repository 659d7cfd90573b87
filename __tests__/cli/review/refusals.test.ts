import { compareLists } from '../../../cli/review/changes';
import {
  type Deployed,
  type PlanRefusal,
  refusalsOfDomain,
  refusalsOfMailFrom,
  refusalsOfSetting,
} from '../../../cli/review/refusals';
import type { ReviewRefusal } from '../../../cli/words/refusals';
import { parseDomainList } from '../../../list/read-list';
import { answer } from '../status/answers';

const list = (control: string, domain: string) =>
  parseDomainList(
    `control: { ${control} }\ndefaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: { ${domain} } }\n`,
    'domains.yaml',
  );
const DEPLOYED = answer({ keyStoreBucket: 'made' });

function found(
  before: [string, string],
  after: [string, string],
  deployed: Deployed = DEPLOYED,
): PlanRefusal[] {
  const wanted = list(...after);
  const { settings, domains } = compareLists(list(...before), wanted);
  const inRegions = new Map([['us-east-1', deployed]]);
  return [
    ...settings.flatMap((setting) => refusalsOfSetting(setting, wanted.control, inRegions)),
    ...domains.flatMap((change) => refusalsOfDomain(change, deployed)),
  ];
}
const between = (...[before, after]: [[string, string], [string, string]]): ReviewRefusal['code'][] =>
  found(before, after).map(({ code }) => code);

const zone = (id: string) => `record: { hostedZoneId: ${id} }`;

describe('a review refuses', () => {
  const bucket = (of: string) => `keyStore: { bucket: ${of} }`;
  const REFUSED: readonly [string, [string, string], [string, string], ReviewRefusal['code']][] = [
    ['a renamed function', ['', ''], ['functionName: other', ''], 'CONTROL_PROTECTED'],
    [
      'an existing bucket for the default',
      ['', ''],
      [bucket('{ existing: bbb }'), ''],
      'KEY_STORE_PROTECTED',
    ],
    [
      'an existing one for a named one',
      [bucket('abc'), ''],
      [bucket('{ existing: bbb }'), ''],
      'KEY_STORE_PROTECTED',
    ],
    [
      'the bucket that was made, as an existing one',
      [bucket('made'), ''],
      [bucket('{ existing: made }'), ''],
      'KEY_STORE_PROTECTED',
    ],
    ['another name', [bucket('abc'), ''], [bucket('def'), ''], 'KEY_STORE_PROTECTED'],
    ['managed to existing', ['', ''], ['', 'identity: existing'], 'IDENTITY_PROTECTED'],
    ['existing to managed', ['', 'identity: existing'], ['', ''], 'IDENTITY_EXISTS'],
    ['another hosted zone', ['', zone('ZOLD')], ['', zone('ZNEW')], 'RECORD_MOVES'],
    ['another region', ['', ''], ['', 'region: eu-west-1'], 'IDENTITY_PROTECTED'],
  ];
  it.each(REFUSED)(
    '%s if it is deployed, and with reserve if AWS was not asked',
    (_, before, after, code) => {
      expect(between(before, after)).toEqual([code]);
      expect(found(before, after, 'none')).toEqual([]);
      expect(found(before, after, 'unknown')).toMatchObject([{ isCertain: false }]);
    },
  );

  it.each<[string, [string, string], [string, string]]>([
    ['the name of the bucket that is deployed', ['', ''], ['keyStore: { bucket: made }', '']],
    ['the existing bucket that is deployed', ['', ''], ['keyStore: { bucket: { existing: made } }', '']],
    [
      'the existing bucket that is deployed, of a list that named another one before',
      ['keyStore: { bucket: template }', ''],
      ['keyStore: { bucket: { existing: made } }', ''],
    ],
    ['a first hosted zone', ['', ''], ['', zone('ZNEW')]],
    ['a rotation', ['', ''], ['', 'selector: s2']],
    ['another existing bucket', [bucket('{ existing: aaa }'), ''], [bucket('{ existing: bbb }'), '']],
    ['existing to import', ['', 'identity: existing'], ['', 'identity: import']],
  ])('not %s', (_, before, after) => {
    expect(between(before, after)).toEqual([]);
  });
});

describe('a review refuses to move MAIL FROM records in Route 53', () => {
  const ZONE = 'record: { hostedZoneId: Z1 }';
  /** A list of two regions with a common MAIL FROM domain; by default the first makes the key and publishes. */
  const regions = ({
    first = `selector: s1, createKey: true, ${ZONE}`,
    second = 'selector: s1',
    mailFrom = 'bounce',
  } = {}) =>
    parseDomainList(
      [
        'control: { keyStore: { bucket: "keys-{region}" } }',
        `defaults: { region: us-east-1, mailFrom: { subdomain: "${mailFrom}" } }`,
        'domains:',
        ...(first === '' ? [] : [`  example.com: { ${first} }`]),
        `  example.com@eu-west-1: { ${second} }`,
        '',
      ].join('\n'),
      'domains.yaml',
    );
  const MOVED = {
    first: 'selector: s2, record: { hostedZoneId: Z1, previousSelectors: [s1] }',
    second: `selector: s2, createKey: true, ${ZONE}`,
  };
  const between = (
    before: Parameters<typeof regions>[0],
    after: Parameters<typeof regions>[0],
    deployed: Deployed = DEPLOYED,
  ): PlanRefusal[] => {
    const lists = { before: regions(before).domains, after: regions(after).domains };
    return compareLists(regions(before), regions(after)).domains.flatMap((change) =>
      refusalsOfMailFrom(change, deployed, lists),
    );
  };
  const REFUSED = {
    code: 'MAIL_FROM_MOVES',
    facts: { stack: 'example.com', to: 'example.com@eu-west-1', name: 'bounce.example.com' },
  };

  it.each([
    ['with the home', MOVED],
    ['since the entry leaves the list', { ...MOVED, first: '' }],
  ])('%s', (_, after) => {
    expect(between({}, after)).toEqual([{ ...REFUSED, isCertain: true }]);
    expect(between({}, after, 'unknown')).toEqual([{ ...REFUSED, isCertain: false }]);
    expect(between({}, after, 'none')).toEqual([]);
  });

  it.each([
    ['another name', {}, { ...MOVED, mailFrom: 'other' }],
    ['a name for each region', { mailFrom: 'bounce-{region}' }, { ...MOVED, mailFrom: 'bounce-{region}' }],
    [
      'another key at the same home',
      {},
      { first: `selector: s2, createKey: true, ${ZONE}`, second: 'selector: s2' },
    ],
    [
      'records that others publish',
      { first: 'selector: s1, createKey: true' },
      { first: 'selector: s2', second: 'selector: s2, createKey: true' },
    ],
  ])('not %s', (_, before, after) => {
    expect(between(before, after)).toEqual([]);
  });
});
