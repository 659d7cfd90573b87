import { parseReadableList } from '../../cli/domain-list';
import { soundPart } from '../../cli/sound-part';

const read = (text: string) => parseReadableList(text, 'domains.yaml');

describe('the readable part of a list', () => {
  it('is all of a list without mistakes', () => {
    const { list, broken } = read('domains:\n  a.example: { selector: s1, region: eu-west-1 }\n');
    expect(list.domains.map(({ domain }) => domain)).toEqual(['a.example']);
    expect(broken).toEqual([]);
  });

  it('leaves a broken domain out, and says what is wrong with it', () => {
    const { list, broken } = read(
      [
        'defaults: { region: eu-west-1, selector: s1 }',
        'domains:',
        '  a.example:',
        '  b.example:',
        '    selector: not_one',
        '    gate:',
        '      mode: fast',
        '  # about c',
        '  c.example: { selector: s2 }',
        '',
      ].join('\n'),
    );
    expect(list.domains).toEqual([
      expect.objectContaining({ domain: 'a.example', selector: 's1' }),
      expect.objectContaining({ domain: 'c.example', selector: 's2' }),
    ]);
    expect(broken).toEqual([
      {
        domain: 'b.example',
        mistakes: [
          expect.objectContaining({ line: 5, text: expect.stringContaining('not_one') }),
          expect.objectContaining({ line: 7, text: expect.stringContaining('fast') }),
        ],
      },
    ]);
  });

  it.each([
    [
      'a mistake in the defaults',
      'defaults: { selector: a_b, region: eu-west-1 }\ndomains:\n  a.example:\n  b.example: { selector: s }\n',
    ],
    [
      'a mistake behind the domains',
      'domains:\n  a.example: { selector: s, region: eu-west-1 }\nbackend:\n  s4: {}\n',
    ],
    ['broken YAML', 'domains: { a.example: {\n'],
    ['no domain that is right', 'domains:\n  a.example: { selector: a_b, region: eu-west-1 }\n'],
    ['no domains', 'domains: 7\n'],
  ])('fails with every mistake for %s', (_, text) => {
    expect(() => read(text)).toThrow(/^domains\.yaml:\d+:\d+: /);
  });

  it('is nothing when the text has no such domains', () => {
    expect(soundPart('a: 1', [{ line: 1, column: 1, text: 'x' }])).toBeUndefined();
  });
});
