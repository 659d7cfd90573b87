import fc from 'fast-check';
import { parse } from 'yaml';
import { addEntries, editList } from '../../list/edit-list';
import { CannotEditList } from '../../list/mistake';

const rotate = [
  { path: ['selector'], value: 's2' },
  { path: ['record', 'previousSelectors'], value: ['s1'] },
];

describe('an edited list', () => {
  it.each([
    [
      'a domain with settings',
      '# ours\ndomains:\n  a.example: # the shop\n    selector: s1 # since May\n    createKey: true\n  b.example:\n',
      '# ours\ndomains:\n  a.example: # the shop\n    record: { previousSelectors: [s1] }\n    selector: s2 # since May\n    createKey: true\n  b.example:\n',
    ],
    [
      'a domain that takes everything from defaults',
      'defaults: { selector: s1 }\ndomains:\n  a.example:   # the shop\n\n  # the next\n  b.example:\n',
      'defaults: { selector: s1 }\ndomains:\n  a.example:   # the shop\n    record: { previousSelectors: [s1] }\n    selector: s2\n\n  # the next\n  b.example:\n',
    ],
    [
      'the last line, without a line end',
      'domains:\n  a.example:',
      'domains:\n  a.example:\n    record: { previousSelectors: [s1] }\n    selector: s2',
    ],
    [
      'a domain on one line',
      'domains: { a.example: { selector: s1, region: x }, b.example: {} }\n',
      'domains: { a.example: { record: { previousSelectors: [s1] }, selector: s2, region: x }, b.example: {} }\n',
    ],
    [
      'lines that end as on Windows',
      'domains:\r\n  a.example:\r\n    selector: s1\r\n',
      'domains:\r\n  a.example:\r\n    record: { previousSelectors: [s1] }\r\n    selector: s2\r\n',
    ],
    [
      'quotes, and what is there already',
      'domains:\n  \'a.example\':\n    selector: "s1"\n    record:\n      previousSelectors: [s0]\n',
      "domains:\n  'a.example':\n    selector: s2\n    record:\n      previousSelectors: [s1]\n",
    ],
    [
      'a block that is there without the setting',
      'domains:\n  a.example:\n    selector: s1\n    record: { hostedZoneId: Z1 } # ours\n',
      'domains:\n  a.example:\n    selector: s2\n    record: { previousSelectors: [s1], hostedZoneId: Z1 } # ours\n',
    ],
  ])('keeps every other byte: %s', (_, before, after) => {
    expect(editList(before, 'a.example', rotate)).toBe(after);
  });

  const BLOCK = `domains:
  a.example:
    record: # ours
      hostedZoneId: Z1
      previousSelectors: # stay
        - s1 # May
        - s0
      # the end
    selector: s2
`;
  const previous = (...value: string[]) => [{ path: ['record', 'previousSelectors'], value }];

  it.each<[string, string, string[], string]>([
    ['one goes', BLOCK, ['s1'], BLOCK.replace('        - s0\n', '')],
    ['the first goes', BLOCK, ['s0'], BLOCK.replace('        - s1 # May\n', '')],
    [
      'one comes first',
      BLOCK,
      ['s2', 's1', 's0'],
      BLOCK.replace('        - s1', '        - s2\n        - s1'),
    ],
    ['another one', BLOCK, ['s2'], BLOCK.replace('- s1 # May\n        - s0', '- s2')],
    ['all go', BLOCK, [], BLOCK.replace('- s1 # May\n        - s0', '  []')],
    [
      'all go, in brackets',
      'domains:\n  a.example:\n    record: { previousSelectors: [s1, s0], hostedZoneId: Z1 } # x\n',
      [],
      'domains:\n  a.example:\n    record: { previousSelectors: [], hostedZoneId: Z1 } # x\n',
    ],
    [
      'all go, on the last lines',
      'domains:\n  a.example:\n    record:\n      hostedZoneId: Z1\n      previousSelectors:\n      - s1',
      [],
      'domains:\n  a.example:\n    record:\n      hostedZoneId: Z1\n      previousSelectors:\n        []',
    ],
    [
      'the last line, as on Windows',
      'domains:\r\n  a.example:\r\n    record:\r\n      hostedZoneId: Z1\r\n      previousSelectors:\r\n      - s1',
      ['s2', 's1'],
      'domains:\r\n  a.example:\r\n    record:\r\n      hostedZoneId: Z1\r\n      previousSelectors:\r\n      - s2\r\n      - s1',
    ],
  ])('has its earlier selectors edited in place: %s', (_, before, value, after) => {
    expect(editList(before, 'a.example', previous(...value))).toBe(after);
  });

  it.each(['[s1, # May\n        s0]', '\n        - s1\n        # for the audit\n        - s0'])(
    'does not lose a comment between the items, but refuses: %j',
    (items) => {
      const list = `domains:\n  a.example:\n    record:\n      previousSelectors: ${items}\n`;
      const edit = () => editList(list, 'a.example', previous('s2', 's1', 's0'));
      expect(edit).toThrow(/manually: .*previousSelectors: \[s2, s1, s0\]/);
    },
  );

  it('quotes a selector that YAML would read as something else', () => {
    const edited = editList('domains:\n  a.example:\n', 'a.example', [
      { path: ['selector'], value: '202611' },
    ]);
    expect(parse(edited)).toEqual({ domains: { 'a.example': { selector: '202611' } } });
  });

  it.each([
    ['a shared block', 'x: &x { selector: s1 }\ndomains:\n  a.example: *x\n'],
    [
      'a setting that others refer to',
      'domains:\n  a.example:\n    selector: &s s1\n  b.example:\n    selector: *s\n',
    ],
    ['a domain that is not there', 'domains:\n  b.example:\n'],
    ['a domain whose settings are no settings', 'domains:\n  a.example: text\n'],
  ])('refuses %s, with the text to write manually', (_, before) => {
    expect(() => editList(before, 'a.example', rotate)).toThrow(CannotEditList);
    expect(() => editList(before, 'a.example', rotate)).toThrow(
      /manually: domains\.a\.example\.selector: s2/,
    );
  });

  it('has only its intended change, whatever surrounds it', () => {
    const comment = fc.stringMatching(/^[ a-z:#{}[\]'"-]{0,12}$/).map((text) => ` # ${text}`);
    const settings = fc.dictionary(
      fc.constantFrom('selector', 'region', 'createKey'),
      fc.constantFrom('s1', 'true'),
    );
    const domain = fc.tuple(fc.constantFrom('a.example', 'b.example', 'c.example'), settings, comment);
    fc.assert(
      fc.property(fc.uniqueArray(domain, { selector: ([name]) => name, minLength: 1 }), (domains) => {
        const text = `domains:\n${domains
          .map(([name, of, note]) =>
            [
              `  ${name}:${note}`,
              ...Object.entries(of).map(([key, value]) => `    ${key}: ${value}${note}`),
              '',
            ].join('\n'),
          )
          .join('')}`;
        const [[name]] = domains as [(typeof domains)[number]];
        const edited = editList(text, name, rotate);
        const lines = edited.split('\n');
        for (const line of text.split('\n')) if (!/selector: /.test(line)) expect(lines).toContain(line);
        expect(parse(edited).domains[name]).toMatchObject({
          selector: 's2',
          record: { previousSelectors: ['s1'] },
        });
      }),
    );
  });
});

describe('new entries', () => {
  const entry = { key: 'new.example', settings: { selector: '1', identity: 'existing' } };
  const LINE = "new.example: { selector: '1', identity: existing }";

  it.each([
    [
      'behind a block',
      'domains:\n  a.example: # shop\n    selector: s1 # since May\n\n# the end\n',
      `domains:\n  a.example: # shop\n    selector: s1 # since May\n  ${LINE}\n\n# the end\n`,
    ],
    ['behind an empty one', 'domains:\n    a.example:\n', `domains:\n    a.example:\n    ${LINE}\n`],
    ['on the last line', 'domains:\n  a.example: {}', `domains:\n  a.example: {}\n  ${LINE}`],
    ['as on Windows', 'domains:\r\n  a.example:\r\n', `domains:\r\n  a.example:\r\n  ${LINE}\r\n`],
    [
      'before what follows',
      'domains:\n  a.example:\n    tags:\n      a: b\ndefaults: {}\n',
      `domains:\n  a.example:\n    tags:\n      a: b\n  ${LINE}\ndefaults: {}\n`,
    ],
    ['where there is none yet', 'domains: {} # all\ndefaults: {}', `domains: # all\n  ${LINE}\ndefaults: {}`],
    ['below a key in quotes', '"domains":\t{ }\r\n', `"domains":\r\n  ${LINE}\r\n`],
  ])('stand %s', (_, text, expected) => {
    expect(addEntries(text, [entry])).toBe(expected);
  });

  it.each(['domains: { a.example: {} }\n', 'domains: &all {}\n', 'domains: { # ours\n  }\n'])(
    'have to be written manually into %j',
    (text) => {
      expect(() => addEntries(text, [entry])).toThrow(CannotEditList);
      expect(() => addEntries(text, [entry])).toThrow(LINE);
    },
  );
});
