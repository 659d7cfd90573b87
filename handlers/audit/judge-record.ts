import { delegatedName, type RotationSettings, recordName } from '../contract';
import { type GateOutcome, otherAliases } from '../dns/outcome';
import { byReason } from '../dns/wording';
import type { FindingCode } from './finding-catalogue';
import { type Finding, finding } from './findings';

const CODES: Readonly<Record<NonNullable<GateOutcome['code']>, FindingCode>> = {
  DNS_TXT_NOT_READY: 'RECORD_MISSING',
  DNS_TXT_INVALID: 'RECORD_INVALID',
  DNS_KEY_MISMATCH: 'RECORD_OF_OTHER_KEY',
  DNS_LOOKUP_FAILED: 'DNS_UNKNOWN',
};

/** Whether the record is still there, and of our key, on every server. */
export function judgeRecord(outcome: GateOutcome): { findings: Finding[]; notes: readonly string[] } {
  if (outcome.ready) return { findings: [], notes: outcome.warnings };
  const code = CODES[outcome.code ?? 'DNS_LOOKUP_FAILED'];
  const bad = outcome.servers.filter(({ verdict }) => verdict !== 'ready');
  const where = `${bad.length} of ${outcome.servers.length} servers`;
  const judged =
    code === 'DNS_UNKNOWN'
      ? finding(
          code,
          `DNS could not be asked for ${outcome.recordName}: ${byReason(bad) || outcome.message}.`,
        )
      : finding(
          code,
          `The record ${outcome.recordName} is not as expected (key ${outcome.expectedFingerprint}) on ${where}: ` +
            `${byReason(bad)}.`,
        );
  return { findings: [judged], notes: outcome.warnings };
}

/** Whether a delegated name still leads into our zone: one that leads elsewhere would not follow the next rotation. */
export function judgeAlias(
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
