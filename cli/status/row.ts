import { DAY_MS } from '../../handlers/clock';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { keyDaysLeft, type SelectorStage, stageOf } from '../../handlers/rotation/stages';
import type { StatusAnswer } from '../aws/function';
import type { CliError } from '../cli-error';
import { type Standing, standingOf } from '../dns/prove';
import { byUrgency, EXIT, type ExitCode, worst } from '../exit-codes';
import type { NextStep } from '../next-step';
import { findingsOf, type Overdue, overdueOf } from './findings';
import type { Seen, Subject } from './subject';

/** What this project has set, and what SES has; `null`: nothing, or no identity. As the function answers. */
type Answered = Pick<
  StatusAnswer,
  'ses' | 'selector' | 'fingerprint' | 'confirmed' | 'revertsAt' | 'drifted' | 'healing' | 'busyUntil'
>;

/** One domain at a glance. */
export interface StatusRow extends Subject, Answered {
  /** When this was so, by the clock of the function; `null`: SES was not asked. ISO 8601. */
  readonly asOf: string | null;
  readonly keyAgeDays: number | null;
  /** Days until the key is due for rotation; negative: overdue. */
  readonly keyDueInDays: number | null;
  readonly dns: Standing | null;
  /** What happens to mail without a signature, e.g. `rejected: p=reject and no aligned SPF`; `null`: DNS was not asked. */
  readonly unsignedMail: string | null;
  /** What the schedule of an open change should have done by now. */
  readonly overdue: Overdue | null;
  /** The last change was rolled back, and no other one has begun since. */
  readonly rolledBack: boolean;
  /** Confirmed, and SES has not verified it yet: then `revertsAt` is its deadline. */
  readonly waiting: boolean;
  /** The life of each selector, the newest first. */
  readonly stages: readonly SelectorStage[];
  /** Who has to do what, when, and why; most urgent first; empty without problems. */
  readonly next: readonly (NextStep & { readonly why: string })[];
  /** Set if the domain could not be checked. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly exitCode: ExitCode;
}

/** Returns the row of a domain. Its times are compared with the function's clock, not with this machine's. */
export function rowOf(subject: Subject, answer: StatusAnswer, seen: Seen): StatusRow {
  const { published, listed } = seen;
  const now = Date.parse(answer.now);
  const dns = published
    ? standingOf(published, answer.fingerprint ?? undefined, knownKeys(answer))
    : (seen.audited?.dns ?? null);
  const madeAt = answer.keyCreatedAt ? Date.parse(answer.keyCreatedAt) : null;
  const keyDueInDays = madeAt === null ? null : keyDaysLeft(madeAt, now, answer.rotation?.keyLifetimeDays);
  const overdue = overdueOf(answer, now);
  const facts = { subject, answer, seen, dns, keyDueInDays, overdue };
  const findings = [...findingsOf(facts), ...(seen.audited?.findings ?? [])].sort((a, b) =>
    byUrgency(a.exitCode, b.exitCode),
  );
  const { ses, selector, fingerprint, confirmed, revertsAt, drifted, healing, busyUntil } = answer;
  return {
    ...subject,
    asOf: seen.audited ? seen.audited.asOf : answer.now,
    ses,
    selector,
    fingerprint,
    keyAgeDays: madeAt === null ? null : Math.max(0, Math.floor((now - madeAt) / DAY_MS)),
    keyDueInDays,
    dns: dns ?? (listed && { exitCode: listed.readiness.exitCode, words: listed.readiness.words }),
    unsignedMail: seen.unsignedMail?.inWords ?? null,
    confirmed,
    revertsAt,
    overdue,
    rolledBack: answer.history.at(-1)?.event === 'reverted',
    waiting: answer.waiting !== null,
    drifted,
    healing,
    busyUntil,
    stages: stagesOf(answer, listed, now),
    next: findings.map(({ exitCode: _, ...step }) => step),
    exitCode: worst(findings.map(({ exitCode }) => exitCode)),
  };
}

/** Returns the life of each selector, the newest first: by the ledger, and by DNS for the one that the next deploy sets. */
function stagesOf({ signers, rotation }: StatusAnswer, listed: Seen['listed'], now: number): SelectorStage[] {
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const signed = [...signers].reverse().map((signer) => stageOf(signer, overlapDays, now));
  if (listed === null || signers.some(({ selector }) => selector === listed.selector)) return signed;
  const record = listed.readiness.isPublished ? 'ours' : 'none';
  const waiting = { selector: listed.selector, stoppedAt: null, isRollbackTarget: false, record } as const;
  return [stageOf(waiting, overlapDays, now), ...signed];
}

/** Returns the selectors of the keys that the ledger still knows, by fingerprint. */
function knownKeys({ previous, baseline }: StatusAnswer): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const state of [baseline, previous])
    if (state?.restoration.kind === 'byodkim')
      known.set(state.restoration.key.fingerprint, state.restoration.selector);
  return known;
}

/** Returns the row of a domain that could not be checked; the others are printed all the same. */
export const brokenRow = (
  subject: Subject,
  { code, message }: Pick<CliError, 'code' | 'message'>,
): StatusRow => ({
  ...subject,
  asOf: null,
  ses: null,
  selector: null,
  fingerprint: null,
  keyAgeDays: null,
  keyDueInDays: null,
  dns: null,
  unsignedMail: null,
  confirmed: false,
  revertsAt: null,
  overdue: null,
  rolledBack: false,
  waiting: false,
  drifted: false,
  healing: null,
  busyUntil: null,
  stages: [],
  next: [{ who: 'you', what: 'fix that, then check again', why: `${code}: ${message}` }],
  problem: { code, message },
  exitCode: EXIT.cannotTell,
});
