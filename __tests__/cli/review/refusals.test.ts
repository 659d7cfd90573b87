import { compareLists } from '../../../cli/review/changes';
import {
  type Deployed,
  type PlanRefusal,
  refusalsOfDomain,
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
