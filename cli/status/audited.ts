import { FINDINGS, type FindingCode } from '../../handlers/audit/finding-catalogue';
import { EXIT_CODES } from '../audit/show';
import { EXIT } from '../exit-codes';
import type { Known } from '../known';
import type { Seen } from './subject';

const OF_DNS: readonly FindingCode[] = [
  'RECORD_MISSING',
  'RECORD_INVALID',
  'RECORD_OF_OTHER_KEY',
  'DNS_UNKNOWN',
];
/** What the ledger and SES say as well: `status` finds these by itself. */
const FOUND_ANYWAY: readonly FindingCode[] = [
  'IDENTITY_MISSING',
  'DRIFT',
  'SIGNING_OFF',
  'NOT_VERIFIED',
  'REVERT_OVERDUE',
  'UNCONFIRMED',
  'ROLLED_BACK',
  'KEY_OVERDUE',
  'KEY_DUE',
];

/** Returns what the audits have found of a domain, where neither SES nor DNS is asked. */
export function seenByAudit({ asOf, findings, domain, selector }: Known): NonNullable<Seen['audited']> {
  const ofDns = findings.find(({ code }) => OF_DNS.includes(code));
  const others = findings.filter(({ code }) => !OF_DNS.includes(code) && !FOUND_ANYWAY.includes(code));
  const ready = selector === null ? null : { exitCode: EXIT.ok, words: 'ready' };
  return {
    asOf,
    dns: ofDns ? { exitCode: EXIT_CODES[ofDns.severity], words: ofDns.code } : ready,
    findings: others.map(({ code, severity, found }) => ({
      exitCode: EXIT_CODES[severity],
      who: 'you',
      what: FINDINGS[code].remedy.replaceAll('`', '').replaceAll('<domain>', domain),
      why: found,
    })),
  };
}
