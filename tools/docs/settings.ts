import { isBlock, type Table } from '../../handlers/contract/settings/setting';
import { LIST_SETTINGS } from '../../list/schema';
import type { GeneratedDocument } from './document';
import { allowedBy, textOf } from './words';

const { defaults, control, provider, backend } = LIST_SETTINGS;

/** The parts of a list in the order in which a newcomer needs them. */
const PARTS: readonly (readonly [title: string, intro: string, table: Table])[] = [
  ['`domains.NAME` and `defaults`', 'A domain takes from `defaults` what it does not set itself.', defaults],
  ['`control`', textOf(control), control],
  ['`provider`', textOf(provider), provider],
  ['`backend`', textOf(backend), backend],
];

const DEFAULT = ' Default: ';

/** Splits a description from its default, which `docOf` puts at the end. */
function meaningOf(entry: Table[string]): readonly [meaning: string, fallback: string] {
  const text = textOf(entry);
  const end = text.lastIndexOf(DEFAULT);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + DEFAULT.length).replace(/\.$/, '')];
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** Returns the rows of a table; a block has a row of its own before those of its settings. */
const rowsOf = (table: Table, within = ''): string[] =>
  Object.entries(table).flatMap(([name, entry]) => {
    const [meaning, fallback] = meaningOf(entry);
    const path = `${within}${name}`;
    return isBlock(entry)
      ? [row(`**\`${path}\`**`, `**${meaning}**`, '', fallback), ...rowsOf(entry, `${path}.`)]
      : [row(`\`${path}\``, meaning, allowedBy(entry), fallback)];
  });

/** Every setting of the domain list: what it does, its allowed values and its default. */
export const settings: GeneratedDocument = {
  path: 'docs/settings.md',
  generate: () =>
    [
      '# Settings of `domains.yaml`',
      '',
      'Each domain needs a `selector` and a `region`. All other settings are optional, or belong to an optional block (bold). An editor shows',
      'the same texts while you type, from [`domains.schema.json`](../domains.schema.json). A [list to begin with](../README.md#the-list).',
      'Generated: `npm run docs`.',
      '',
      ...PARTS.flatMap(([title, intro, table]) => [
        `## ${title}`,
        '',
        intro,
        '',
        '| Setting | Meaning | Allowed | Default |',
        '|---|---|---|---|',
        ...rowsOf(table),
        '',
      ]),
    ].join('\n'),
};
