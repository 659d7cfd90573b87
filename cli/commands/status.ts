import { stageAsData } from '../../handlers/rotation/stages';
import type { DomainList } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import type { Answers } from '../aws/answers';
import { CliError, orCliError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { addGateOptions, gateSettings } from '../dns/gate-options';
import { unsignedMailOf } from '../dns/mail-domain';
import { findPublished } from '../dns/published';
import { readList, requireList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { readinessOf } from '../review/readiness';
import { brokenRow, rowOf, type StatusRow } from '../status/row';
import { showStatus, summary } from '../status/show';
import type { Seen, Subject } from '../status/subject';
import { askFunction, type Target, targetIn } from '../target';

interface StatusOptions extends GlobalOptions {
  /** False with `--no-dns`. */
  readonly dns: boolean;
  readonly concurrency: number;
  readonly problems?: boolean;
}

export const statusCommand = (): CliCommand =>
  addGateOptions(
    new CliCommand('status', 'all domains at a glance')
      .description(
        'For each domain: what SES has, what is published, how old the key is, whether the last change is confirmed, and whether ' +
          'SES was changed outside of this project. Read-only. Without names: every domain of the list.',
      )
      .argument('[domain...]', 'only these'),
  )
    .option('--no-dns', 'do not ask DNS')
    .option('--problems', 'print only domains with problems')
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
  const title = `Checking ${all.length} domain${all.length === 1 ? '' : 's'}`;
  const rows = await out.progress.map(title, all, options.concurrency, (name) =>
    check(cli, options, list, name),
  );
  const shown = options.problems ? rows.filter(({ exitCode }) => exitCode !== EXIT.ok) : rows;
  const domains = shown.map(({ stages, ...row }) => ({ ...row, stages: stages.map(stageAsData) }));
  out.result({ domains, summary: summary(rows) }, () => showStatus(shown, summary(rows), out.colours));
  return worst(rows.map(({ exitCode }) => exitCode));
}

async function check(
  cli: Cli,
  options: StatusOptions,
  list: DomainList | undefined,
  name: string,
): Promise<StatusRow> {
  let subject: Subject = {
    entry: name,
    domain: parseEntryKey(name)?.domain ?? name,
    region: null,
    listedSelector: null,
  };
  const row = await orCliError(
    (async () => {
      const target = targetIn(cli.world, options, list, name);
      const { entry, domain, region = null, listed } = target;
      subject = { entry, domain, region, listedSelector: listed?.selector ?? null };
      const answer = await askFunction(cli, target, 'status');
      return rowOf(subject, answer, await lookUp(cli, options, target, answer));
    })(),
  );
  return row instanceof CliError ? brokenRow(subject, row) : row;
}

async function lookUp(
  cli: Cli,
  options: StatusOptions,
  target: Target,
  { selector, ses }: Answers['status'],
): Promise<Seen> {
  const { domain, listed } = target;
  const inRoute53 = listed?.record !== undefined;
  if (!options.dns) return { published: null, listed: null, inRoute53 };
  const settings = gateSettings(options, listed?.gate);
  const [published, readiness, unsignedMail] = await Promise.all([
    selector === null ? null : findPublished(cli.world, { domain, selector, settings }),
    listed && listed.selector !== selector
      ? readinessOf(cli, { ...target, listed }, { aws: true, gate: options })
      : null,
    ses === null ? undefined : unsignedMailOf(cli.world, { domain, settings }, async () => ses.mailFrom),
  ]);
  return {
    published,
    listed: listed && readiness ? { selector: listed.selector, readiness } : null,
    unsignedMail,
    inRoute53,
  };
}
