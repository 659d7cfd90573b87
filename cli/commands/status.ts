import { MINUTE_MS } from '../../handlers/clock';
import type { KnownDomain } from '../../handlers/inspection/known';
import { stageAsData } from '../../handlers/rotation/stages';
import type { DomainList } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import type { StatusAnswer } from '../aws/function';
import { CliError, orCliError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { addGateOptions, gateSettings } from '../dns/gate-options';
import { unsignedMailOf } from '../dns/mail-domain';
import { findPublished } from '../dns/prove';
import { readList, requireList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { askKnown } from '../known';
import { readinessOf } from '../review/readiness';
import { SES_INTERVAL_MS, SesPace } from '../ses-pace';
import { brokenRow, rowOf, type StatusRow } from '../status/row';
import { showStatus, summary } from '../status/show';
import { type Seen, type Subject, seenByAudit } from '../status/subject';
import { askFunction, type Target, targetIn } from '../target';
import { counted, formatDuration } from '../terminal/words';

interface StatusOptions extends GlobalOptions {
  /** False with `--no-dns`. */
  readonly dns: boolean;
  readonly concurrency: number;
  readonly problems?: boolean;
  readonly live?: boolean;
}

/** From so many on, what is known is not asked again: each takes a second of SES's rate. */
const MANY = 11;

export const statusCommand = (): CliCommand =>
  addGateOptions(
    new CliCommand('status', 'all domains at a glance')
      .description(
        'For each domain: what SES has, what is published, how old the key is, whether the last change is confirmed, and whether ' +
          'SES was changed outside of this project. Read-only. Without names: every domain of the list; of more than ten, SES and ' +
          'DNS are asked only if the audits do not know, or a change is open.',
      )
      .argument('[domain...]', 'only these'),
  )
    .option('--no-dns', 'do not ask DNS')
    .option('--problems', 'print only domains with problems')
    .option('--live', 'ask SES and DNS about each domain, at SES’s rate')
    .withConcurrency('domains checked at once', 8)
    .ends({
      ok: 'no problems',
      notReady: 'something waits: not deployed, not confirmed, not verified yet, or a key is overdue',
      wrong:
        'a person has to act: a rollback failed or is overdue, SES was changed or cannot verify, or DNS has another key',
      cannotTell: 'some domain could not be checked; the others are printed',
      examples: [
        ['status', 'every domain of domains.yaml'],
        ['status --problems', 'those that wait or are wrong'],
        ['status example.com example.org --json', 'two of them, for a script'],
        ['status --region ap-northeast-1 --no-list example.net', 'one that is not in the list'],
      ],
    })
    .runs(status);

async function status(cli: Cli, options: StatusOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await (names.length > 0 ? readList(world, options) : requireList(world, options));
  const all = names.length > 0 ? names : list!.domains.map(({ stack }) => stack);
  const title = `Checking ${counted(all.length, 'domain')}`;
  const isKnown = names.length === 0 && all.length >= MANY && !options.live;
  const known = isKnown ? await askKnown(world, list!, all) : undefined;
  const pace = new SesPace(world.clock);
  const rows = await out.progress.map(title, all, options.concurrency, (name) =>
    check(cli, options, list, name, pace, known?.get(name)),
  );
  const shown = options.problems ? rows.filter(({ exitCode }) => exitCode !== EXIT.ok) : rows;
  const domains = shown.map(({ stages, ...row }) => ({ ...row, stages: stages.map(stageAsData) }));
  const whole = [summary(rows), ...(known ? [ofMemory(rows, known, world.clock.now())] : [])].join(' ');
  out.result({ domains, summary: whole }, () => showStatus(shown, whole, out.colours));
  return worst(rows.map(({ exitCode }) => exitCode));
}

async function check(
  cli: Cli,
  options: StatusOptions,
  list: DomainList | undefined,
  name: string,
  pace: SesPace,
  known: KnownDomain | CliError | undefined,
): Promise<StatusRow> {
  let subject: Subject = {
    entry: name,
    domain: parseEntryKey(name)?.domain ?? name,
    region: null,
    listedSelector: null,
  };
  const ask = async (): Promise<StatusRow> => {
    const target = targetIn(cli.world, options, list, name);
    const { entry, domain, region = null, listed } = target;
    subject = { entry, domain, region, listedSelector: listed?.selector ?? null };
    if (known instanceof CliError) throw known;
    if (known !== undefined && known.why === null)
      return rowOf(subject, known, await lookUp(cli, options, target, known, seenByAudit(known)));
    if (region !== null) await pace.turn(region, 1, cli.world.signal);
    const answer = await askFunction(cli, target, 'status');
    return rowOf(subject, answer, await lookUp(cli, options, target, answer));
  };
  const row = await orCliError(ask());
  return row instanceof CliError ? brokenRow(subject, row) : row;
}

/** e.g. `999 as last seen, at 2026-11-28T03:12:00.000Z or later (13 h ago), 1 asked now.` */
function ofMemory(
  rows: readonly StatusRow[],
  known: ReadonlyMap<string, KnownDomain | CliError>,
  now: number,
): string {
  const seen = [...known.values()].flatMap((each) =>
    each instanceof CliError || each.why !== null ? [] : [each.asOf ?? []].flat(),
  );
  const asked = [...known.values()].filter((each) => !(each instanceof CliError) && each.why !== null).length;
  const oldest = seen.sort()[0];
  const by =
    oldest === undefined
      ? ''
      : `${seen.length} as last seen, at ${oldest} or later (${formatDuration(now - Date.parse(oldest))} ago); `;
  const all = formatDuration(Math.max(MINUTE_MS, rows.length * SES_INTERVAL_MS));
  return `${by}${asked} asked now. --live asks about all, which takes about ${all}.`;
}

async function lookUp(
  cli: Cli,
  options: StatusOptions,
  target: Target,
  { selector, ses }: StatusAnswer,
  audited?: Seen['audited'],
): Promise<Seen> {
  const { domain, listed } = target;
  const inRoute53 = listed?.record !== undefined;
  const unasked = { published: null, listed: null, inRoute53, ...(audited && { audited }) };
  if (!options.dns || (audited && (listed === undefined || listed.selector === selector))) return unasked;
  const settings = gateSettings(options, listed?.gate);
  const [published, readiness, unsignedMail] = await Promise.all([
    selector === null || audited ? null : findPublished(cli.world, { domain, selector, settings }),
    listed && listed.selector !== selector
      ? readinessOf(cli, { ...target, listed }, { aws: true, gate: options })
      : null,
    ses === null || audited
      ? undefined
      : unsignedMailOf(cli.world, { domain, settings }, async () => ses.mailFrom),
  ]);
  return {
    ...unasked,
    published,
    listed: listed && readiness ? { selector: listed.selector, readiness } : null,
    unsignedMail,
  };
}
