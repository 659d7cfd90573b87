import { FUNCTION_TIMEOUT_SECONDS } from '../contract/contract';
import { isHeld, isWaiting, type Ledger } from '../ledger/ledger';
import { mayBeOld } from '../ledger/signing-state';
import { type Audited, inForceIn } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { withHealing } from './heal';
import { checkMailFrom, judgeSenders, judgeSigning } from './identity';
import { checkKey } from './key';
import { checkOpen, judgeRollback } from './open-change';
import { checkFormer, checkRecord } from './records';
import type { Found } from './report';

/**
 * Judges one domain: what SES has, its key and its records. The one place where a finding of a domain is found: the audit
 * notifies of it, `byodkim status` prints it. A check that failed is a finding as well.
 * @returns `isProved`: whether DNS has proved the record of what is in force
 */
export async function judge(audited: Audited): Promise<{ found: Found; isProved: boolean }> {
  const { ledger, state, now } = audited;
  const { open, callsOfOthers } = ledger;
  const wanted = inForceIn(ledger);
  const failed: Finding[] = [];
  const former = orUnknown(failed, 'Earlier selectors', () => checkFormer(audited));
  if (wanted === null) {
    const findings = [...judgeRollback(audited), ...((await former) ?? []), ...failed];
    return { found: { selector: null, findings }, isProved: false };
  }
  const { selector } = wanted;
  const mailFrom = orUnknown(failed, 'SPF of the MAIL FROM domain', () => checkMailFrom(audited));
  const key = await orUnknown(failed, 'The private key (and so the record)', () => checkKey(audited, wanted));
  const record =
    key && (await orUnknown(failed, 'The record', () => checkRecord(audited, selector, key.publicKey)));
  const isProved = record?.isProved === true;
  const isRunning = isBeingChanged(ledger, now) || (state !== undefined && mayBeOld(state, ledger, now));
  // A change that SES does not verify is rolled back automatically.
  const waits = isWaiting(open) && state?.status !== 'FAILED';
  // While a change runs SES has the prior state, the wanted one, or either in turn.
  const { findings: ofSes, healAt } =
    state === undefined || isRunning
      ? { findings: [] }
      : await withHealing(audited, isProved, judgeSigning(audited, selector, state, isProved), key?.findings);
  const findings = [
    ...ofSes,
    ...((await mailFrom) ?? []),
    ...judgeSenders(audited),
    ...(await checkOpen(audited)),
    ...judgeRollback(audited),
    ...(record?.findings ?? []),
    ...(key?.findings ?? []),
    ...((await former) ?? []),
    ...failed,
  ];
  const found = {
    selector,
    findings: waits ? findings.filter(({ code }) => code !== 'NOT_VERIFIED') : findings,
    changedBy: callsOfOthers.length > 0 ? callsOfOthers.map(({ words }) => words) : undefined,
    healAt,
    unsettled: open === null && !isRunning ? undefined : true,
    ses: state && { origin: state.origin, selector: state.selector, status: state.status },
    ...key?.dates,
  } as const;
  return { found, isProved };
}

/** Runs a check; one that fails is a finding, so that it does not hide the others. @returns undefined if it fails */
export async function orUnknown<T>(
  findings: Finding[],
  what: string,
  check: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    const found = `${what} could not be checked: ${(error as Error).message}`;
    findings.push(...finding('NOT_CHECKED', found, { subject: what }));
    return undefined;
  }
}

const isBeingChanged = ({ lease, open }: Ledger, now: number): boolean =>
  isHeld(lease, now) || (open?.state === 'opening' && now < open.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000);
