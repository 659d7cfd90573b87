import type { KnownDomain } from '../../handlers/audit/status';
import { stageAsData } from '../../handlers/selector/stages';
import { CliCommand } from '../command';
import { findUnlisted, unlistedWords } from '../engine/applied-state';
import { CliError, orCliError, usageError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import { SesPace } from '../pace/ses-pace';
import { SES_READS } from '../pace/ses-reads';
import { readinessOf } from '../review/readiness';
import { brokenRow, rowOf, type StatusRow } from '../status/row';
import { showStatus, summary } from '../status/show';
import { readList, requireList } from '../target/domain-list';
import { askKnown } from '../target/known';
import { askFunction, type Target, targetIn } from '../target/target';
import { counted } from '../words/format';
import type { Cli, GlobalOptions } from '../world/cli';

interface StatusOptions extends GlobalOptions {
  readonly problems?: boolean;
  readonly live?: boolean;
}

const AT_ONCE = 8;

/** Number of entries from which the last audits are read, not SES: each call takes a second of SES's rate. */
const MANY = 11;

export const statusCommand = (): CliCommand =>
  new CliCommand('status', 'all domains at a glance')
    .description(
      'For each domain: what SES has, how old the key is, whether the last change is confirmed, and what the function finds, ' +
        'as the audit does. Read-only. Without names: every domain of the list, and what is deployed beside it; of more than ten what the last audit has ' +
        'found, and the function looks again only if the audit does not know, or a change is open.',
    )
    .argument('[domain...]', 'only these')
    .option('--problems', 'print only domains with problems')
    .option('--live', 'have the function look at each domain now, at SES’s rate')
    .ends({
      ok: 'no problems, or something to plan ahead',
      notReady: 'something waits: not deployed, not confirmed, or not verified yet',
      wrong: 'something was found on which a person has to act',
      cannotTell: 'something could not be checked; the rest is printed',
      examples: [
        ['status', 'every domain of domains.yaml'],
        ['status --problems', 'those that wait or are wrong'],
      ],
    })
    .runs(status);

async function status(cli: Cli, options: StatusOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await (names.length > 0 ? readList(world, options) : requireList(world, options));
  const { region } = options;
  const listed = (list?.domains ?? []).filter((each) => region === undefined || each.region === region);
  const all = names.length > 0 ? names : listed.map(({ stack }) => stack);
  if (all.length === 0 && region !== undefined) throw usageError('nothing-in-region', { region });
  const targets = all.map((name) => targetIn(world, options, list, name));
  const title = `Checking ${counted(all.length, 'domain')}`;
  const isKnown = names.length === 0 && all.length >= MANY && !options.live;
  const known = isKnown ? await askKnown(world, list!, all) : undefined;
  const pace = new SesPace(world.clock);
  const beside = names.length === 0 ? findUnlisted(list!) : undefined;
  const rows = await out.progress.map(title, targets, AT_ONCE, (target) =>
    check(cli, target, pace, known?.get(target.entry)),
  );
  const shown = options.problems ? rows.filter(({ exitCode }) => exitCode !== EXIT.ok) : rows;
  const domains = shown.map(asData);
  const whole = [summary(rows), ...(known ? [ofMemory(rows, known)] : [])].join(' ');
  const unlisted = await beside;
  const { stacks = [], renamed = [] } = unlisted ?? {};
  out.result({ domains, summary: whole, unlisted: stacks, renamed }, () =>
    [showStatus(shown, whole, out.colours), ...(unlisted ? unlistedWords(unlisted, list!.backend) : [])].join(
      '\n\n',
    ),
  );
  return worst(rows.map(({ exitCode }) => exitCode));
}

/** Returns a row for scripts. */
const asData = ({ answer, stages, ...row }: StatusRow) => ({
  asOf: null,
  ...answer,
  ...row,
  stages: stages.map(stageAsData),
});

async function check(
  cli: Cli,
  target: Target,
  pace: SesPace,
  known: KnownDomain | CliError | undefined,
): Promise<StatusRow> {
  const { entry, domain, region = null, listed } = target;
  const subject = { entry, domain, region, listedSelector: listed?.selector ?? null };
  const askNow = async (): Promise<KnownDomain> => {
    if (region !== null) await pace.turn({ region, stack: entry }, SES_READS.status.reads, cli.world.signal);
    return askFunction(cli, target, 'status', { findings: true });
  };
  const ask = async (): Promise<StatusRow> => {
    if (known instanceof CliError) throw known;
    const answer = known?.why === null ? known : await askNow();
    const isAhead = listed !== undefined && listed.selector !== answer.selector;
    const readiness = isAhead ? await readinessOf(cli, { ...target, listed }) : null;
    return rowOf(subject, answer, readiness);
  };
  const row = await orCliError(ask());
  return row instanceof CliError ? brokenRow(subject, row) : row;
}

/** e.g. `999 as last seen, at 2026-11-28T03:12:00.000Z or later; 1 asked now. --live asks about all.` */
function ofMemory(rows: readonly StatusRow[], known: ReadonlyMap<string, unknown>): string {
  const seen = rows.flatMap(({ entry, answer }) =>
    answer?.asOf && answer === known.get(entry) ? [answer.asOf] : [],
  );
  const [oldest] = seen.sort();
  const by = oldest === undefined ? '' : `${seen.length} as last seen, at ${oldest} or later; `;
  const asked = rows.filter(({ answer }) => answer !== null).length - seen.length;
  return `${by}${asked} asked now. --live asks about all.`;
}
