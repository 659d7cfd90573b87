/** Formats whether a deploy would pass its gate, as the rest of a sentence or for a table. */

import type { GateOutcome, MailFromOutcome } from '../../handlers/words/gate';
import type { ExitCode } from '../exit-codes';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { type StandingState, standingWords } from './dns';
import type { HandlerError } from './failures';
import type { NextStep } from './format';
import { rowOfCode } from './rows';

/** Whether a deploy of the domain would pass its gate. */
export type Readiness = ReadinessState & {
  readonly exitCode: ExitCode;
  readonly next: NextState;
  /** Whether DNS has the record now. A deploy that publishes the record itself may pass without it. */
  readonly isPublished: boolean;
  /** Everything to be reported, if there is something to do. */
  readonly obstacles: readonly Obstacle[];
};

/** An error, as much of it as is reported. */
export type Reported = Pick<HandlerError, 'message' | 'advice'> & { readonly code?: string | undefined };

/** Something in the way of the deploy of a stack: an error, a record as every server has it, or a MAIL FROM domain. */
export type Obstacle = { readonly stack: string } & (
  | { readonly kind: 'error'; readonly error: Reported }
  | { readonly kind: 'record'; readonly outcome: GateOutcome }
  | { readonly kind: 'mail-from'; readonly outcome: MailFromOutcome }
);

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

/** Next steps, by code. */
const NEXT = {
  DEPLOY: (): NextStep => ({ who: 'you', what: 'deploy' }),
  FIRST_DEPLOY: (): NextStep => ({
    who: 'you',
    what: 'deploy; it asks the DNS team for the record, and stops until that is published',
  }),
  PUBLISH_ALIAS: (): NextStep => ({ who: 'the DNS team', what: 'publish the CNAME' }),
  /** `error` is the code of the problem. `publishes`: the stack publishes its records, so no DNS team does. */
  RESOLVE: ({ error, stack, publishes }: { error: string; stack: string; publishes: boolean }): NextStep => {
    const { who = 'you', next = 'see the report' } = rowOfCode(error) ?? {};
    const isOwn = publishes && who === 'the DNS team';
    return { who: isOwn ? 'you' : who, what: next.replaceAll('<domain>', stack) };
  },
};

export type NextState = Coded<FactsIn<typeof NEXT>>;

/** Formats who acts next, and the step in a few words. */
export const nextWords = wordsBy(NEXT);
