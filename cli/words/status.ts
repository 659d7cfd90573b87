/** Formats the output of `status` for each domain, by code and facts. */

import { counted } from '../../handlers/words/counted';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { formatDuration, type NextStep } from './format';
import { type NextState, nextWords, type ReadinessState, readinessWords } from './readiness';

/** The domain that a row is about. */
export interface Subject {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  /** The selector of the list, or `null` if it is not listed. */
  readonly listedSelector: string | null;
}

/** A region in which no audit of all domains runs. */
export interface SilentAudit {
  readonly region: string;
  /** Time at which the last such audit began, in ISO 8601, or `null` if there was none. */
  readonly auditedAt: string | null;
}

/** Obstacles to a deploy of the list. */
interface Behind {
  /** Whether the listed selector could be deployed, or `null` if nobody has checked. */
  readonly standing: ReadinessState | null;
  readonly next: NextState;
  /** Time at which the last change was rolled back, or `null` if it was not. ISO 8601. */
  readonly rolledBackAt: string | null;
}

/** Purpose of a prepared key; `unknown` if the domain is neither listed nor deployed. */
export type SpareUse = 'next-deploy' | 'later-rotation' | 'unknown';

/** Number of domains in each state. */
export interface StatusCounts {
  readonly domains: number;
  readonly ok: number;
  readonly waiting: number;
  readonly wrong: number;
  readonly unknown: number;
}

/** Number of domains whose state is that of the last audit. */
export interface Recalled {
  readonly recalled: number;
  /** Time of the oldest read among them in ISO 8601, or `null` if there are none. */
  readonly oldest: string | null;
  readonly asked: number;
}

/** Words for waiting domains: who acts, the step, and the reason. */
export interface Waiting extends NextStep {
  readonly why: string;
}

const at = (time: string | null): { readonly when?: string } => (time === null ? {} : { when: `at ${time}` });

/** Formats the reason why a list is not deployed: what is missing, and that its last change was rolled back. */
function behind(what: string, { standing, rolledBackAt }: Behind): string {
  const standsAs = standing === null ? '' : `: ${readinessWords(standing)}`;
  const rolledBack = rolledBackAt === null ? '' : `; the last change was rolled back at ${rolledBackAt}`;
  return `${what}${standsAs}${rolledBack}`;
}

/** Waiting states, by code. They are not findings of the function, since they end by themselves or with the next deploy. */
const WAITINGS = {
  NOT_DEPLOYED: (facts: Behind) => ({ ...nextWords(facts.next), why: behind('not deployed', facts) }),
  /** The list has a selector other than the one in force. */
  LIST_AHEAD: (
    facts: Behind & {
      listed: string | null;
      /** The finding because of which a deploy is refused: the state in force could not be restored. Absent: none. */
      blockedBy?: string;
    },
  ) => ({
    ...nextWords(facts.next),
    ...(facts.blockedBy && { when: `once ${facts.blockedBy} is resolved` }),
    why: behind(`the list has ${facts.listed}`, facts),
  }),
  /** A run is changing the domain. Times: ISO 8601. */
  BUSY: ({ until }: { until: string }) => ({
    who: 'the running change',
    what: 'ends',
    why: 'another run is changing it',
    when: `by ${until}`,
  }),
  /** A change has just ended, and SES may still show its earlier state. ISO 8601. */
  SETTLING: ({ until }: { until: string }) => ({
    who: 'you',
    what: 'check again',
    why: 'a change has just ended, and SES may still show its earlier state',
    when: `after ${until}`,
  }),
  /** `revertsAt` is the time at which the change is rolled back unless SES has verified it, or `null` if it stays. */
  SES_VERIFIES: ({
    status,
    isConditional,
    revertsAt,
  }: {
    status: string | undefined;
    isConditional: boolean;
    revertsAt: string | null;
  }) => ({
    who: 'SES',
    what: `verifies the record${isConditional ? '; otherwise the change is rolled back' : ''}`,
    why: `SES says ${status}`,
    ...at(revertsAt),
  }),
  /** The next check of the function ends the change. */
  SES_HAS_VERIFIED: () => ({
    who: 'the function',
    what: 'ends the change at its next check, within 15 minutes',
    why: 'SES has verified it',
  }),
  /** The time of its rollback has come. */
  ROLLBACK_DUE: () => ({ who: 'the function', what: 'rolls the change back', why: 'not confirmed' }),
  ARMED: ({ revertsAt }: { revertsAt: string }) => ({
    who: 'you',
    what: 'deploy again, or the change is rolled back',
    why: 'not confirmed',
    ...at(revertsAt),
  }),
  UNCONFIRMED: ({ entry }: { entry: string }) => ({
    who: 'you',
    what: `deploy again, or run \`byodkim confirm ${entry}\``,
    why: 'not confirmed',
  }),
  MAIL_FROM_PENDING: ({ mailFromDomain }: { mailFromDomain: string }) => ({
    who: 'SES',
    what: 'finds the MX record',
    why: `MAIL FROM ${mailFromDomain}: PENDING`,
  }),
};

export type WaitingFacts = FactsIn<typeof WAITINGS>;
export type WaitingState = Coded<WaitingFacts>;

export const waitingWords: (waiting: WaitingState) => Waiting = wordsBy(WAITINGS);

/** The state of the last change of a domain, by code. */
const CHANGES = {
  ROLLBACK_FAILED: () => 'rollback failed',
  /** SES does not have the state that was set. */
  DRIFTED: () => 'drifted',
  /** SES has verified it; the next check of the function ends it. */
  VERIFIED: () => 'verified, done at the next check',
  ROLLBACK_LATE: ({ lateMs }: { lateMs: number }) => `rollback due since ${formatDuration(lateMs)}`,
  WAITS_FOR_SES: ({ leftMs }: { leftMs: number }) => `waits for SES, ${formatDuration(leftMs)} left`,
  ARMED: ({ leftMs }: { leftMs: number }) => `reverts in ${formatDuration(leftMs)}`,
  ROLLED_BACK: () => 'rolled back',
  NONE: () => 'none',
  CONFIRMED: () => 'confirmed',
  UNCONFIRMED: () => 'not confirmed',
};

export type ChangeState = Coded<FactsIn<typeof CHANGES>>;

export const changeWords = wordsBy(CHANGES);

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
  `watching the domains. Run \`byodkim status --always --region ${region}\`. If that passes, the schedule of the audit is gone or disabled: deploy the control stack.`;

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
