/**
 * Sends a private key through each row of each room of words, and through each text of the contract that holds a person's
 * value: the redactor still sees it, whatever the row makes of it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { type Asked, findViolations } from '../../handlers/contract/settings/allowances';
import { Redactor } from '../../handlers/errors/redact';
import { PEM } from '../handlers/words/poison';
import { KEY, poison } from './poison';

const ROOT = path.resolve(__dirname, '../..');
const FILES = [
  ...['handlers/words', 'cli/words'].flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`),
  ),
  'constructs/words.ts',
  'list/words.ts',
];

/**
 * What is in a room and makes no text of facts: questions, and tools for rows. `outcomeWords` and `proofWords` choose by two facts,
 * and put rows together that are here on their own.
 */
const NO_ROW =
  /\.(is[A-Z]\w+|byFacts|namesBelow|grouped|naturally|meaningAsData|rowOfCode|waitAt|outcomeWords|proofWords)$/;

type Row = (...facts: unknown[]) => unknown;

/** Returns the rows of a file with their names: its functions, and those of its tables. */
function rowsIn(value: unknown, name: string): [name: string, row: Row][] {
  if (typeof value === 'function') return NO_ROW.test(name) ? [] : [[name, value as Row]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => rowsIn(each, `${name}.${key}`));
}

const ROWS = FILES.flatMap((file) =>
  rowsIn(require(path.join(ROOT, file)), '').map(([name, row]) => [`${file}${name}`, file, row] as const),
);

/** What rows choose by that is written in another file. */
const OF_OTHERS = ['dns', 'urgent', 'DNS_TXT_NOT_READY', 'RECORD_MISSING', 'EXTERNAL', 'active', 'ready'];

/** Returns what the rows of a file may choose by: every name and every text in it, and in the rooms that it imports. */
function choicesIn(file: string): readonly (string | undefined)[] {
  const own = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const imported = [...own.matchAll(/from '(\.\.?\/[^']+)'/g)].map(([, place]) =>
    path.resolve(ROOT, path.dirname(file), place!),
  );
  const rooms = imported
    .filter((place) => /words|constructs/.test(path.relative(ROOT, place)))
    .map((place) => fs.readFileSync(`${place}.ts`, 'utf8'));
  const text = [own, ...rooms].join('\n');
  const names = [...text.matchAll(/'([\w-]+)'|^\s+(\w+):/gm)].map(([, quoted, name]) => quoted ?? name);
  return [undefined, ...new Set([...OF_OTHERS, ...names])];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  // It is a fact, as it was given.
  if (typeof value === 'function') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}

const TEXTS = new Map<Row, ReadonlySet<string>>();

/** Returns what a row makes of facts of every shape. Those that it cannot read are none of its facts. */
function textsOf(row: Row, file: string): ReadonlySet<string> {
  const texts = TEXTS.get(row) ?? new Set(allTextsOf(row, file));
  TEXTS.set(row, texts);
  return texts;
}

function allTextsOf(row: Row, file: string): string[] {
  const makings = choicesIn(file).flatMap((choice) => [{ choice }, { choice, hasTimes: true }]);
  return makings.flatMap((making) => {
    const facts = Array.from({ length: 6 }, () => poison(making));
    const shapes = row.length > 1 ? [facts, [making.choice, ...facts.slice(1)]] : [facts];
    return shapes.flatMap((given) => {
      try {
        return textsIn(row(...given));
      } catch {
        return [];
      }
    });
  });
}

test.each(ROWS)('%s shows no private key', (_, file, row) => {
  const texts = textsOf(row, file);
  const redactor = new Redactor();

  expect(texts.size).toBeGreaterThan(0);
  for (const text of texts) expect(redactor.redact(text)).not.toContain(KEY);
});

test('a private key would be noticed in most rows, and the others have only numbers or names of their own', () => {
  const isSeen = ([, file, row]: (typeof ROWS)[number]) =>
    [...textsOf(row, file)].some((text) => text.includes(KEY));
  expect(ROWS.filter(isSeen).length / ROWS.length).toBeGreaterThan(0.8);
});

describe('a setting of the contract', () => {
  /** A control stack whose servers and places are a private key. All other allowed values are fixed texts or numbers. */
  const CONTROL = {
    allow: { servers: [PEM] },
    gate: { nameservers: [PEM], resolvers: [PEM] },
    bucket: PEM,
    alsoRead: [`${PEM}/keys/`],
  };

  test.each<[string, Asked]>([
    ['gate.nameservers', { gate: { nameservers: ['192.0.2.1'] } }],
    ['gate.resolvers', { gate: { resolvers: ['192.0.2.1'] } }],
    ['keyStore.privateKey', { keyStore: { privateKey: 'k.pem' } }],
    ['keyStore.dnsRecords', { keyStore: { dnsRecords: 'records/' } }],
  ])('shows no private key among its allowed values: %s', (setting, asked) => {
    const { prop, allowed, found } = findViolations(asked, CONTROL)[0]!;
    expect(prop).toBe(setting);
    expect(allowed).toContain(KEY);
    for (const text of textsIn([allowed, found])) expect(new Redactor().redact(text)).not.toContain(KEY);
  });
});
