import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract';
import { keyDaysLeft, keyDueAt } from '../../handlers/key/lifetime';
import { dayFrom, type SelectorStage } from '../../handlers/rotation/stages';
import type { CliError } from '../cli-error';
import type { Published, Standing } from '../dns/published';
import { standingOf } from '../dns/published';
import type { ZoneSerials } from '../dns/serials';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import type { NextStep } from '../next-step';
import type { Readiness } from '../review/readiness';
import type { StatusAnswer } from './answer';
import { whatSesSaw } from './ses-view';
import { type FormerRecords, stagesOf } from './stages';

/** One domain at a glance. */
export interface StatusRow {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
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
  /** Confirmed, and SES has not verified it yet: then `revertsAt` is when its time is over. */
  readonly waiting: boolean;
  readonly drifted: boolean;
  readonly busyUntil: string | null;
  /** The life of each selector, the newest first. */
  readonly stages: readonly SelectorStage[];
  /** Who has to do what, when, and why; most urgent first; empty when all is well. */
  readonly next: readonly (NextStep & { readonly why: string })[];
  /** Set where the domain could not be asked about. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly exitCode: ExitCode;
}

const DAY_MS = 86_400_000;

export interface Subject {
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  readonly listedSelector: string | null;
}

/** What was looked up beside the function's answer. */
export interface Seen {
  /** The record in force. */
  readonly published: Published | null;
  /** Whether the listed selector could be deployed, where it is not the one in force. */
  readonly listed: { readonly selector: string; readonly readiness: Readiness } | null;
  readonly former: FormerRecords;
  /** The zone's serials; looked up where SES has not verified. */
  readonly serials: ZoneSerials | null;
  /** Whether the stack publishes the records itself. */
  readonly inRoute53: boolean;
}

export function rowOf(subject: Subject, answer: StatusAnswer, seen: Seen, now: number): StatusRow {
  const { published, listed, former } = seen;
  const dns = published ? standingOf(published, answer.fingerprint ?? undefined) : null;
  const age = answer.keyCreatedAt ? Math.floor((now - Date.parse(answer.keyCreatedAt)) / DAY_MS) : null;
  const due =
    age === null
      ? null
      : keyDaysLeft(Date.parse(answer.keyCreatedAt!), now, answer.rotation?.keyLifetimeDays);
  const stages = stagesOf(answer, former, listed, now);
  const findings = [
    ...signingFindings(subject, answer, seen),
    ...dnsFindings(subject, answer, dns),
    ...keyFindings(subject, answer, due),
    ...formerFindings(subject, stages, seen, answer.rotation ?? {}),
  ].sort((a, b) => severity(a.exitCode) - severity(b.exitCode));
  const { ses, selector, fingerprint, confirmed, revertsAt, drifted, busyUntil } = answer;
  return {
    ...subject,
    ses,
    selector,
    fingerprint,
    keyAgeDays: age,
    keyDueInDays: due,
    dns: dns ?? (listed && { exitCode: listed.readiness.exitCode, words: listed.readiness.words }),
    confirmed,
    revertsAt,
    waiting: answer.waiting != null,
    drifted,
    busyUntil,
    stages,
    next: findings.map(({ exitCode: _, ...step }) => step),
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
  waiting: false,
  drifted: false,
  busyUntil: null,
  stages: [],
  next: [{ who: 'you', what: 'mend that, then look again', why: `${code}: ${message}` }],
  problem: { code, message },
  exitCode: EXIT.cannotTell,
});

interface Finding extends NextStep {
  readonly exitCode: ExitCode;
  readonly why: string;
}

const severity = (code: ExitCode): number => {
  const rank = ([EXIT.wrong, EXIT.cannotTell, EXIT.notReady] as ExitCode[]).indexOf(code);
  return rank < 0 ? 9 : rank;
};

const you = (exitCode: ExitCode, why: string, what: string, when?: string): Finding => ({
  exitCode,
  who: 'you',
  what,
  why,
  ...(when !== undefined && { when }),
});

function signingFindings(
  { entry, listedSelector }: Subject,
  answer: StatusAnswer,
  { listed, serials }: Seen,
): Finding[] {
  const { ses, selector, drifted, revertsAt, confirmed, busyUntil, waiting, unverified } = answer;
  const findings: Finding[] = [...lastEventFindings(entry, answer)];
  // What was put back differs from what was wanted, and nobody has changed it.
  if (drifted && !unverified)
    findings.push(you(EXIT.wrong, 'somebody changed the signing state', 'deploy to mend it'));
  if (selector === null || (listedSelector !== null && listedSelector !== selector)) {
    const why = selector === null ? 'not deployed' : `the list says ${listedSelector}`;
    const { words, next } = listed?.readiness ?? {};
    findings.push({
      exitCode: EXIT.notReady,
      ...(next ?? { who: 'you', what: 'deploy' }),
      why: words === undefined ? why : `${why}: ${words}`,
    });
  }
  if (selector !== null && !drifted && ses !== null) {
    const { status, verificationError } = ses;
    const saw = whatSesSaw(ses.verification, serials);
    const beside = saw === undefined ? '' : `; ${saw}`;
    if (!waiting && (status === 'FAILED' || status === 'TEMPORARY_FAILURE')) {
      const error = verificationError ? ` (${verificationError})` : '';
      const why = `SES cannot verify the record${error}: ${status}${beside}`;
      findings.push(you(EXIT.wrong, why, `byodkim check ${entry}, then deploy`));
    } else if (status !== 'SUCCESS')
      findings.push({
        exitCode: EXIT.notReady,
        who: 'SES',
        what: waiting ? 'verifies, or what was before is put back' : 'verifies',
        ...(waiting && { when: `until ${waiting.verifyBy}` }),
        why: `SES has not verified yet: ${status}${beside}`,
      });
  }
  if (revertsAt !== null && !waiting)
    findings.push(
      you(EXIT.notReady, 'not confirmed', 'deploy again, or it reverts by itself', `until ${revertsAt}`),
    );
  else if (revertsAt === null && selector !== null && !confirmed)
    findings.push(you(EXIT.notReady, 'not confirmed', `deploy again, or byodkim confirm ${entry}`));
  if (busyUntil !== null)
    findings.push({
      exitCode: EXIT.notReady,
      who: 'the run that is at work',
      what: 'ends or gives way',
      when: `until ${busyUntil}`,
      why: 'a run is at work on it right now',
    });
  return findings;
}

/** How the last change ended, as long as no other has begun: what whoever is on call asks first. */
function lastEventFindings(entry: string, answer: StatusAnswer): Finding[] {
  const { history = [], unverified, waiting } = answer;
  const last = history.at(-1);
  if (last?.event === 'rollback-failed')
    return [
      you(
        EXIT.wrong,
        `a change failed at ${last.at} and could not be put back`,
        'deploy again, or byodkim manual',
      ),
    ];
  if (unverified && !waiting) {
    const { selector, at, minutes, status, times } = unverified;
    const why =
      `SES had not verified ${selector} within ${minutes} minutes (${status}), so what was before was put back at ${at}` +
      `${times > 1 ? `, ${times} times in a row` : ''}`;
    const what = `byodkim check ${entry}, raise verification.timeoutMinutes if that is ready, then deploy`;
    return [you(EXIT.wrong, why, what)];
  }
  if (last?.event !== 'reverted') return [];
  const why = `the last change was reverted at ${last.at}: ${last.detail ?? 'as before'}`;
  return [you(EXIT.notReady, why, 'mend the cause, then deploy again')];
}

/** DNS of a domain that is not deployed is shown, and no finding of its own. */
function dnsFindings({ domain }: Subject, { selector }: StatusAnswer, dns: Standing | null): Finding[] {
  if (dns === null || selector === null || dns.exitCode === EXIT.ok) return [];
  const what =
    dns.exitCode === EXIT.cannotTell
      ? 'see whether the name servers work'
      : `publish ${recordName(domain, selector)} as byodkim record prints it`;
  return [{ exitCode: dns.exitCode, who: 'the DNS team', what, why: `DNS: ${dns.words}` }];
}

function keyFindings(
  { entry }: Subject,
  { keyCreatedAt, rotation }: StatusAnswer,
  due: number | null,
): Finding[] {
  if (due === null || due > KEY_WARNING_DAYS) return [];
  const by = new Date(keyDueAt(Date.parse(keyCreatedAt!), rotation?.keyLifetimeDays))
    .toISOString()
    .slice(0, 10);
  const what = `byodkim rotate ${entry}`;
  return due < 0
    ? [you(EXIT.notReady, `the key is ${-due} days overdue`, what)]
    : [you(EXIT.ok, `the key is due in ${due} days`, what, `by ${by}`)];
}

/** Records of selectors that signed once: gone too early, or needed no more. */
function formerFindings(
  { domain }: Subject,
  stages: readonly SelectorStage[],
  { former, inRoute53 }: Seen,
  { revoked = [] }: NonNullable<StatusAnswer['rotation']>,
): Finding[] {
  return stages.flatMap((each): Finding[] => {
    const { selector, stage, recordMayGoAt, finding } = each;
    const isThere = former.get(selector) === 'ours';
    if (stage === 'active') return [];
    if (revoked.includes(selector))
      return isThere
        ? [
            {
              exitCode: EXIT.wrong,
              who: inRoute53 ? 'you' : 'the DNS team',
              what: inRoute53 ? 'deploy' : `set ${recordName(domain, selector)} to "v=DKIM1; p="`,
              why: `the key of ${selector} is in wrong hands`,
            },
          ]
        : [];
    if (finding === 'record-gone-too-early')
      return [
        {
          exitCode: EXIT.wrong,
          who: inRoute53 ? 'you' : 'the DNS team',
          what: `publish ${recordName(domain, selector)} again`,
          ...(recordMayGoAt !== null && { when: `until ${dayFrom(recordMayGoAt)}` }),
          why: `the record of ${selector} went too early`,
        },
      ];
    if (stage !== 'retired' || !isThere) return [];
    return [
      {
        exitCode: finding === null ? EXIT.ok : EXIT.notReady,
        who: inRoute53 ? 'you' : 'the DNS team',
        what: inRoute53
          ? `take ${selector} out of previousSelectors and deploy`
          : `remove ${recordName(domain, selector)}`,
        when: `safe since ${new Date(recordMayGoAt!).toISOString().slice(0, 10)}`,
        why: `no mail needs the record of ${selector} any more`,
      },
    ];
  });
}
