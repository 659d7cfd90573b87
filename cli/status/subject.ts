import { commandsOf, FINDINGS } from '../../handlers/audit/finding-catalogue';
import type { KnownDomain } from '../../handlers/inspection/known';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { Published, Standing } from '../dns/prove';
import { EXIT, EXIT_OF_SEVERITY, type ExitCode } from '../exit-codes';
import type { NextStep } from '../next-step';
import type { Readiness } from '../review/readiness';

/** The domain that a row is about. */
export interface Subject {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  /** As the list says; `null`: not listed. */
  readonly listedSelector: string | null;
}

/** Who has to do what, when and why, and how bad it is. */
export interface StatusFinding extends NextStep {
  readonly exitCode: ExitCode;
  readonly why: string;
}

/** What DNS said, beside the function's answer. */
export interface Seen {
  /** The record in force. */
  readonly published: Published | null;
  /** Whether the listed selector could be deployed, if it is not the one in force. */
  readonly listed: { readonly selector: string; readonly readiness: Readiness } | null;
  /** What happens to mail without a signature; absent if DNS was not asked. */
  readonly unsignedMail?: UnsignedMail | undefined;
  /** What the audits have found, if neither SES nor DNS is asked. */
  readonly audited?: {
    /** When SES was seen; `null`: never. ISO 8601. */
    readonly asOf: string | null;
    readonly dns: Standing | null;
    readonly findings: readonly StatusFinding[];
  };
  /** Whether the stack publishes the records itself. */
  readonly inRoute53: boolean;
}

/** For a finding of a function that is newer than this command. */
const ASK_AUDIT = 'byodkim audit <domain>, which prints what to do';

/** Returns what the audits have found of a domain, for a row that asks neither SES nor DNS. */
export function seenByAudit({ asOf, findings, domain, selector }: KnownDomain): NonNullable<Seen['audited']> {
  const ofDns = findings.find(({ code }) => commandsOf(code).status === 'dns');
  const others = findings.filter(({ code }) => commandsOf(code).status === 'audit');
  const ready = selector === null ? null : { exitCode: EXIT.ok, words: 'ready' };
  return {
    asOf,
    dns: ofDns ? { exitCode: EXIT_OF_SEVERITY[ofDns.severity], words: ofDns.code } : ready,
    findings: others.map(({ code, severity, found }) => ({
      exitCode: EXIT_OF_SEVERITY[severity],
      who: 'you',
      what: (FINDINGS[code]?.remedy ?? ASK_AUDIT).replaceAll('`', '').replaceAll('<domain>', domain),
      why: found,
    })),
  };
}
