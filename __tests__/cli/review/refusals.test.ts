import { compareLists } from '../../../cli/review/changes';
import {
  type Deployed,
  type PlanRefusal,
  refusalsOfDomain,
  refusalsOfSetting,
} from '../../../cli/review/refusals';
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
const between = (...[before, after]: [[string, string], [string, string]]): string[] =>
  found(before, after).map(({ text }) => text);

const zone = (id: string) => `record: { hostedZoneId: ${id} }`;

describe('a review refuses', () => {
  const bucket = (of: string) => `keyStore: { bucket: ${of} }`;
  const REFUSED: readonly [string, [string, string], [string, string], RegExp][] = [
    ['a renamed function', ['', ''], ['functionName: other', ''], /^`control\.functionName`/],
    ['an existing bucket for the default', ['', ''], [bucket('{ existing: bbb }'), ''], /keyStore\.bucket/],
    ['an existing one for a named one', [bucket('abc'), ''], [bucket('{ existing: bbb }'), ''], /keyStore/],
    [
      'the bucket that was made, as an existing one',
      [bucket('made'), ''],
      [bucket('{ existing: made }'), ''],
      /keyStore/,
    ],
    ['another name', [bucket('abc'), ''], [bucket('def'), ''], /keyStore\.bucket/],
    ['managed to existing', ['', ''], ['', 'identity: existing'], /^`example\.com`: with `identity: exist/],
    ['existing to managed', ['', 'identity: existing'], ['', ''], /would make an identity that exists/],
    ['another hosted zone', ['', zone('ZOLD')], ['', zone('ZNEW')], /from hosted zone ZOLD to ZNEW/],
    ['another region', ['', ''], ['', 'region: eu-west-1'], /found eu-west-1, expected us-east-1/],
  ];
  it.each(REFUSED)(
    '%s, if it is deployed, and with reserve if AWS was not asked',
    (_, before, after, refusal) => {
      expect(between(before, after)).toEqual([expect.stringMatching(refusal)]);
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
