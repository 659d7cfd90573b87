import type { KnownDomain } from '../../handlers/reports/known-domain';
import type { DomainList } from '../../list/domain-list';
import { CliCommand } from '../command';
import { findUnlisted } from '../engine/applied-state';
import { CliError, orCliError, usageError } from '../errors/cli-error';
import { CODE_OF_EXIT, EXIT, type ExitCode, worst } from '../exit-codes';
import { SesPace } from '../pace/ses-pace';
import { SES_READS } from '../pace/ses-reads';
import { readinessOf } from '../review/readiness';
import { auditNow, exitCodeOfAudit, legsOf, type RegionAudit } from '../status/audit-now';
import { collectEvidence } from '../status/evidence';
import {
  brokenRow,
  type CheckedRow,
  countsOf,
  isBroken,
  isChecked,
  type StatusRow,
  statusRow,
} from '../status/row';
import { rowAsData, showProblems, showStatus, showSummary } from '../status/show';
import { auditAsData, showAudit } from '../status/show-audit';
import { evidenceAsMarkdown, keysAsData } from '../status/show-evidence';
import { silentAudits } from '../status/silent-audits';
import { functionNameOf, readList, requireList } from '../target/domain-list';
import { askKnown, type KnownFacts } from '../target/known';
import { askFunction, functionOf, functionsOf, type Target, targetIn } from '../target/target';
import { unreadTopics } from '../target/topics';
import type { DomainEvidence } from '../words/evidence';
import {
  type Recalled,
  type SilentAudit,
  type StatusCounts,
  type Subject,
  silentAuditWords,
} from '../words/status';
import { type RegionTopic, topicsWords } from '../words/topics';
import { type Unlisted, unlistedWords } from '../words/unlisted';
import type { Cli, GlobalOptions } from '../world/cli';

interface StatusOptions extends GlobalOptions {
  readonly problems?: boolean;
  readonly live?: boolean;
  readonly keys?: boolean;
  readonly always?: boolean;
}

const AT_ONCE = 8;

/** Number of entries from which the last audits are read instead of SES, since each call takes a second of SES's rate. */
const MANY = 11;

export const statusCommand = (): CliCommand =>
  new CliCommand('status', 'show all domains at a glance')
    .description(
      'Shows, for each domain, its state in SES, the age of its key, whether the last change is confirmed, and the findings of the audit. Read-only. ' +
        'Without names, shows every domain of the list, and deployed domains that are not in the list. For more than ten domains, shows the last audit’s findings; the function then checks a domain again only if the audit did not cover it or a change is open.',
    )
    .argument('[domain...]', 'show only these domains')
    .option('--problems', 'print only domains with problems')
    .option('--live', 'have the function check each domain now, at SES’s rate')
    .option(
      '--keys',
      'print what is recorded about the keys of the named domains instead, as Markdown for an auditor: when each was made and by whom, when its record was proved in DNS, when SES verified it, what was rolled back, when its record may be removed, and what is not recorded',
    )
    .option(
      '--always',
      'have the function audit the domains first and notify the operators, even if there are no problems (needs more than the read-only alias; an audit of more than about 200 domains continues in the background)',
    )
    .ends({
      ok: 'no problems, or something to plan ahead',
      notReady: 'something waits: not deployed, not confirmed, or not verified yet',
      wrong: 'a person has to act on a finding',
      cannotTell: 'something is not known, since DNS did not answer or the function could not check it',
      examples: [
        ['status', 'every domain of domains.yaml'],
        ['status --live --problems', 'domains that wait or are wrong now'],
        ['status example.com --keys > keys.md', 'a page for the auditor'],
      ],
    })
    .runs(status);

async function status(cli: Cli, options: StatusOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const isWhole = names.length === 0;
  const list = await (isWhole ? requireList(world, options) : readList(world, options));
  const entries = isWhole ? entriesOf(list!, options) : names;
  const targets = entries.map((name) => targetIn(world, options, list, name));
  // A name that is misspelled is a wrong command line, and no domain with a problem.
  for (const target of targets) functionOf(target);
  const legs = () => (isWhole ? functionsOf(world, options, list) : legsOf(targets));
  const audits = options.always ? await auditNow(cli, legs()) : [];
  const isRecalled = isWhole && entries.length >= MANY && !options.live && !options.keys;
  const known = isRecalled ? await askKnown(world, list!, entries) : undefined;
  // The topics are read at the same time as the domains.
  const finding = isWhole ? findUnlisted(list!) : undefined;
  const topics = isWhole ? unreadIn(cli, options, list) : undefined;
  const pace = new SesPace(world.clock);
  const work = { code: 'CHECKING', facts: { domains: entries.length } } as const;
  const rows = await out.progress.map(work, targets, AT_ONCE, (target) =>
    check(cli, target, { pace, keys: options.keys === true, known: known?.get(target.entry) }),
  );
  const counts = countsOf(rows);
  const seen: Seen = {
    rows: options.problems ? rows.filter(({ exitCode }) => exitCode !== EXIT.ok) : rows,
    audits,
    counts,
    summary: showSummary(counts, known && recalledOf(rows, known)),
    unlisted: await finding,
    unread: (await topics) ?? [],
    silent: silentAudits(rows),
    exitCode: worst([...rows.map((row) => row.exitCode), ...audits.map(exitCodeOfAudit)]),
  };
  if (options.keys) printKeys(cli, seen, options.function ?? functionNameOf(list));
  else print(cli, seen, list);
  return seen.exitCode;
}

/** Everything that is known about the domains. */
interface Seen {
  /** The domains to print. */
  readonly rows: readonly StatusRow[];
  readonly audits: readonly RegionAudit[];
  readonly counts: StatusCounts;
  readonly summary: string;
  readonly unlisted: Unlisted | undefined;
  readonly unread: readonly RegionTopic[];
  readonly silent: readonly SilentAudit[];
  readonly exitCode: ExitCode;
}

function asData({ audits, counts, summary, unlisted, unread, silent, exitCode }: Seen, domains: object[]) {
  const { stacks = [], renamed = [], twins = [] } = unlisted ?? {};
  return {
    code: CODE_OF_EXIT[exitCode],
    facts: counts,
    domains,
    summary,
    unlisted: stacks,
    renamed,
    twins,
    unreadTopics: unread,
    silentAudits: silent,
    ...(audits.length > 0 && { audits: audits.map(auditAsData) }),
  };
}

function print({ out }: Cli, seen: Seen, list: DomainList | undefined): void {
  const { rows, audits, summary, unlisted, unread, silent } = seen;
  const text = (): string =>
    [
      ...audits.map((each) => showAudit(each, rows, out.colours)),
      showStatus(rows, summary, out.colours),
      ...(unlisted ? unlistedWords(unlisted, list!.backend) : []),
    ].join('\n\n');
  out.result(asData(seen, rows.map(rowAsData)), text, [
    ...(unread.length > 0 ? [topicsWords(unread)] : []),
    ...silent.map(silentAuditWords),
  ]);
}

/** Prints a page for each domain, which a person may store as it is. */
function printKeys({ out }: Cli, seen: Seen, functionName: string): void {
  const evidenceOf = ({ answer }: CheckedRow): DomainEvidence => collectEvidence(answer, functionName);
  const domains = seen.rows.map((row) =>
    isChecked(row) ? { ...rowAsData(row), ...keysAsData(evidenceOf(row)) } : rowAsData(row),
  );
  out.result(asData(seen, domains), () =>
    [
      ...seen.rows.filter(isChecked).map((row) => evidenceAsMarkdown(evidenceOf(row))),
      ...showProblems(seen.rows.filter(isBroken)),
    ].join('\n\n'),
  );
}

/** Returns the topics that nobody reads, in each region of the list or in the named region. */
const unreadIn = async (cli: Cli, options: StatusOptions, list: DomainList | undefined) =>
  (
    await Promise.all(
      functionsOf(cli.world, options, list).map((place) => unreadTopics(cli.world, place, list)),
    )
  ).flat();

/** Returns the entries of the list in the named region, or all. @throws CliError if the region has none */
function entriesOf({ domains }: DomainList, { region }: GlobalOptions): string[] {
  const entries = domains.filter((each) => region === undefined || each.region === region);
  if (entries.length === 0 && region !== undefined) throw usageError('nothing-in-region', { region });
  return entries.map(({ stack }) => stack);
}

/** How a domain is asked about. */
interface Asking {
  readonly pace: SesPace;
  /** Whether to ask what is recorded about its keys. */
  readonly keys: boolean;
  /** Facts that the function knows without asking SES. Absent: SES is asked. */
  readonly known: KnownDomain | CliError | undefined;
}

async function check(cli: Cli, target: Target, asking: Asking): Promise<StatusRow> {
  const { entry, domain, region = null, listed } = target;
  const subject = { entry, domain, region, listedSelector: listed?.selector ?? null };
  const row = await orCliError(checkedRow(cli, target, asking, subject));
  return row instanceof CliError ? brokenRow(subject, row) : row;
}

async function checkedRow(cli: Cli, target: Target, asking: Asking, subject: Subject): Promise<StatusRow> {
  const { known } = asking;
  if (known instanceof CliError) throw known;
  const answer = known?.why === null ? known : await askNow(cli, target, asking);
  const { listed } = target;
  const isAhead = listed !== undefined && listed.selector !== answer.selector;
  const readiness = isAhead ? await readinessOf(cli, { ...target, listed }) : null;
  return statusRow(subject, answer, readiness);
}

async function askNow(cli: Cli, target: Target, { pace, keys }: Asking): Promise<KnownDomain> {
  const { region, entry } = target;
  if (region !== undefined) await pace.turn({ region, stack: entry }, SES_READS.status, cli.world.signal);
  return askFunction(cli, target, 'status', { fields: { findings: true, ...(keys && { evidence: true }) } });
}

/** Counts the domains whose state is that of the last audit. */
function recalledOf(rows: readonly StatusRow[], known: KnownFacts): Recalled {
  const answers = rows.filter(isChecked);
  const seen = answers.flatMap(({ entry, answer }) =>
    answer.asOf !== null && answer === known.get(entry) ? [answer.asOf] : [],
  );
  return {
    recalled: seen.length,
    oldest: seen.sort()[0] ?? null,
    asked: answers.length - seen.length,
  };
}
