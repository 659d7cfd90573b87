import { delegatedName, type RotationSettings, recordName } from '../contract';
import { type GateOutcome, otherAliases } from '../dns/outcome';
import { byReason } from '../dns/wording';
import type { RsaPublicKey } from '../key/public-key';
import type { Wanted } from '../ledger/ledger';
import type { FindingCode } from './finding-catalogue';
import { type Finding, finding } from './findings';
import { type Audited, ask, type Seen } from './look';

const CODES: Readonly<Record<NonNullable<GateOutcome['code']>, FindingCode>> = {
  DNS_TXT_NOT_READY: 'RECORD_MISSING',
  DNS_TXT_INVALID: 'RECORD_INVALID',
  DNS_KEY_MISMATCH: 'RECORD_OF_OTHER_KEY',
  DNS_LOOKUP_FAILED: 'DNS_UNKNOWN',
};

/** Whether the record is still there, and of the key that was applied, on every server. */
export async function lookAtRecord(
  audited: Audited,
  { selector }: Wanted,
  expected: RsaPublicKey | undefined,
): Promise<Seen> {
  const { domain } = audited.ledger;
  if (expected === undefined) {
    const found = `The record ${recordName(domain, selector)} could not be compared: neither the key that was applied nor its description is there.`;
    const todo = 'Bring the private key back, then run the audit again.';
    return { findings: [finding('DNS_UNKNOWN', found, { todo })] };
  }
  const outcome = await ask(audited, selector, expected);
  const findings = [...judgeRecord(outcome), ...judgeAlias(outcome, domain, selector, audited.rotation)];
  return { findings, notes: outcome.warnings };
}

function judgeRecord(outcome: GateOutcome): Finding[] {
  if (outcome.ready) return [];
  const code = CODES[outcome.code ?? 'DNS_LOOKUP_FAILED'];
  const bad = outcome.servers.filter(({ verdict }) => verdict !== 'ready');
  const where = `${bad.length} of ${outcome.servers.length} servers`;
  return [
    code === 'DNS_UNKNOWN'
      ? finding(
          code,
          `DNS could not be asked for ${outcome.recordName}: ${byReason(bad) || outcome.message}.`,
        )
      : finding(
          code,
          `The record ${outcome.recordName} is not as expected (key ${outcome.expectedFingerprint}) on ${where}: ` +
            `${byReason(bad)}.`,
        ),
  ];
}

/** Whether a delegated name still leads into our zone: one that leads elsewhere would not follow the next rotation. */
function judgeAlias(
  { servers }: Pick<GateOutcome, 'servers'>,
  domain: string,
  selector: string,
  { delegation }: RotationSettings,
): Finding[] {
  if (!delegation) return [];
  const target = delegatedName(domain, selector, delegation);
  const name = recordName(domain, selector);
  if (otherAliases(servers, target).length === 0) return [];
  return [
    finding(
      'ALIAS_CHANGED',
      `${name} is not an alias of ${target} any more on every server: the next rotation would not reach it.`,
      { todo: `Have the DNS team publish it again: ${name}. IN CNAME ${target}.` },
    ),
  ];
}
