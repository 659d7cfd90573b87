/**
 * Finds the entries that need no change and whose private key is missing, so that neither the next change nor a
 * rollback can read it.
 */

import type { KnownFacts } from '../target/known';
import type { HandlerError } from '../words/failures';
import type { Outcome } from '../words/outcomes';
import { answerOf } from './known-facts';

/** Adds the loss of its private key to each entry that the engine has found unchanged. */
export const withMissingKeys = (ended: readonly Outcome[], known: KnownFacts): Outcome[] =>
  ended.map((each) =>
    each.ended === 'unchanged'
      ? { ...each, errors: [...each.errors, ...missingOf(known, each.stack)] }
      : each,
  );

/** A function that cannot be asked proves nothing about the key. The plan has found the entry unchanged. */
const missingOf = (known: KnownFacts, stack: string): HandlerError[] =>
  (answerOf(known, stack)?.findings ?? [])
    .filter(({ code }) => code === 'KEY_MISSING')
    .map(({ code, found: message, facts, todo: advice }) => ({ code, message, facts, advice }));
