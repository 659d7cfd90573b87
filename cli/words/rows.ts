import type { Advice } from '../../handlers/words/advice';
import { ERRORS, type ErrorCode } from '../../handlers/words/errors';
import { type FailureRow, OF_ENGINE, RUN_REFUSALS, THROWN } from './failures';

/** A row of the function or of the command. */
export type CatalogueRow = FailureRow & Pick<Advice, 'next' | 'command'>;

/** Rows of the function with their general advice, since their facts belong to the function's own errors. */
const OF_FUNCTION = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
  const row = ERRORS[code];
  return [code, { ...row, todo: row.todo() }] as const;
});

const ROWS = new Map<string, CatalogueRow>([
  ...Object.entries({ ...THROWN, ...OF_ENGINE, ...RUN_REFUSALS }),
  ...OF_FUNCTION,
]);

/** Returns the row of a code; undefined if only a newer function has it. */
export const rowOfCode = (code: string): CatalogueRow | undefined => ROWS.get(code);
