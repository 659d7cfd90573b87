import { Command } from 'commander';
import { toALabels } from '../../constructs/check-identity-props';
import { callFunction } from '../aws/function';
import { CliError } from '../cli-error';
import {
  type Bind,
  type Cli,
  examplesHelp,
  exitCodesHelp,
  type GlobalOptions,
  wholeNumber,
} from '../command';
import { mapConcurrently } from '../concurrency';
import { addGateOptions, type GateOptions, gateSettings } from '../dns/gate-options';
import { findPublished, type Published } from '../dns/published';
import { type ReadableList, readReadableList, requireList } from '../domain-list';
import { type ExitCode, worst } from '../exit-codes';
import { brokenRow, rowOf, type StatusRow, type Subject } from '../status/row';
import { showStatus, summary } from '../status/show';
import { functionOf, listFile, type Target, targetIn } from '../target';

interface StatusOptions extends GlobalOptions, GateOptions {
  /** False with `--no-dns`. */
  readonly dns: boolean;
  readonly concurrency: number;
}

export const statusCommand = (bind: Bind): Command =>
  addGateOptions(
    new Command('status')
      .summary('all domains at a glance')
      .description(
        'For each domain: what SES has, what is published, how old the key is, whether the last change is confirmed, and whether ' +
          'somebody changed SES by hand. Changes nothing. Without names: every domain of the list.',
      )
      .argument('[domain...]', 'only these'),
  )
    .option('--no-dns', 'do not look at DNS')
    .option('--concurrency <n>', 'domains asked about at once', wholeNumber(1, 64), 8)
    .addHelpText(
      'after',
      `${exitCodesHelp({
        ok: 'all is well',
        notReady: 'something waits: not deployed, not confirmed, not verified yet, or a key is overdue',
        wrong: 'something is wrong: changed by hand, not verifiable, or DNS has another key',
        cannotTell: 'some domain could not be asked about; the others are shown',
      })}\n${examplesHelp([
        ['status', 'every domain of domains.yaml'],
        ['status example.com example.org --json', 'two of them, for a script'],
        ['status --region ap-northeast-1 --no-list example.net', 'one that is not in the list'],
      ])}`,
    )
    .action(bind(status));

async function status(cli: Cli, options: StatusOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const file = listFile(world, options);
  const readable =
    names.length > 0
      ? file === false
        ? undefined
        : await readReadableList(world, file)
      : await requireList(world, file || undefined);
  const subjects = names.length > 0 ? names : namesIn(readable!);
  const title = `Asking about ${subjects.length} domain${subjects.length === 1 ? '' : 's'}`;
  out.progress.show(`${title}…`);
  const rows = await mapConcurrently(
    subjects,
    options.concurrency,
    (name) => askAbout(cli, options, readable, name),
    (done) => out.progress.show(`${title}… ${done} done`),
  );
  out.result({ domains: rows, summary: summary(rows) }, () =>
    showStatus(rows, out.colours, world.clock.now()),
  );
  return worst(rows.map(({ exitCode }) => exitCode));
}

/** In the order of the file, the broken ones too. */
const namesIn = ({ list, broken }: ReadableList): string[] => [
  ...list.domains.map(({ domain }) => domain),
  ...broken.map(({ domain }) => domain),
];

async function askAbout(
  cli: Cli,
  options: StatusOptions,
  readable: ReadableList | undefined,
  name: string,
): Promise<StatusRow> {
  let subject: Subject = { domain: toALabels(name) ?? name, region: null, listedSelector: null };
  try {
    const target = targetIn(cli.world, options, readable, name);
    subject = {
      domain: target.domain,
      region: target.region ?? null,
      listedSelector: target.listed?.selector ?? null,
    };
    const place = functionOf(target);
    const answer = await callFunction(cli.world, place, 'status', {
      domain: target.domain,
      region: place.region,
    });
    const published = options.dns ? await lookUp(cli, options, target, answer.selector) : null;
    return rowOf(subject, answer, published, cli.world.clock.now());
  } catch (error) {
    if (error instanceof CliError) return brokenRow(subject, error);
    throw error;
  }
}

/** The record in force; before the first deploy, the listed one. */
async function lookUp(
  { world }: Cli,
  options: StatusOptions,
  target: Target,
  inForce: string | null,
): Promise<Published | null> {
  const selector = inForce ?? target.listed?.selector;
  if (selector === undefined) return null;
  return findPublished(world, {
    domain: target.domain,
    selector,
    settings: gateSettings(options, target.listed?.gate),
  });
}
