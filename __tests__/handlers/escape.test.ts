import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import {
  forMail,
  forMarkdown,
  forTerminal,
  markdownBlock,
  markdownCellCode,
  markdownCode,
  oneLine,
  shellWord,
  visible,
  visibleValue,
} from '../../handlers/escape';
import { anyCharacter } from '../support/any-character';

const HOSTILE = 'ok\x1b[2J\r\n\n::error::forged\u202eevil\u0085\u2028@admin [a](https://evil.example)';

test('leaves harmless text unchanged', () => {
  const text = 'BYODKIM の selector s1: 2 of 2 servers “ready” – p=MIIB+/=';
  for (const outlet of [oneLine, visible, forTerminal, forMail]) expect(outlet(text)).toBe(text);
});

test('spells out invisible characters', () => {
  expect(oneLine('a\x1b[1mb\nc\rd\te\x9bf\u202eg\u{e0001}h')).toBe(
    'a\\x1b[1mb\\nc\\rd\\te\\x9bf\\u{202e}g\\u{e0001}h',
  );
  expect(visible('a\nb\r\n\x07')).toBe('a\nb\\r\n\\x07');
});

test('lets no character of any text except a line feed move the cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(visible(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('makes every string of a value visible, including names of fields', () => {
  expect(visibleValue({ 'a\x1b': ['b\x07', 7, null, { c: HOSTILE }] })).toEqual({
    'a\\x1b': ['b\\x07', 7, null, { c: visible(HOSTILE) }],
  });
});

test.each([
  '::error::forged',
  '  ::error file=x::forged',
  'all well\n::set-output name=a::b',
  '##[error]forged',
  'x ##vso[task.setvariable]y',
  HOSTILE,
])('keeps a CI job from reading a line as a command: %j', (text) => {
  const escaped = forTerminal(text);
  for (const line of escaped.split('\n')) expect(line.trimStart()).not.toMatch(/^::.*::/);
  expect(escaped).not.toMatch(/##\[|##vso\[/);
});

test('leaves an IPv6 address at the beginning of a line intact', () => {
  expect(forTerminal('::1 does not answer')).toBe('::1 does not answer');
});

test('lets a message contain no link of others', () => {
  expect(forMail('see https://evil.example or www.evil.example')).toBe(
    'see https[:]//evil.example or www[.]evil.example',
  );
});

test('lets Markdown show markup, links, mentions and HTML as text, in one cell', () => {
  const escaped = forMarkdown(
    `a | b\n${HOSTILE} <img src=x> &lt; \`code\` **bold** #12 GH-12 www.evil.example`,
  );
  expect(escaped).not.toMatch(/\n|(?<!\\)[|[\]`*]|<|>|@\w|#\d|GH-\d|:\/\/|www\./);
  expect(escaped).toContain('&lt;img');
});

test('keeps code in a line of Markdown from being closed from within', () => {
  expect(markdownCode('a: 1 → 2')).toBe('`a: 1 → 2`');
  expect(markdownCode('a``b\n@c`')).toBe('``` a``b\\n@c` ```');
});

test('keeps code in a cell of a table from ending the cell', () => {
  // As cmark-gfm scans a row: an escaped character, or any other one.
  const isOneCell = (cell: string) =>
    /^(?:\\[!-/:-@[-`{-~]|[^|\n])+$/.test(cell) && !/(?:^|[^\\])(?:\\\\)*\|/.test(cell);
  expect(markdownCellCode('a|b')).toBe('`a\\|b`');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('|', '\\', '`', 'a', '\n'), minLength: 1 }), (text) => {
      expect(isOneCell(markdownCellCode(text))).toBe(true);
    }),
  );
});

test('keeps a block of Markdown from being closed from within', () => {
  expect(markdownBlock('a\n```\n@b\x1b')).toBe('````text\na\n```\n@b\\x1b\n````');
});

test('turns any text into one word of a shell, and a comment into one line', () => {
  const word = fc.string({ unit: fc.constantFrom(...'a$(`\'"\\\n;|& *~#!'), maxLength: 12 });
  fc.assert(
    // Twenty in each script: a shell takes longer to start than to run them.
    fc.property(fc.array(word, { minLength: 20, maxLength: 20 }), (texts) => {
      const lines = texts.map((text) => `printf '%s\\0' ${shellWord(text)} # ${oneLine(text)}`);
      const printed = execFileSync('/bin/sh', ['-c', lines.join('\n')], { encoding: 'utf8' });
      expect(printed.split('\0')).toEqual([...texts, '']);
    }),
    { numRuns: 3 },
  );
});
