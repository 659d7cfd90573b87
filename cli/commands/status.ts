import type { KnownDomain } from '../../handlers/reports/known-domain';
import type { DomainList } from '../../list/domain-list';
import { CliCommand } from '../command';
import { findUnlisted } from '../engine/applied-state';
import { CliError, orCliError, usageError } from '../errors/cli-error';
import { CODE_OF_EXIT, EXIT, type ExitCode, worst } from '../facts/exit-codes';
import type { Recalled, Subject } from '../facts/status';
import { SesPace } from '../pace/ses-pace';
import { SES_READS } from '../pace/ses-reads';
import { readinessOf } from '../review/readiness';
import { brokenRow, countsOf, isChecked, type StatusRow, statusRow } from '../status/row';
import { rowAsData, showStatus, showSummary } from '../status/show';
import { silentAudits } from '../status/silent-audits';
import { readList, requireList } from '../target/domain-list';
import { askKnown, type KnownFacts } from '../target/known';
import { askFunction, functionsOf, type Target, targetIn } from '../target/target';
import { unreadTopics } from '../target/topics';
import { counted } from '../words/format';
import { silentAuditWords } from '../words/status';
import { topicsWords } from '../words/topics';
import { unlistedWords } from '../words/unlisted';
import type { Cli, GlobalOptions } from '../world/cli';

interface StatusOptions extends GlobalOptions {
  readonly problems?: boolean;
  readonly live?: boolean;
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
    .ends({
      ok: 'no problems, or something to plan ahead',
      notReady: 'something waits: not deployed, not confirmed, or not verified yet',
      wrong: 'a person has to act on a finding',
      cannotTell: 'something is not known, since DNS did not answer or the function could not check it',
      examples: [
        ['status', 'every domain of domains.yaml'],
        ['status --problems', 'domains that wait or are wrong'],
      ],
    })
    .runs(status);

async function status(cli: Cli, options: StatusOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await (names.length > 0 ? readList(world, options) : requireList(world, options));
  const entries = names.length > 0 ? names : entriesOf(list!, options);
  const targets = entries.map((name) => targetIn(world, options, list, name));
  const isWhole = names.length === 0;
  const isRecalled = isWhole && entries.length >= MANY && !options.live;
  const known = isRecalled ? await askKnown(world, list!, entries) : undefined;
  // The topics are read at the same time as the domains.
  const finding = isWhole ? findUnlisted(list!) : undefined;
  const topics = isWhole ? unreadIn(cli, options, list) : undefined;
  const pace = new SesPace(world.clock);
  const title = `Checking ${counted(entries.length, 'domain')}`;
  const rows = await out.progress.map(title, targets, AT_ONCE, (target) =>
    check(cli, target, pace, known?.get(target.entry)),
  );
  const unlisted = await finding;
  const unread = (await topics) ?? [];
  const silent = silentAudits(rows);
  const counts = countsOf(rows);
  const summary = showSummary(counts, known && recalledOf(rows, known));
  const shown = options.problems ? rows.filter(({ exitCode }) => exitCode !== EXIT.ok) : rows;
  const exitCode = worst(rows.map((row) => row.exitCode));
  const { stacks = [], renamed = [], twins = [] } = unlisted ?? {};
  out.result({
    code: CODE_OF_EXIT[exitCode],
    facts: counts,
    domains: shown.map(rowAsData),
    summary,
    unlisted: stacks,
    renamed,
    twins,
    unreadTopics: unread,
    silentAudits: silent,
  }, () => {
    const outside = unlisted ? unlistedWords(unlisted, list!.backend) : [];
    return [showStatus(shown, summary, out.colours), ...outside].join('\n\n');
  }, [...(unread.length > 0 ? [topicsWords(unread)] : []), ...silent.map(silentAuditWords)]);
  return exitCode;
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

async function check(
  cli: Cli,
  target: Target,
  pace: SesPace,
  known: KnownDomain | CliError | undefined,
): Promise<StatusRow> {
  const { entry, domain, region = null, listed } = target;
  const subject = { entry, domain, region, listedSelector: listed?.selector ?? null };
  const row = await orCliError(checkedRow(cli, target, pace, { subject, known }));
  return row instanceof CliError ? brokenRow(subject, row) : row;
}

/** @param known facts that the function knows without asking SES; absent: SES is asked */
async function checkedRow(
  cli: Cli,
  target: Target,
  pace: SesPace,
  { subject, known }: { readonly subject: Subject; readonly known: KnownDomain | CliError | undefined },
): Promise<StatusRow> {
  if (known instanceof CliError) throw known;
  const answer = known?.why === null ? known : await askNow(cli, target, pace);
  const { listed } = target;
  const isAhead = listed !== undefined && listed.selector !== answer.selector;
  const readiness = isAhead ? await readinessOf(cli, { ...target, listed }) : null;
  return statusRow(subject, answer, readiness);
}

async function askNow(cli: Cli, target: Target, pace: SesPace): Promise<KnownDomain> {
  const { region, entry } = target;
  if (region !== undefined) await pace.turn({ region, stack: entry }, SES_READS.status, cli.world.signal);
  return askFunction(cli, target, 'status', { fields: { findings: true } });
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
