/** Formats whether a deploy would pass its gate, as the rest of a sentence or for a table. */
import type { Coded } from '../facts/coded';
import type { NextStep } from '../facts/next-step';
import type { ReadinessFacts, ReadinessState } from '../facts/readiness';
import { standingWords } from './dns';
import { rowOfCode } from './rows';

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
