import type { Backend } from '../../list/domain-list';
import {
  type HandlerError,
  importAdvice,
  killedWords,
  RECORD_MAY_EXIST,
  RUN_REFUSALS,
  type RunRefusalCode,
  recordImportAdvice,
} from '../words/failures';
import {
  type EntryError,
  entryErrorWords,
  NOTHING_DESTROYED,
  outdatedLine,
  type Protection,
  refusedRun,
  renamedLine,
  weakenedLine,
} from '../words/refusals';
import { type Renaming, renameAdvice, type Twins, twinsAdvice, twinsLine } from '../words/unlisted';

/** A refusal of a run before anything is changed. */
export interface Refused {
  readonly code: RunRefusalCode;
  readonly message: string;
  /** `changes` has lines of a plan or names. */
  readonly facts: { readonly changes: readonly string[] };
  /** @default the text in the code's row */
  readonly advice?: string;
}

/** Refuses a run because of its changes. */
export function refuseRun(code: RunRefusalCode, changes: readonly string[] = []): Refused {
  const { would, effect } = RUN_REFUSALS[code];
  return { code, message: refusedRun(would, effect, changes), facts: { changes } };
}

/** Refuses a run that removes protection of the key store. */
export const refuseWeakening = (
  losses: readonly { readonly address: string; readonly lost: Protection }[],
): Refused =>
  refuseRun(
    'KEY_STORE_PROTECTED',
    losses.map(({ address, lost }) => weakenedLine(address, lost)),
  );

/** Refuses to replace a function that a newer checkout has deployed. */
export const refusedOutdated = (stack: string, revision: number): Refused =>
  refuseRun('CHECKOUT_OUTDATED', [outdatedLine(stack, revision)]);

/** Returns the error of an engine that a signal ended. */
export const engineKilled = (signal: string): HandlerError => ({
  code: 'ENGINE_KILLED',
  message: killedWords(signal),
});

/** An object that exists, and the resource that would make it. */
export interface Import {
  readonly address: string;
  /** The id by which the engine imports it. */
  readonly id: string;
}

/**
 * Returns the error of a stack that would make an existing object.
 * @param imports objects that could be imported
 * @param isContinued whether an earlier deploy of the stack was cut off
 */
export const existsElsewhere = (
  message: string,
  imports: readonly Import[],
  isContinued: boolean,
): HandlerError => ({
  code: 'EXISTS_ELSEWHERE',
  message,
  ...(imports.length > 0 && { advice: importAdvice(imports, isContinued) }),
});

/** Returns the error of a stack that would make existing records. */
export const recordExists = (message: string, imports: readonly Import[]): HandlerError => ({
  code: 'RECORD_EXISTS',
  message,
  ...(imports.length > 0 && { advice: recordImportAdvice(imports) }),
});

/** Refuses to deploy an entry that is deployed under another name. */
export const refusedRenaming = (backend: Backend, renaming: Renaming): Refused => ({
  ...refuseRun('ENTRY_RENAMED', [renamedLine(renaming)]),
  advice: renameAdvice(backend, renaming),
});

/** Refuses to run an entry that is also deployed under another name. */
export const refusedTwins = (backend: Backend, twins: Twins): Refused => ({
  ...refuseRun('DEPLOYED_TWICE', [twinsLine(twins)]),
  advice: twinsAdvice(backend, twins),
});

/** Returns the error of a control stack that is not destroyed, since its armed reverts could not be listed. */
export const notDestroyed = ({ code, message }: HandlerError): HandlerError => ({
  code,
  message: `${message} ${NOTHING_DESTROYED}`,
});

/** Returns the error that a review foresees if the hosted zone of an entry has records that are in DNS. */
export const recordMayExist = (facts: {
  readonly names: readonly string[];
  readonly hostedZoneId: string;
}): HandlerError => ({ ...entryError({ code: 'RECORD_EXISTS', facts }), advice: RECORD_MAY_EXIST });

/** Returns the error that a review foresees for an entry. */
export const entryError = (error: EntryError): HandlerError => ({
  code: error.code,
  message: entryErrorWords(error),
  facts: error.facts,
});
