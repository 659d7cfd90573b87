import { compareLists } from '../../../cli/review/changes';
import { refusalsOf } from '../../../cli/review/refusals';
import { parseDomainList } from '../../../list/read-list';

const list = (control: string, domain: string) =>
  parseDomainList(
    `control: { ${control} }\ndefaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: { ${domain} } }\n`,
    'domains.yaml',
  );
const between = (before: [string, string], after: [string, string]): string[] =>
  refusalsOf(compareLists(list(...before), list(...after)));

describe('a review refuses', () => {
  it.each<[string, [string, string], [string, string], RegExp]>([
    ['a renamed function', ['', ''], ['functionName: other', ''], /^`control\.functionName`/],
    [
      'an existing bucket for the default',
      ['', ''],
      ['keyStore: { bucket: { existing: bbb } }', ''],
      /keyStore\.bucket/,
    ],
    [
      'an existing bucket for a named one',
      ['keyStore: { bucket: abc }', ''],
      ['keyStore: { bucket: { existing: bbb } }', ''],
      /keyStore\.bucket/,
    ],
    [
      'another name',
      ['keyStore: { bucket: abc }', ''],
      ['keyStore: { bucket: def }', ''],
      /keyStore\.bucket/,
    ],
    [
      'managed to existing',
      ['', ''],
      ['', 'identity: existing'],
      /^`example\.com`: with `identity: existing`/,
    ],
    ['another region', ['', ''], ['', 'region: eu-west-1'], /found eu-west-1, expected us-east-1/],
  ])('%s', (_, before, after, refusal) => {
    expect(between(before, after)).toEqual([expect.stringMatching(refusal)]);
  });

  it.each<[string, [string, string], [string, string]]>([
    ['a rotation', ['', ''], ['', 'selector: s2']],
    [
      'another existing bucket',
      ['keyStore: { bucket: { existing: aaa } }', ''],
      ['keyStore: { bucket: { existing: bbb } }', ''],
    ],
    ['existing to import', ['', 'identity: existing'], ['', 'identity: import']],
  ])('not %s', (_, before, after) => {
    expect(between(before, after)).toEqual([]);
  });
});
