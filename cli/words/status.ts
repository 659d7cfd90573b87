/** Formats the output of `status` for each domain, by code and facts. */
import type { Coded } from '../facts/coded';
import type { NextStep } from '../facts/next-step';
import type {
  ChangeFacts,
  Recalled,
  SilentAudit,
  SpareUse,
  StatusCounts,
  WaitingFacts,
} from '../facts/status';
import { counted, formatDuration } from './format';

/** Words for waiting domains: who acts, the step, and the reason. */
export interface Waiting extends NextStep {
  readonly why: string;
}

type Words<Facts, Result> = { readonly [Code in keyof Facts]: (facts: Facts[Code]) => Result };

const at = (time: string | null): { readonly when?: string } => (time === null ? {} : { when: `at ${time}` });

/** Formats the reason why a list is not deployed: what is missing, and that its last change was rolled back. */
function behind(what: string, { standing, rolledBackAt }: WaitingFacts['NOT_DEPLOYED']): string {
  const standsAs = standing === null ? '' : `: ${standing}`;
  const rolledBack = rolledBackAt === null ? '' : `; the last change was rolled back at ${rolledBackAt}`;
  return `${what}${standsAs}${rolledBack}`;
}

const WAITINGS: Words<WaitingFacts, Waiting> = {
  NOT_DEPLOYED: (facts) => ({ ...facts.next, why: behind('not deployed', facts) }),
  LIST_AHEAD: (facts) => ({
    ...facts.next,
    ...(facts.blockedBy && { when: `once ${facts.blockedBy} is resolved` }),
    why: behind(`the list has ${facts.listed}`, facts),
  }),
  BUSY: ({ until }) => ({
    who: 'the running change',
    what: 'ends',
    why: 'another run is changing it',
    when: `by ${until}`,
  }),
  SETTLING: ({ until }) => ({
    who: 'you',
    what: 'look again',
    why: 'a change has just ended, and SES may still show its earlier state',
    when: `after ${until}`,
  }),
  SES_VERIFIES: ({ status, isConditional, revertsAt }) => ({
    who: 'SES',
    what: `verifies the record${isConditional ? '; otherwise the change is rolled back' : ''}`,
    why: `SES says ${status}`,
    ...at(revertsAt),
  }),
  SES_HAS_VERIFIED: () => ({
    who: 'the function',
    what: 'ends the change at its next check, within 15 minutes',
    why: 'SES has verified it',
  }),
  ROLLBACK_DUE: () => ({ who: 'the function', what: 'rolls the change back', why: 'not confirmed' }),
  ARMED: ({ revertsAt }) => ({
    who: 'you',
    what: 'deploy again, or the change is rolled back',
    why: 'not confirmed',
    ...at(revertsAt),
  }),
  UNCONFIRMED: ({ entry }) => ({
    who: 'you',
    what: `deploy again, or run byodkim confirm ${entry}`,
    why: 'not confirmed',
  }),
  MAIL_FROM_PENDING: ({ mailFromDomain }) => ({
    who: 'SES',
    what: 'finds the MX record',
    why: `MAIL FROM ${mailFromDomain}: PENDING`,
  }),
};

export const waitingWords = <Code extends keyof WaitingFacts>({
  code,
  facts,
}: Coded<WaitingFacts, Code>): Waiting => WAITINGS[code](facts);

const CHANGES: Words<ChangeFacts, string> = {
  ROLLBACK_FAILED: () => 'rollback failed',
  DRIFTED: () => 'drifted',
  VERIFIED: () => 'verified, done at the next check',
  ROLLBACK_LATE: ({ lateMs }) => `rollback due since ${formatDuration(lateMs)}`,
  WAITS_FOR_SES: ({ leftMs }) => `waits for SES, ${formatDuration(leftMs)} left`,
  ARMED: ({ leftMs }) => `reverts in ${formatDuration(leftMs)}`,
  ROLLED_BACK: () => 'rolled back',
  NONE: () => 'none',
  CONFIRMED: () => 'confirmed',
  UNCONFIRMED: () => 'not confirmed',
};

export const changeWords = <Code extends keyof ChangeFacts>({
  code,
  facts,
}: Coded<ChangeFacts, Code>): string => CHANGES[code](facts);

/** Formats a summary, e.g. `999 domains: 997 OK, 1 wrong, 1 not known.` */
export function countsWords({ domains, ok, waiting, wrong, unknown }: StatusCounts): string {
  const others = [
    [waiting, 'waiting'],
    [wrong, 'wrong'],
    [unknown, 'not known'],
  ] as const;
  const parts = others.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]));
  return `${counted(domains, 'domain')}: ${[`${ok} OK`, ...parts].join(', ')}.`;
}

/**
 * Formats the number of domains whose state is that of the last audit, e.g. `999 as of the last audit (at … or later); 1 asked
 * now. …`
 */
export function recalledWords({ recalled, oldest, asked }: Recalled): string {
  const seen = oldest === null ? '' : `${recalled} as last seen, at ${oldest} or later; `;
  return `${seen}${asked} asked now. Pass --live to ask about all of them.`;
}

/** Says that no audit is running in a region, and what to do. */
export const silentAuditWords = ({ region, auditedAt }: SilentAudit): string =>
  `${auditedAt === null ? 'No audit of all domains has begun yet' : `No audit of all domains has begun since ${auditedAt}`} in ${region}, so nothing is ` +
  `watching the domains. Run byodkim status --always --region ${region}. If that passes, the schedule of the audit is gone or disabled: deploy the control stack.`;

/** Purposes of a prepared key, by the state of its selector in the list and the ledger. */
export const SPARE: { readonly [Use in SpareUse]: string } = {
  'next-deploy': 'prepared for the next deploy',
  'later-rotation': 'prepared for a later rotation',
  unknown: 'prepared',
};

/** Titles of the table. */
export const STATUS_TABLE = ['domain', 'SES', 'signs with', 'DNS', 'key age', 'change', 'next'] as const;

/** Words for states of an identity for which SES has none. */
export const SES_STATES = {
  unknown: 'not asked',
  absent: 'no identity',
  off: 'off',
  mayNotSend: 'may not send',
} as const;

/** Origins of a signing key, before its status. BYODKIM is left out, since this project sets it. */
export const ORIGINS: Readonly<Record<string, string>> = { EXTERNAL: '', AWS_SES: 'Easy DKIM ' };
