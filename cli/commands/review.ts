import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CliError, orCliError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { requireList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { compareLists, type DomainChange } from '../review/changes';
import { readAtForkPoint } from '../review/git-versions';
import { type Review, type ReviewedDomain, reviewAsMarkdown } from '../review/markdown';
import { type CurrentState, meaningOf } from '../review/meaning';
import { readinessOf, refusalOfPlan } from '../review/readiness';
import { refusalsOf } from '../review/refusals';
import { unsignedMailMeanwhile } from '../review/unsigned-mail';
import { askFunction, type Target, targetIn } from '../target';

interface ReviewOptions extends GlobalOptions {
  readonly base: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
  readonly concurrency: number;
}

export const reviewCommand = (): CliCommand =>
  new CliCommand('review', 'what a change of the list means, as Markdown for a pull request')
    .description(
      'Compares the domain list with an earlier version, explains what each difference and a destroy mean for SES, and asks DNS whether ' +
        'a deploy would pass. Changes nothing. Without AWS it shows what is published, not whether it is the right key.',
    )
    .option('--base <ref>', 'the version to compare with: where this branch left that one', 'HEAD')
    .option('--no-aws', 'ask DNS alone, not the function')
    .withConcurrency('domains asked about at once', 8)
    .ends({
      ok: 'every domain that is added or changed would pass its gate',
      notReady: 'some record is not there yet',
      wrong: 'a record or key is wrong, or the deploy would be refused',
      cannotTell: 'for some domain it is not known',
      examples: [
        ['review', 'what you have not committed yet'],
        ['review --base origin/main > review.md', 'in CI: what this pull request means'],
        ['review --base v1 --no-aws', 'since a release, from a machine without AWS'],
      ],
    })
    .runs(review);

async function review(cli: Cli, options: ReviewOptions): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await requireList(world, options);
  const before = await readAtForkPoint(world, list.file, options.base);
  const changes = compareLists(before.list, list);
  const title = `Reviewing ${changes.domains.length} domains`;
  const domains = await out.progress.map(title, changes.domains, options.concurrency, (change) =>
    reviewOne(cli, options, list, change),
  );
  const refusals = refusalsOf(changes);
  const exitCode = worst([
    ...(refusals.length > 0 ? [EXIT.wrong] : []),
    ...domains.flatMap(({ readiness }) => readiness?.exitCode ?? []),
  ]);
  const result: Review = { base: before.commit, domains, changes, refusals, exitCode };
  out.result({ ...result, changes: { ...changes, domains: undefined } }, () => reviewAsMarkdown(result));
  return exitCode;
}

async function reviewOne(
  cli: Cli,
  options: ReviewOptions,
  list: DomainList,
  change: DomainChange,
): Promise<ReviewedDomain> {
  const listed: ListedDomain = change.kind === 'removed' ? change.before : change.after;
  const target: Target & { listed: ListedDomain } = {
    ...targetIn(cli.world, { ...options, region: listed.region }, list, listed.stack),
    region: options.region ?? listed.region,
    listed,
  };
  const answer = options.aws ? await orCliError(askFunction(cli, target, 'status')) : undefined;
  const current: CurrentState | undefined = answer instanceof CliError ? undefined : answer;
  const meaning = meaningOf(change, current);
  const isMoved = change.kind === 'changed' && change.before.region !== change.after.region;
  if (change.kind === 'removed' || isMoved) return { change, meaning };
  const unsignedMail = await unsignedMailMeanwhile(cli.world, change, current);
  const refusal = options.aws ? await refusalOfPlan(cli.world, target) : undefined;
  const readiness = refusal ?? (await readinessOf(cli, target, options));
  return { change, meaning, readiness, unsignedMail };
}
