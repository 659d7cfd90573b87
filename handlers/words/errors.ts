/** Joins the rows of all errors. The folder `errors` has them, by subject. */
import { oneLine } from '../escape';
import type { ErrorRows } from './advice';
import { CALL_ROWS, type CallErrors } from './errors/calls';
import { IDENTITY_ROWS, type IdentityErrors } from './errors/identities';
import { KEY_ROWS, type KeyErrors } from './errors/keys';
import { RECORD_ROWS, type RecordErrors } from './errors/records';
import { REGION_ROWS, type RegionErrors } from './errors/regions';
import { REQUEST_ROWS, type RequestErrors } from './errors/requests';
import { type AddedFacts, RUN_ROWS, type RunErrors } from './errors/runs';
import { type GateOutcome, type MailFromOutcome, mailFromIsReady, recordIsReady } from './gate';
import { describeEnding } from './results';

export type ErrorCode = keyof ErrorFacts;

/** The facts of each error, whose thrower and row share one type. A code with several meanings has a `kind`. */
export interface ErrorFacts
  extends CallErrors,
    IdentityErrors,
    KeyErrors,
    RecordErrors,
    RegionErrors,
    RequestErrors,
    RunErrors {}

/** The facts of an error with that code. */
export type FactsOf<Code extends ErrorCode> = ErrorFacts[Code] & AddedFacts;

/** Rows of the errors, by code. Markdown, except what happened. */
export const ERRORS: ErrorRows<ErrorFacts> = {
  ...CALL_ROWS,
  ...IDENTITY_ROWS,
  ...KEY_ROWS,
  ...RECORD_ROWS,
  ...REGION_ROWS,
  ...REQUEST_ROWS,
  ...RUN_ROWS,
};

export const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(ERRORS, code);

/** Describes the event on one line, beginning with the state of SES. */
export const describeError = <Code extends ErrorCode>(code: Code, facts: FactsOf<Code>): string =>
  oneLine([...whatHasBecomeOfSes(facts), ERRORS[code].what(facts), ...whatIsAdded(facts)].join(' '));

const whatHasBecomeOfSes = ({ ending }: AddedFacts): string[] =>
  ending === undefined ? [] : [describeEnding(ending)];

/** Describes the facts that were added when the error was caught. */
function whatIsAdded({ published, also, triedAgainForSeconds }: AddedFacts): string[] {
  const sentences: string[] = [];
  if (published !== undefined) {
    const where = published.region === undefined ? '' : ` in ${published.region}`;
    sentences.push(`The published key is the one of selector ${published.selector}${where}.`);
  }
  if (also !== undefined) sentences.push(also.message, also.advice);
  if (triedAgainForSeconds !== undefined)
    sentences.push(
      `The function repeated it for ${triedAgainForSeconds} s, since new permissions and tags become effective late.`,
    );
  return sentences;
}

/** Returns the advice about an error, with `<domain>` in place of the domain. */
export const adviceOf = <Code extends ErrorCode>(code: Code, facts: ErrorFacts[Code]): string =>
  ERRORS[code].todo(facts);

/** Returns the result of a proof on one line, and the advice unless it is ready. */
export function proofWords(outcome: GateOutcome | MailFromOutcome): {
  readonly message: string;
  readonly advice?: string;
} {
  const { ready, code, ...facts } = outcome;
  if (ready) return { message: 'recordName' in facts ? recordIsReady(facts) : mailFromIsReady(facts) };
  const of = code ?? 'DNS_LOOKUP_FAILED';
  return { message: describeError(of, facts as never), advice: adviceOf(of, facts as never) };
}
