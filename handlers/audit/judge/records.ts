import { DAY_MS, day, iso } from '../../clock';
import { delegatedName, MINIMUM_OVERLAP_DAYS, recordName } from '../../contract/contract';
import { otherAliases, unprovedRecord } from '../../dns/outcome';
import type { PublicKey } from '../../keys/format/public-key';
import { describedKey } from '../../keys/state/dns-information';
import { isNeeded, type SelectorFacts, signersOf, stageOf } from '../../keys/state/stages';
import { askedRemovalOf } from '../../ledger/removals';
import { askOtherRegions, differingSelectors, isLastUser } from '../../sharing/other-regions';
import type { UnreadRegion } from '../../words/errors/regions';
import type { FindingFacts } from '../../words/findings';
import type { GateOutcome } from '../../words/gate';
import type { SelectorStage } from '../../words/stages';
import { type Finding, finding } from '../findings/finding';
import { findingId } from '../findings/news';
import { type Audited, askDnsAsDeploy, inForceIn, rotationOf } from '../run/audited';

/** Findings by the outcome of the gate, for the record in force and for that of an earlier selector. */
const OUTCOMES = {
  DNS_TXT_NOT_READY: { code: 'RECORD_MISSING', record: 'none' },
  DNS_TXT_INVALID: { code: 'RECORD_INVALID', record: 'revoked' },
  DNS_KEY_MISMATCH: { code: 'RECORD_OF_OTHER_KEY', record: 'none' },
  DNS_LOOKUP_FAILED: { code: 'DNS_UNKNOWN', record: 'unknown' },
} as const;

/** The result of checking a record. */
interface CheckedRecord {
  readonly findings: readonly Finding[];
  /** Whether DNS proves it. */
  readonly isProved: boolean;
}

/** Checks whether every server has the record of the applied key. */
export async function checkRecord(
  audited: Audited,
  selector: string,
  expected: PublicKey | undefined,
): Promise<CheckedRecord> {
  if (expected === undefined) {
    const name = recordName(audited.ledger.domain, selector);
    return { findings: [finding('DNS_UNKNOWN', { kind: 'no-key', recordName: name })], isProved: false };
  }
  const outcome = await askDnsAsDeploy(audited, selector, expected);
  const findings = [...judgeRecord(outcome), ...judgeAlias(outcome, audited, selector)];
  return { findings, isProved: outcome.ready };
}

function judgeRecord(outcome: GateOutcome): Finding[] {
  const { ready, code = 'DNS_LOOKUP_FAILED' } = outcome;
  return ready ? [] : [finding(OUTCOMES[code].code, unprovedRecord(outcome))];
}

/** Checks whether a delegated name is still an alias into our zone, since otherwise the next rotation would not reach it. */
function judgeAlias({ servers }: GateOutcome, audited: Audited, selector: string): Finding[] {
  const { domain } = audited.ledger;
  const { delegation } = rotationOf(audited);
  if (!delegation) return [];
  const target = delegatedName(domain, selector, delegation);
  if (otherAliases(servers, target).length === 0) return [];
  return [finding('ALIAS_CHANGED', { name: recordName(domain, selector), target })];
}

/** Number of earlier selectors that are always checked, the newest first. */
const FORMER = 3;

/** Findings about a record that nothing needs. */
const FREE = ['RECORD_MAY_GO', 'RECORD_STAYS_TOO_LONG'] as const;

/** Checks whether the last audit has found that the record may go. It is resolved once the record is gone, and not before. */
const wasFree = ({ ledger, memory: { last } }: Audited, subject: string): boolean =>
  FREE.some((code) => findingId(ledger, { code, subject }) in last.findings);

/**
 * Checks the records of earlier selectors: each must stay published for a while, then be removed. As long as SES could not be
 * asked, none may go.
 */
export async function checkFormer(audited: Audited): Promise<Finding[]> {
  const { ledger, now, state } = audited;
  const { overlapDays = MINIMUM_OVERLAP_DAYS } = rotationOf(audited);
  const others = await askOtherRegions(audited.services.store, ledger);
  const findings = [...judgeUnread(others.unread), ...judgeRegions(differingSelectors(ledger, others), now)];
  const signs = ledger.signers.find(({ stoppedAt }) => stoppedAt === null);
  const former = signersOf(state ?? null, ledger, ...others.users).filter(
    ({ selector }) => selector !== signs?.selector,
  );
  const checked = former.filter(
    (each, at) => at >= former.length - FORMER || wasFree(audited, each.selector),
  );
  for (const signer of checked) {
    const { selector } = signer;
    const described = await describedKey(audited.world, audited.services, ledger, selector);
    // The expected record is derived from the description.
    if (described === undefined) continue;
    const { ready, code = 'DNS_LOOKUP_FAILED' } = await askDnsAsDeploy(
      audited,
      selector,
      described.publicKey,
    );
    const isOfStack = [ledger, ...others.ledgers].some(({ records }) => records.includes(selector));
    const publisher = isOfStack ? 'stack' : 'others';
    const facts = { ...signer, publisher, record: ready ? 'ours' : OUTCOMES[code].record } as const;
    const stage = stageOf(facts, overlapDays, now);
    const judged = judgeFormer(ledger.domain, facts, stage, now).filter(
      ({ code }) =>
        code === 'RECORD_GONE_TOO_EARLY' || (state !== undefined && isLastUser(ledger, others, selector)),
    );
    findings.push(...judged);
  }
  return findings;
}

/** Finds requests to remove a record with which SES signs. A change that runs withdraws its own at its end. */
export function judgeRemovals({ ledger, state }: Audited, isRunning: boolean): Finding[] {
  if (isRunning) return [];
  const shown = state?.origin === 'EXTERNAL' ? state.selector : undefined;
  const { domain, removals } = ledger;
  const used = new Set([inForceIn(ledger)?.selector, shown]);
  return [...used].flatMap((selector = '') => {
    const asked = askedRemovalOf(removals, { domain, selector });
    return asked ? [finding('REMOVAL_ASKED', asked, { subject: selector })] : [];
  });
}

/** Reports regions that could not be asked, whose needs are therefore unknown. */
const judgeUnread = (unread: readonly UnreadRegion[]): Finding[] =>
  unread.map(({ region, why }) =>
    finding('NOT_CHECKED', { kind: 'region', region, problem: why }, { subject: `region ${region}` }),
  );

/** Time for a deploy of several regions, including delays. */
const DIFFERENT_MS = DAY_MS;

/** Checks whether the regions that share a key sign with one selector. A difference is left by a deploy or a revert. */
function judgeRegions(signing: ReturnType<typeof differingSelectors>, now: number): Finding[] {
  const since = Math.max(...signing.map((each) => each.since));
  if (signing.length === 0 || now < since + DIFFERENT_MS) return [];
  const stage = signing.map(({ region, selector }) => `${region} with ${selector}`).join(', ');
  return [
    finding(
      'REGIONS_DIFFER',
      {
        kind: 'shared-key',
        since: day(since),
        signing: signing.map(({ region, selector }) => ({ region, selector })),
      },
      { severity: 'act', subject: 'selectors', stage, since: iso(since) },
    ),
  ];
}

/** Days until a record that nothing needs becomes another finding, since its key may be broken or stolen. */
const LINGERING_DAYS = 30;

/** Checks whether the record of an earlier selector was removed too early, may be removed, or stays too long. */
function judgeFormer(
  domain: string,
  { selector, record, publisher }: SelectorFacts & Pick<FindingFacts['RECORD_MAY_GO'], 'publisher'>,
  stage: SelectorStage,
  now: number,
): Finding[] {
  const name = recordName(domain, selector);
  const about = { subject: selector };
  if (isNeeded(stage) && (record === 'none' || record === 'revoked'))
    return [finding('RECORD_GONE_TOO_EARLY', { recordName: name, stage }, about)];
  if (stage.stage !== 'retired' || record !== 'ours') return [];
  const mayGoAt = stage.recordMayGoAt!;
  const unneeded = { recordName: name, selector, since: day(mayGoAt), publisher };
  const isLingering = now >= mayGoAt + LINGERING_DAYS * DAY_MS;
  return [finding(isLingering ? 'RECORD_STAYS_TOO_LONG' : 'RECORD_MAY_GO', unneeded, about)];
}
