import { CliCommand, wholeNumber } from '../command';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { compareLists } from '../review/changes';
import { readAtForkPoint } from '../review/git-versions';
import { harmsOf } from '../review/harms';
import { cutReview, type Review, reviewAsData } from '../review/markdown';
import type { PlanRefusal } from '../review/refusals';
import { reviewList } from '../review/review-list';
import { requireEntries } from '../target/domain-list';
import type { Cli, GlobalOptions } from '../world/cli';

interface ReviewOptions extends GlobalOptions {
  readonly base: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
  /** Absent if the review is not cut. */
  readonly maxBytes?: number;
}

export const reviewCommand = (): CliCommand =>
  new CliCommand('review', 'explain what a change to the list means, as Markdown for a pull request')
    .description(
      'Compares the domain list with an earlier version, explains what each difference, and a destroy, would mean for SES, and checks in DNS whether a deploy would pass. Changes nothing. Without AWS it shows what is published, not whether it is the right key. A check in CI fails on 1 and 3, and leaves 2 and 4 to the person who approves the change: what it does to mail, keys or notices comes first in the text, and is `harms` with --json.',
    )
    .option('--base <ref>', 'the version to compare with: the commit at which this branch left it', 'HEAD')
    .option('--no-aws', 'ask only DNS, not the function')
    .option(
      '--max-bytes <n>',
      'leave out whole entries beyond this size, and show those that are not ready first; refusals, cautions and settings always stay: if they do not fit, the review says so and ends with 3',
      wholeNumber(1_000, 1_000_000),
    )
    .ends({
      ok: 'every domain that is added or changed would pass its gate, and nothing is lost',
      notReady:
        'a record is not published yet, or a person has to approve what the change does to mail, keys or notices',
      wrong: 'a record or key is wrong, or the deploy would be refused',
      cannotTell: 'for some domains the answer is not known',
      examples: [
        ['review', 'the changes that you have not committed yet'],
        ['review --base origin/main > review.md', 'in CI: what this pull request means'],
        [
          'review --base origin/main --max-bytes 65000',
          'for a comment on GitHub, which holds 65,536 characters',
        ],
      ],
    })
    .runs(review);

async function review(cli: Cli, options: ReviewOptions): Promise<ExitCode> {
  const { world, out } = cli;
  const after = await requireEntries(world, options);
  const { list: before, commit } = await readAtForkPoint(world, after.file, options.base);
  const changes = compareLists(before, after);
  const { domains, refusals } = await reviewList({ cli, before, after, changes, aws: options.aws });
  const [certain, uncertain] = [true, false].map((isCertain) =>
    refusals.filter((each) => each.isCertain === isCertain),
  ) as [PlanRefusal[], PlanRefusal[]];
  const harms = harmsOf(domains, changes);
  const exitCode = worst([
    ...(harms.length > 0 ? [EXIT.notReady] : []),
    ...(certain.length > 0 ? [EXIT.wrong] : []),
    ...domains.flatMap(({ readiness }) => readiness?.exitCode ?? []),
  ]);
  const result: Review = {
    base: commit,
    domains,
    changes,
    refusals: certain,
    cautions: uncertain,
    harms,
    exitCode,
  };
  const cut = cutReview(result, options.maxBytes);
  out.result(reviewAsData(result), () => cut.text);
  return cut.isFit ? exitCode : worst([exitCode, EXIT.wrong]);
}
