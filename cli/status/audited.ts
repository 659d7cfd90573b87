import { commandsOf, FINDINGS } from '../../handlers/audit/finding-catalogue';
import { EXIT_CODES } from '../audit/show';
import { EXIT } from '../exit-codes';
import type { Known } from '../known';
import type { Seen } from './subject';

/** For a finding of a function that is newer than this command. */
const ASK_AUDIT = 'byodkim audit <domain>, which prints what to do';

/** Returns what the audits have found of a domain, where neither SES nor DNS is asked. */
export function seenByAudit({ asOf, findings, domain, selector }: Known): NonNullable<Seen['audited']> {
  const ofDns = findings.find(({ code }) => commandsOf(code).status === 'dns');
  const others = findings.filter(({ code }) => commandsOf(code).status === 'audit');
  const ready = selector === null ? null : { exitCode: EXIT.ok, words: 'ready' };
  return {
    asOf,
    dns: ofDns ? { exitCode: EXIT_CODES[ofDns.severity], words: ofDns.code } : ready,
    findings: others.map(({ code, severity, found }) => ({
      exitCode: EXIT_CODES[severity],
      who: 'you',
      what: (FINDINGS[code]?.remedy ?? ASK_AUDIT).replaceAll('`', '').replaceAll('<domain>', domain),
      why: found,
    })),
  };
}
