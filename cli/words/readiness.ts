/** Formats whether a deploy would pass its gate, as the rest of a sentence or for a table. */

import type { ExitCode } from '../exit-codes';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { type StandingState, standingWords } from './dns';
import type { NextStep } from './format';
import { rowOfCode } from './rows';

/** Whether a deploy of the domain would pass its gate. */
export type Readiness = ReadinessState & {
  readonly exitCode: ExitCode;
  /** The state in few words. */
  readonly words: string;
  readonly next: NextStep;
  /** Whether DNS has the record now. A deploy that publishes the record itself may pass without it. */
  readonly isPublished: boolean;
  /** The report and the advice, if there is something to do. */
  readonly report?: string;
};

/** A deploy that is refused. `dns` is the state in DNS, unless it alone would let the deploy pass. */
interface Refused {
  readonly errors: readonly string[];
  /** A `ReadinessState`, which its own row cannot name. */
  readonly dns: { readonly code: string; readonly facts: object } | null;
}

/** Results of whether a deploy would pass its gate, by code. */
const STATES = {
  /** The state of the record decides. */
  RECORD: ({ standing }: { standing: StandingState }) => standingWords(standing),
  DEPLOY_PUBLISHES: ({ standing }: { standing: StandingState }) =>
    `${standingWords(standing)}; the deploy publishes it`,
  DEPLOY_MAKES_KEY: () => 'the deploy makes the key and publishes its record',
  /** The first deploy makes the key, and stops until others have published its record. */
  DEPLOY_ASKS: () => 'no key yet; the deploy makes it',
  NO_ALIAS: ({ target }: { target: string }) => `no alias of ${target}`,
  NO_CONTROL_STACK: () => 'the control stack is not deployed yet',
  NO_KEY: () => 'no key yet',
  KEY_UNUSABLE: () => 'the key cannot be used',
  /** The record is valid, but its key could not be compared. `error` is the reason why the key was not read. */
  NOT_COMPARED: ({ standing, error }: { standing: StandingState; error: string }) =>
    `${standingWords(standing)}; not compared with the key in S3 (${error})`,
  RECORD_THERE: ({ names, hostedZoneId }: { names: readonly string[]; hostedZoneId: string }) =>
    `${names.join(', ')} published already: if hosted zone ${hostedZoneId} has the record, the deploy is refused (RECORD_EXISTS)`,
  SELECTOR_IN_USE: ({ standing }: { standing: StandingState }) =>
    `the deploy is refused: SELECTOR_IN_USE (${standingWords(standing)})`,
  MAIL_FROM: ({ mailFromDomain, error }: { mailFromDomain: string; error: string }) =>
    `MAIL FROM ${mailFromDomain}: ${error}`,
  FUNCTION_NOT_ASKED: ({ errors }: { errors: readonly string[] }) =>
    `the function could not be asked: ${errors.join(', ')}`,
  REFUSED: ({ errors, dns }: Refused): string =>
    `the deploy is refused: ${errors.join(', ')}${dns === null ? '' : `; ${readinessWords(dns as ReadinessState)}`}`,
};

export type ReadinessState = Coded<FactsIn<typeof STATES>>;

/** Formats whether a deploy would pass, with the reason. */
export const readinessWords = wordsBy(STATES);

/** Returns who acts on a code, and the advice in a few words. */
export function nextStepOf(code: string, stack: string): NextStep {
  const { who = 'you', next = 'see the report' } = rowOfCode(code) ?? {};
  return { who, what: next.replaceAll('<domain>', stack) };
}

export const NEXT_DEPLOY: NextStep = { who: 'you', what: 'deploy' };
export const NEXT_FIRST_DEPLOY: NextStep = {
  who: 'you',
  what: 'deploy; it asks the DNS team for the record, and stops until that is published',
};
export const NEXT_ALIAS: NextStep = { who: 'the DNS team', what: 'publish the CNAME' };
