/** Formats whether a deploy would pass its gate, as the rest of a sentence or for a table. */

import type { ExitCode } from '../exit-codes';
import type { Coded } from './coded';
import { type StandingState, standingWords } from './dns';
import type { NextStep } from './format';
import { rowOfCode } from './rows';

type Nothing = Record<never, never>;

/** Results of whether a deploy would pass its gate, by code. */
export interface ReadinessFacts {
  /** The state of the record decides. */
  readonly RECORD: { readonly standing: StandingState };
  readonly DEPLOY_PUBLISHES: { readonly standing: StandingState };
  readonly DEPLOY_MAKES_KEY: Nothing;
  /** The first deploy makes the key, and stops until others have published its record. */
  readonly DEPLOY_ASKS: Nothing;
  readonly NO_ALIAS: { readonly target: string };
  readonly NO_CONTROL_STACK: Nothing;
  readonly NO_KEY: Nothing;
  readonly KEY_UNUSABLE: Nothing;
  /** The record is valid, but its key could not be compared. `error` is the reason why the key was not read. */
  readonly NOT_COMPARED: { readonly standing: StandingState; readonly error: string };
  readonly SELECTOR_IN_USE: { readonly standing: StandingState };
  readonly MAIL_FROM: { readonly mailFromDomain: string; readonly error: string };
  readonly FUNCTION_NOT_ASKED: { readonly errors: readonly string[] };
  /** The deploy is refused. `dns` is the state in DNS, unless it alone would let the deploy pass. */
  readonly REFUSED: { readonly errors: readonly string[]; readonly dns: ReadinessState | null };
}

export type ReadinessState = Coded<ReadinessFacts>;

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

const STATES: { readonly [Code in keyof ReadinessFacts]: (facts: ReadinessFacts[Code]) => string } = {
  RECORD: ({ standing }) => standingWords(standing),
  DEPLOY_PUBLISHES: ({ standing }) => `${standingWords(standing)}; the deploy publishes it`,
  DEPLOY_MAKES_KEY: () => 'the deploy makes the key and publishes its record',
  DEPLOY_ASKS: () => 'no key yet; the deploy makes it',
  NO_ALIAS: ({ target }) => `no alias of ${target}`,
  NO_CONTROL_STACK: () => 'the control stack is not deployed yet',
  NO_KEY: () => 'no key yet',
  KEY_UNUSABLE: () => 'the key cannot be used',
  NOT_COMPARED: ({ standing, error }) =>
    `${standingWords(standing)}; not compared with the key in S3 (${error})`,
  SELECTOR_IN_USE: ({ standing }) => `the deploy is refused: SELECTOR_IN_USE (${standingWords(standing)})`,
  MAIL_FROM: ({ mailFromDomain, error }) => `MAIL FROM ${mailFromDomain}: ${error}`,
  FUNCTION_NOT_ASKED: ({ errors }) => `the function could not be asked: ${errors.join(', ')}`,
  REFUSED: ({ errors, dns }) =>
    `the deploy is refused: ${errors.join(', ')}${dns === null ? '' : `; ${readinessWords(dns as ReadinessState)}`}`,
};

/** Formats whether a deploy would pass, with the reason. */
export function readinessWords<Code extends keyof ReadinessFacts>({
  code,
  facts,
}: Coded<ReadinessFacts, Code>): string {
  return STATES[code](facts);
}

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
