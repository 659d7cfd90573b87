import { compareLists } from '../../../cli/review/changes';
import { reviewAsMarkdown } from '../../../cli/review/markdown';
import { meaningOf } from '../../../cli/review/meaning';
import { cautionWords, destructionWords, effectWords } from '../../../cli/words/meaning';
import { parseDomainList } from '../../../list/read-list';

const list = (text: string) => parseDomainList(text, '/lists/domains.yaml');
const DEFAULTS = 'defaults: { region: ap-northeast-1, selector: s1 }\n';
const ALLOWED = "control: { allow: { irreversible: true, recursive: true, servers: ['192.0.2.1:53'] } }\n";
const only = (...versions: [before: string, after: string]) => {
  const [before, after] = versions.map((settings) =>
    list(`${DEFAULTS}${ALLOWED}domains:\n  a.example: { ${settings} }\n`),
  );
  const { domains } = compareLists(before!, after!);
  expect(domains).toHaveLength(1);
  return domains[0]!;
};

describe('the differences between two lists', () => {
  it('are all domains if there was no list', () => {
    const { domains, settings, regionsAdded } = compareLists(
      null,
      list(`${DEFAULTS}domains:\n  a.example:\n`),
    );
    expect(domains).toEqual([{ kind: 'added', after: expect.objectContaining({ domain: 'a.example' }) }]);
    expect(settings).toEqual([]);
    expect(regionsAdded).toEqual(['ap-northeast-1']);
  });

  it('are all domains that a changed default affects', () => {
    const after = list(
      'defaults: { region: ap-northeast-1, selector: s2 }\ndomains:\n  a.example:\n  b.example: { selector: s1 }\n',
    );
    const { domains } = compareLists(list(`${DEFAULTS}domains:\n  a.example:\n  b.example:\n`), after);
    expect(domains).toEqual([
      expect.objectContaining({ after: expect.objectContaining({ domain: 'a.example' }) }),
    ]);
  });
});

it('reports a change of the function’s own settings, although each domain sets its own', () => {
  const withDefault = (strict: boolean) =>
    list(
      `defaults: { selector: s1, region: eu-west-1, gate: { strict: ${strict} } }\ndomains: { example.com: { gate: { strict: true } } }\n`,
    );
  const changes = compareLists(withDefault(true), withDefault(false));
  expect(changes.domains).toEqual([]);
  const told = reviewAsMarkdown({
    base: 'a',
    domains: [],
    changes,
    refusals: [],
    cautions: [],
    harms: [],
    exitCode: 0,
  });
  expect(told).toContain('`defaults.gate.strict: true → false`: also applies to direct calls and the audit');
});

describe('the effect of a difference', () => {
  const easyDkim = {
    origin: 'AWS_SES',
    status: 'SUCCESS',
    enabled: true,
    tokens: [],
    observedAt: 0,
    restoration: { kind: 'easy-dkim' },
  } as const;

  it.each([
    ['selector: s2', 'rotates from s1 to s2'],
    ['region: eu-west-1', 'its region changes from ap-northeast-1 to eu-west-1'],
    [
      'keyStore: { privateKey: dkim-certificates/a/b.pem }',
      'reads the key of s1 from another place; SES changes if it is another key',
    ],
    [
      'gate: { waitSeconds: 120 }, irreversible: allow',
      'the signing state stays; gate.waitSeconds: default → 120; irreversible: default → allow',
    ],
    ['selector: s2, heal: true', 'rotates from s1 to s2; heal: default → true'],
  ])('%s', (after, effect) => {
    expect(effectWords(meaningOf(only('', after), undefined).effect)).toBe(effect);
  });

  it.each([
    ['irreversible: allow', 'signing is switched off'],
    ['confirmTimeoutMinutes: 0', 'no schedule rolls the change back'],
    ['gate: { mode: recursive }', 'only resolvers are asked'],
    ["gate: { nameservers: ['192.0.2.1:53'] }", 'only 192.0.2.1:53 are asked'],
    [
      'record: { hostedZoneId: Z1, delegation: { zone: evil.example, selectors: [s1, s2] } }',
      'whoever owns evil.example can sign mail as this domain once the aliases are published',
    ],
  ])('%s is dangerous', (after, caution) => {
    const { cautions } = meaningOf(only('', after), undefined);
    expect(cautions.map((each) => cautionWords(each))).toEqual([expect.stringContaining(caution)]);
    const [added] = compareLists(
      null,
      list(`${DEFAULTS}${ALLOWED}domains:\n  a.example: { ${after} }\n`),
    ).domains;
    expect(meaningOf(added!, undefined).cautions).toEqual(cautions);
  });

  it.each([
    [easyDkim, 'restores Easy DKIM'],
    [{ ...easyDkim, enabled: false }, 'restores Easy DKIM, switched off'],
    [
      { ...easyDkim, origin: 'EXTERNAL', selector: 's0', restoration: { kind: 'byodkim' } },
      'restores BYODKIM with selector s0',
    ],
    [
      { ...easyDkim, restoration: { kind: 'disable' } },
      'switches signing off: the prior state cannot be restored',
    ],
  ])('is a rollback to the baseline for a destroy %#', (baseline, destroy) => {
    const current = { ses: { ...easyDkim, origin: 'EXTERNAL' }, baseline: baseline as typeof easyDkim };
    const change = only('identity: existing', 'identity: existing, selector: s2');
    expect(destructionWords(meaningOf(change, current).destroy)).toBe(destroy);
  });
});
