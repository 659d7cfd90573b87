import { FUNCTION_TIMEOUT_SECONDS } from '../../contract/contract';
import { placeId } from '../../contract/input/event';
import { isHeld, isWaiting, type Ledger } from '../../ledger/ledger';
import { mayBeOld } from '../../ledger/signing-state';
import type { CheckName, FindingCode } from '../../words/findings';
import { type Finding, finding } from '../findings/finding';
import type { Found } from '../findings/report';
import { type Audited, inForceIn } from '../run/audited';
import { withHealing } from './healing';
import { checkMailFrom, judgeRolledBack, judgeSigning } from './identity';
import { checkKey } from './key';
import { checkOpen, judgeRollback } from './open-change';
import { checkFormer, checkRecord, judgeRemovals } from './records';
import { judgeSenders } from './senders';
import { checkStoredKeys } from './stored-keys';

/**
 * Judges one domain: its state in SES, its key and its records. All findings of a domain are found here; the audit notifies of
 * them, and `byodkim status` prints them. A check that failed is also a finding.
 * @returns `isProved`: whether DNS proves the record of the state in force
 */
export async function judge(audited: Audited): Promise<{ found: Found; isProved: boolean }> {
  const { ledger, state, now } = audited;
  const { open, callsOfOthers } = ledger;
  const wanted = inForceIn(ledger);
  const failed: Finding[] = [];
  const former = orNone(failed, 'former-selectors', () => checkFormer(audited));
  const stored = orNone(failed, 'stored-keys', () => checkStoredKeys(audited));
  const isRunning = isBeingChanged(ledger, now) || (state !== undefined && mayBeOld(state, ledger, now));
  const removals = judgeRemovals(audited, isRunning);
  if (wanted === null) {
    const ofKeys = [...removals, ...(await former), ...(await stored), ...failed];
    const findings = [...judgeUnset(audited, isRunning), ...ofKeys];
    const unsettled = isRunning ? true : undefined;
    return { found: { selector: null, findings, unsettled }, isProved: false };
  }
  const { selector } = wanted;
  const mailFrom = orNone(failed, 'mail-from', () => checkMailFrom(audited));
  const key = await orUnknown(failed, 'key', () => checkKey(audited, wanted));
  const record =
    key && (await orUnknown(failed, 'record', () => checkRecord(audited, selector, key.publicKey)));
  const isProved = record?.isProved === true;
  // A change that SES does not verify is rolled back automatically.
  const waits = isWaiting(open) && state?.status !== 'FAILED';
  // During a change, SES has the prior state or the wanted one, or each in turn.
  const { findings: ofSes, healAt } = isRunning
    ? NOTHING
    : await judgeSes(audited, selector, isProved, key?.findings);
  const findings = [
    ...ofSes,
    ...(await mailFrom),
    ...judgeSenders(audited),
    ...(await checkOpen(audited)),
    ...judgeRollback(audited),
    ...(record?.findings ?? []),
    ...(key?.findings ?? []),
    ...removals,
    ...(await former),
    ...(await stored),
    ...failed,
  ];
  const found = {
    selector,
    findings: waits ? findings.filter(({ code }) => !WAITED_FOR.includes(code)) : findings,
    changedBy: callsOfOthers.length > 0 ? callsOfOthers : undefined,
    healAt,
    unsettled: open === null && !isRunning ? undefined : true,
    ses: state && { origin: state.origin, selector: state.selector, status: state.status },
    ...key?.dates,
  } as const;
  return { found, isProved };
}

/** Judges a domain without a state in force. */
const judgeUnset = (audited: Audited, isRunning: boolean): Finding[] => [
  ...(isRunning ? [] : judgeRolledBack(audited)),
  ...judgeLedger(audited),
  ...judgeRollback(audited),
];

/** Findings that a change which waits for SES ends. */
const WAITED_FOR: readonly FindingCode[] = ['NOT_VERIFIED', 'MAY_NOT_SEND'];

/** Findings about SES, and the time of a heal that was armed. */
interface SesJudgement {
  readonly findings: readonly Finding[];
  readonly healAt?: string | undefined;
}

const NOTHING: SesJudgement = { findings: [] };

/** Judges the signing state. Finds nothing if SES was not asked. */
async function judgeSes(
  audited: Audited,
  selector: string,
  isProved: boolean,
  ofKey?: readonly Finding[],
): Promise<SesJudgement> {
  if (audited.state === undefined) return NOTHING;
  const signing = judgeSigning(audited, selector, audited.state, isProved);
  return withHealing(audited, isProved, signing, ofKey);
}

/** Runs a check as `orUnknown` does. @returns no findings if it fails */
const orNone = async (
  failed: Finding[],
  name: CheckName,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> => (await orUnknown(failed, name, check)) ?? [];

/** Runs a check. A failure becomes a finding, so that it does not hide the others. @returns undefined if it fails */
export async function orUnknown<T>(
  findings: Finding[],
  name: CheckName,
  check: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    const problem = (error as Error).message;
    findings.push(finding('NOT_CHECKED', { kind: 'check', check: name, problem }, { subject: name }));
    return undefined;
  }
}

/** Steps after which no state need be in force. */
const ENDS: readonly string[] = ['destroyed', 'reverted'];

/** Judges a ledger without a state in force, which was the same at the last audit or has a later step. */
function judgeLedger({ ledger, memory: { last } }: Audited): Finding[] {
  const { wholeAt, managed } = last;
  if (wholeAt === null || !managed.includes(placeId(ledger))) return [];
  const step = ledger.last;
  if (step !== null && (step.at >= Date.parse(wholeAt) || ENDS.includes(step.event))) return [];
  return [finding('LEDGER_OUTDATED', { auditedAt: wholeAt })];
}

const isBeingChanged = ({ lease, open }: Ledger, now: number): boolean =>
  isHeld(lease, now) || (open?.state === 'opening' && now < open.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000);
