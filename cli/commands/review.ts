import { Command } from 'commander';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { callFunction } from '../aws/function';
import { CliError, usageError } from '../cli-error';
import {
  type Bind,
  type Cli,
  examplesHelp,
  exitCodesHelp,
  type GlobalOptions,
  wholeNumber,
} from '../command';
import { mapConcurrently } from '../concurrency';
import { DEFAULT_LIST, parseReadableList, parseWholeList, readListText } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { compareLists, type DomainChange } from '../review/changes';
import { readAt, readAtForkPoint } from '../review/git-versions';
import { type Review, type ReviewedDomain, reviewAsMarkdown } from '../review/markdown';
import { type CurrentState, meaningOf } from '../review/meaning';
import { readinessOf, refusalOfPlan } from '../review/readiness';
import { refusalsOf } from '../review/refusals';
import { functionOf, listFile, type Target, targetIn } from '../target';

interface ReviewOptions extends GlobalOptions {
  readonly base: string;
  readonly head?: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
  readonly concurrency: number;
}

export const reviewCommand = (bind: Bind): Command =>
  new Command('review')
    .summary('what a change of the list means, as Markdown for a pull request')
    .description(
      'Compares two versions of the domain list, explains what each difference and a destroy mean for SES, and asks DNS whether ' +
        'a deploy would pass. Changes nothing. Without AWS it shows what is published, not whether it is the right key.',
    )
    .option('--base <ref>', 'the version to compare with: where this branch left that one', 'HEAD')
    .option('--head <ref>', 'the version to review (default: the working tree)')
    .option('--no-aws', 'ask DNS alone, not the function')
    .option('--concurrency <n>', 'domains asked about at once', wholeNumber(1, 64), 8)
    .addHelpText(
      'after',
      `${exitCodesHelp({
        ok: 'every domain that is added or changed would pass its gate',
        notReady: 'some record is not there yet',
        wrong: 'a record or key is wrong, or the deploy would be refused',
        cannotTell: 'for some domain it is not known',
      })}\n${examplesHelp([
        ['review', 'what you have not committed yet'],
        ['review --base origin/main > review.md', 'in CI: what this pull request means'],
        ['review --base v1 --head v2 --no-aws', 'two releases, from a machine without AWS'],
      ])}`,
    )
    .action(bind(review));

async function review(cli: Cli, options: ReviewOptions): Promise<ExitCode> {
  const { world, out } = cli;
  const named = listFile(world, options);
  if (named === false) throw usageError('There is nothing to review without a domain list (--no-list).');
  const file = named ?? DEFAULT_LIST;
  const before = await readAtForkPoint(world, file, options.base, options.head);
  const after = await readHead(cli, file, options.head);
  const old = before.text === null ? null : readBase(before.text, file, before.commit);
  const list = parseWholeList(after.text, file);
  const changes = compareLists(old, list);
  const title = `Reviewing ${changes.domains.length} domains`;
  const domains = await mapConcurrently(
    changes.domains,
    options.concurrency,
    (change) => reviewOne(cli, options, { list, broken: [] }, change),
    (done) => out.progress.show(`${title}… ${done} done`),
  );
  const refusals = refusalsOf(changes);
  const exitCode = worst([
    ...(refusals.length > 0 ? [EXIT.wrong] : []),
    ...domains.flatMap(({ readiness }) => readiness?.exitCode ?? []),
  ]);
  const result: Review = { base: before.commit, head: after.name, domains, changes, refusals, exitCode };
  out.result({ ...result, changes: { ...changes, domains: undefined } }, () => reviewAsMarkdown(result));
  return exitCode;
}

/** Leaves out domains that are broken in the base. */
function readBase(text: string, file: string, commit: string): DomainList {
  try {
    return parseReadableList(text, file).list;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(
      `The list of ${commit} cannot be compared with; name an earlier commit with --base:\n${error.message}`,
      error.code,
    );
  }
}

async function readHead({ world }: Cli, file: string, ref: string | undefined) {
  if (ref === undefined) {
    const read = await readListText(world, file);
    return { text: read!.text, name: 'the working tree' };
  }
  const { text, commit } = await readAt(world, file, ref);
  if (text !== null) return { text, name: `\`${commit}\`` };
  throw new CliError(`There is no ${file} in ${ref}.`, 'LIST_NOT_FOUND');
}

async function reviewOne(
  cli: Cli,
  options: ReviewOptions,
  readable: Parameters<typeof targetIn>[2],
  change: DomainChange,
): Promise<ReviewedDomain> {
  const listed: ListedDomain = change.kind === 'removed' ? change.before : change.after;
  const target: Target & { listed: ListedDomain } = {
    ...targetIn(cli.world, { ...options, region: listed.region }, readable, listed.stack),
    region: options.region ?? listed.region,
    listed,
  };
  const current = options.aws ? await askAboutNow(cli, target) : undefined;
  const meaning = meaningOf(change, current);
  const isMoved = change.kind === 'changed' && change.before.region !== change.after.region;
  if (change.kind === 'removed' || isMoved) return { change, meaning };
  const refusal = options.aws ? await refusalOfPlan(cli.world, target) : undefined;
  return { change, meaning, readiness: refusal ?? (await readinessOf(cli, target, options)) };
}

/** @returns undefined where the function could not be asked */
async function askAboutNow({ world }: Cli, target: Target): Promise<CurrentState | undefined> {
  const place = functionOf(target);
  try {
    const { domain } = target;
    return await callFunction(world, place, 'status', { domain, region: place.region });
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
