import { DAY_MS, day, iso } from '../clock';
import { delegatedName, MINIMUM_OVERLAP_DAYS, recordName } from '../contract/contract';
import { whyUnproved } from '../dns/wording';
import { type GateOutcome, otherAliases } from '../facts/gate';
import type { RsaPublicKey } from '../key/public-key';
import type { Ledger } from '../ledger/ledger';
import { describedKey } from '../selector/dns-information';
import { readSharers, sharersIn } from '../selector/sharers';
import {
  formatStage,
  isNeeded,
  type SelectorFacts,
  type SelectorStage,
  signersOf,
  stageOf,
} from '../selector/stages';
import { type Audited, askDns, rotationOf } from './audited';
import { type Finding, finding } from './finding-catalogue';

/** What an outcome of the gate means for the record in force, and for that of an earlier selector. */
const OUTCOMES = {
  DNS_TXT_NOT_READY: { code: 'RECORD_MISSING', record: 'none' },
  DNS_TXT_INVALID: { code: 'RECORD_INVALID', record: 'revoked' },
  DNS_KEY_MISMATCH: { code: 'RECORD_OF_OTHER_KEY', record: 'none' },
  DNS_LOOKUP_FAILED: { code: 'DNS_UNKNOWN', record: 'unknown' },
} as const;

/** Checks whether every server has the record, of the key that was applied. */
export async function checkRecord(audited: Audited, selector: string, expected: RsaPublicKey | undefined) {
  if (expected === undefined) {
    const found = `The record ${recordName(audited.ledger.domain, selector)} could not be compared: both the key that was applied and its description are missing.`;
    return { findings: finding('DNS_UNKNOWN', found), isProved: false };
  }
  const outcome = await askDns(audited, selector, expected);
  const findings = [...judgeRecord(outcome), ...judgeAlias(outcome, audited, selector)];
  return { findings, isProved: outcome.ready };
}

const judgeRecord = (outcome: GateOutcome): Finding[] =>
  outcome.ready
    ? []
    : finding(OUTCOMES[outcome.code ?? 'DNS_LOOKUP_FAILED'].code, `${whyUnproved(outcome)}.`);

/** Checks whether a delegated name is still an alias into our zone: otherwise the next rotation does not reach it. */
function judgeAlias({ servers }: GateOutcome, audited: Audited, selector: string): Finding[] {
  const { domain } = audited.ledger;
  const { delegation } = rotationOf(audited);
  if (!delegation) return [];
  const target = delegatedName(domain, selector, delegation);
  if (otherAliases(servers, target).length === 0) return [];
  const name = recordName(domain, selector);
  return finding(
    'ALIAS_CHANGED',
    `Not every server has ${name} as an alias of ${target}: on the others the next rotation would have no effect.`,
    { facts: { name, target } },
  );
}

/** How many earlier selectors are checked, the newest first. */
const FORMER = 3;

/** Checks the records of earlier selectors: each must stay published for a while, then be removed. */
export async function checkFormer(audited: Audited): Promise<Finding[]> {
  const { ledger, now } = audited;
  const { overlapDays = MINIMUM_OVERLAP_DAYS } = rotationOf(audited);
  const others = await readSharers(audited.services.store, ledger.domain, sharersIn(ledger));
  const findings = judgeRegions([ledger, ...others], now);
  const signs = ledger.signers.find(({ stoppedAt }) => stoppedAt === null);
  const former = signersOf(ledger, ...others).filter(({ selector }) => selector !== signs?.selector);
  for (const signer of former.slice(-FORMER)) {
    const { selector } = signer;
    const described = await describedKey(audited.world, audited.services, ledger, selector);
    // The expected record is derived from the description.
    if (described === undefined) continue;
    const { ready, code = 'DNS_LOOKUP_FAILED' } = await askDns(audited, selector, described.publicKey);
    const facts = { ...signer, record: ready ? 'ours' : OUTCOMES[code].record } as const;
    const stage = stageOf(facts, overlapDays, now);
    const judged = judgeFormer(ledger.domain, facts, stage, now).filter(
      // The region that has the key reports on what may go.
      ({ code }) => code === 'RECORD_GONE_TOO_EARLY' || described.isHere,
    );
    findings.push(...judged);
  }
  return findings;
}

/** How long a deploy of several regions, and what delays it, may take. */
const DIFFERENT_MS = DAY_MS;

/** Checks whether the regions that share a key sign with one selector: another one is what a deploy or a revert leaves. */
function judgeRegions(ledgers: readonly Ledger[], now: number): Finding[] {
  const signing = ledgers.flatMap(({ region, signers }) =>
    signers
      .filter(({ stoppedAt }) => stoppedAt === null)
      .map(({ selector, since }) => ({ region, selector, since })),
  );
  const since = Math.max(...signing.map((each) => each.since ?? 0));
  if (new Set(signing.map(({ selector }) => selector)).size < 2 || now < since + DIFFERENT_MS) return [];
  const each = signing.map(({ region, selector }) => `${region} with ${selector}`).join(', ');
  return finding(
    'REGIONS_DIFFER',
    `The regions of this domain share a key, and sign with different selectors since ${day(since)}: ${each}.`,
    {
      severity: 'act',
      subject: 'selectors',
      stage: each,
      since: iso(since),
      facts: { isShared: true },
    },
  );
}

/** Days until a record that nothing needs is another finding: its key may be broken or stolen. */
const LINGERING_DAYS = 30;

/** Checks whether the record of an earlier selector was removed too early, may be removed, or stays too long. */
function judgeFormer(
  domain: string,
  { selector, record }: SelectorFacts,
  stage: SelectorStage,
  now: number,
): Finding[] {
  const name = recordName(domain, selector);
  if (isNeeded(stage) && (record === 'none' || record === 'revoked'))
    return finding(
      'RECORD_GONE_TOO_EARLY',
      `The record ${name} is gone or revoked, but still needed: ${formatStage(stage)}.`,
      { subject: selector },
    );
  if (stage.stage !== 'retired' || record !== 'ours') return [];
  const mayGoAt = stage.recordMayGoAt!;
  const since = day(mayGoAt);
  const about = { facts: { selector, since }, subject: selector };
  return now >= mayGoAt + LINGERING_DAYS * DAY_MS
    ? finding(
        'RECORD_STAYS_TOO_LONG',
        `The record ${name} has not been needed since ${since}: if its key is compromised, mail that is signed with it passes.`,
        about,
      )
    : finding('RECORD_MAY_GO', `No mail needs the record ${name}.`, about);
}
