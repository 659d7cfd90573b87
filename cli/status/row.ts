import { keyDaysLeft } from '../../handlers/key/lifetime';
import type { CliError } from '../cli-error';
import type { Published, Standing } from '../dns/published';
import { standingOf } from '../dns/published';
import { EXIT, type ExitCode, worst } from '../exit-codes';

/** What the function answers to `status`, as far as it is shown. */
export interface StatusAnswer {
  readonly ses: {
    readonly origin: string;
    readonly selector?: string;
    readonly enabled: boolean;
    readonly status: string;
    readonly verificationError?: string;
  } | null;
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly confirmed: boolean;
  readonly revertsAt: string | null;
  readonly transaction: string | null;
  readonly drifted: boolean;
  readonly busyUntil: string | null;
  /** The ledger's last events, newest last. */
  readonly history?: readonly { readonly at: string; readonly event: string; readonly detail?: string }[];
  /** When the key in force was made; absent where nobody knows. ISO 8601. */
  readonly keyCreatedAt?: string | null;
}

/** One domain at a glance. */
export interface StatusRow {
  readonly domain: string;
  readonly region: string | null;
  /** As the list says; `null`: not listed. */
  readonly listedSelector: string | null;
  /** What SES has; `null`: no identity. */
  readonly ses: StatusAnswer['ses'];
  /** What this project has put in force; `null`: nothing. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keyAgeDays: number | null;
  /** Days until the key is to be rotated; negative: overdue. */
  readonly keyDueInDays: number | null;
  readonly dns: Standing | null;
  readonly confirmed: boolean;
  readonly revertsAt: string | null;
  readonly drifted: boolean;
  readonly busyUntil: string | null;
  /** What somebody should know or do, most urgent first; empty when all is well. */
  readonly remarks: readonly string[];
  /** Set where the domain could not be asked about. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly exitCode: ExitCode;
}

const DAY_MS = 86_400_000;

export interface Subject {
  readonly domain: string;
  readonly region: string | null;
  readonly listedSelector: string | null;
}

export function rowOf(
  subject: Subject,
  answer: StatusAnswer,
  published: Published | null,
  now: number,
): StatusRow {
  const dns = published && standingOf(published, answer.fingerprint ?? undefined);
  const age = answer.keyCreatedAt ? Math.floor((now - Date.parse(answer.keyCreatedAt)) / DAY_MS) : null;
  const due = age === null ? null : keyDaysLeft(Date.parse(answer.keyCreatedAt!), now);
  const findings = [
    ...signingFindings(subject, answer),
    ...dnsFindings(answer, dns),
    ...(due !== null && due < 0
      ? [finding(EXIT.notReady, `the key is ${-due} days overdue: rotate to a new selector`)]
      : []),
  ].sort((a, b) => severity(a.exitCode) - severity(b.exitCode));
  const { ses, selector, fingerprint, confirmed, revertsAt, drifted, busyUntil } = answer;
  return {
    ...subject,
    ses,
    selector,
    fingerprint,
    keyAgeDays: age,
    keyDueInDays: due,
    dns,
    confirmed,
    revertsAt,
    drifted,
    busyUntil,
    remarks: findings.map(({ text }) => text),
    exitCode: worst(findings.map(({ exitCode }) => exitCode)),
  };
}

/** The row of a domain that could not be asked about; the others are shown all the same. */
export const brokenRow = (
  subject: Subject,
  { code, message }: Pick<CliError, 'code' | 'message'>,
): StatusRow => ({
  ...subject,
  ses: null,
  selector: null,
  fingerprint: null,
  keyAgeDays: null,
  keyDueInDays: null,
  dns: null,
  confirmed: false,
  revertsAt: null,
  drifted: false,
  busyUntil: null,
  remarks: [message],
  problem: { code, message },
  exitCode: EXIT.cannotTell,
});

interface Finding {
  readonly exitCode: ExitCode;
  readonly text: string;
}

const finding = (exitCode: ExitCode, text: string): Finding => ({ exitCode, text });
const severity = (code: ExitCode): number => [EXIT.wrong, EXIT.cannotTell, EXIT.notReady].indexOf(code as 3);

function signingFindings({ listedSelector }: Subject, answer: StatusAnswer): Finding[] {
  const { ses, selector, drifted, revertsAt, confirmed, busyUntil } = answer;
  const findings: Finding[] = [];
  findings.push(...lastEventFindings(answer));
  if (drifted) findings.push(finding(EXIT.wrong, 'somebody changed the signing state: deploy to mend it'));
  if (selector === null) findings.push(finding(EXIT.notReady, 'not deployed'));
  else if (listedSelector !== null && listedSelector !== selector)
    findings.push(finding(EXIT.notReady, `the list says ${listedSelector}: deploy to rotate`));
  if (selector !== null && !drifted && ses !== null) {
    if (ses.status === 'FAILED' || ses.status === 'TEMPORARY_FAILURE') {
      const why = ses.verificationError ? ` (${ses.verificationError})` : '';
      findings.push(finding(EXIT.wrong, `SES cannot verify the record${why}: ${ses.status}`));
    } else if (ses.status !== 'SUCCESS')
      findings.push(finding(EXIT.notReady, `SES has not verified yet: ${ses.status}`));
  }
  if (revertsAt !== null)
    findings.push(finding(EXIT.notReady, `not confirmed: reverts by itself at ${revertsAt}`));
  else if (selector !== null && !confirmed)
    findings.push(finding(EXIT.notReady, 'not confirmed: deploy again, or `byodkim confirm`'));
  if (busyUntil !== null) findings.push(finding(EXIT.notReady, 'a run is at work on it right now'));
  return findings;
}

/** How the last change ended, as long as no other has begun: what whoever is on call asks first. */
function lastEventFindings({ history = [] }: StatusAnswer): Finding[] {
  const last = history.at(-1);
  if (last?.detail === 'rollback failed')
    return [
      finding(
        EXIT.wrong,
        `a change failed at ${last.at} and could not be put back: deploy again, or \`byodkim manual\``,
      ),
    ];
  if (last?.event !== 'reverted') return [];
  return [
    finding(EXIT.notReady, `the last change was reverted at ${last.at}: ${last.detail ?? 'as before'}`),
  ];
}

/** DNS of a domain that is not deployed is shown, and no finding of its own. */
function dnsFindings({ selector }: StatusAnswer, dns: Standing | null): Finding[] {
  if (dns === null || selector === null || dns.exitCode === EXIT.ok) return [];
  return [finding(dns.exitCode, `DNS: ${dns.words}`)];
}
