import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GeneratedDocument } from './document';

/** A fault in this project that was found and fixed. */
export interface Fault {
  readonly what: string;
  /** The means by which it was found. */
  readonly by: string;
  /** The commit that introduced it, if known. */
  readonly brought: string;
  /** The commits that fixed it. */
  readonly fixed: string;
  /** The test that catches it: a file below `__tests__`, and a part of a title. */
  readonly test?: { readonly file: string; readonly title: string };
  /** The schedule that catches it instead, in `simulation/kept/`. */
  readonly schedule?: string;
  /** The fix, as text in a file that the replay replaces. */
  readonly without?: { readonly file: string; readonly find: string; readonly put: string };
  /** Why it can no longer be written. */
  readonly gone?: string;
  /** The number of schedules after which the random search found it, or that it tried in vain. */
  readonly search?: { readonly found: number } | { readonly notIn: number };
}

const ROOT = path.join(__dirname, '../..');
const PAGE = 'docs/evidence/reliability.md';
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

export const faults: Readonly<Record<string, Fault>> = JSON.parse(
  read('__tests__/handlers/transaction/replay/faults.json'),
);

/** The file of the test that catches it. */
export const heldBy = ({ test }: Fault): string => `__tests__/${test!.file}.test.ts`;

/** Returns how a fault is replayed. */
export function playedBy(name: string, fault: Fault): string {
  if (fault.without !== undefined) return `npm run replay -- ${name}`;
  if (fault.gone !== undefined) return `it can no longer be written: ${fault.gone}`;
  return `held by "${fault.test!.title}" (${heldBy(fault)})`;
}

function searched({ without, gone, search }: Fault): string {
  if (without === undefined) return gone === undefined ? 'example' : 'gone';
  if (search === undefined) return '';
  return 'found' in search ? `${search.found}` : `>${search.notIn}`;
}

const HEAD =
  '|`npm run replay --`|What happened|Found by|Brought by|Fixed by|Search|\n|---|---|---|---|---|---|';

/** Writes the table of the track record into its page. */
export const trackRecord: GeneratedDocument = {
  path: PAGE,
  generate: () => {
    const rows = Object.entries(faults).map(([name, fault]) => {
      const { without, what, by, brought, fixed } = fault;
      return `|${[without ? `\`${name}\`` : name, what, by, brought, fixed, searched(fault)].join('|')}|`;
    });
    return read(PAGE).replace(/^\|`npm run replay --`.*(\n\|.*)*/m, () => [HEAD, ...rows].join('\n'));
  },
};
