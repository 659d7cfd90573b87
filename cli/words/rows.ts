import type { Advice } from '../../handlers/words/advice';
import { ERRORS } from '../../handlers/words/errors';
import { type FailureRow, OF_ENGINE, REFUSALS, THROWN } from './failures';

/** A row of the function or of the command. */
export type CatalogueRow = FailureRow & Pick<Advice, 'next' | 'command'>;

const ROWS = new Map<string, CatalogueRow>(
  Object.entries({ ...THROWN, ...OF_ENGINE, ...REFUSALS, ...ERRORS }),
);

/** Returns the row of a code; undefined if a newer function has it. */
export const rowOfCode = (code: string): CatalogueRow | undefined => ROWS.get(code);
