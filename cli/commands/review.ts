import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CliCommand } from '../command';
import { unsignedMailOf } from '../dns/mail-domain';
import { CliError, orCliError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import type { Meaning } from '../facts/meaning';
import { compareLists, type DomainChange, entryOf, type ListChanges } from '../review/changes';
import { readAtForkPoint } from '../review/git-versions';
import { type Review, type ReviewedDomain, reviewAsData, reviewAsMarkdown } from '../review/markdown';
import { meaningOf } from '../review/meaning';
import { inspectEntry, readinessOf } from '../review/readiness';
import {
  type Deployed,
  type PlanRefusal,
  refusalOfSetting,
  refusalsOfDomain,
  refusalsOfEntry,
  refusalsOfSetting,
} from '../review/refusals';
import { requireEntries } from '../target/domain-list';
import type { CurrentState } from '../target/effect';
import { askFunction, type Target, targetIn } from '../target/target';
import type { Cli, GlobalOptions } from '../world/cli';
import type { CliWorld } from '../world/world';

interface ReviewOptions extends GlobalOptions {
  readonly base: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
}

const AT_ONCE = 8;

export const reviewCommand = (): CliCommand =>
  new CliCommand('review', 'what a change of the list means, as Markdown for a pull request')
    .description(
      'Compares the domain list with an earlier version, explains what each difference and a destroy mean for SES, and asks DNS whether ' +
        'a deploy would pass. Changes nothing. Without AWS it shows what is published, not whether it is the right key.',
    )
    .option('--base <ref>', 'the version to compare with: the commit at which this branch left it', 'HEAD')
    .option('--no-aws', 'ask DNS alone, not the function')
    .ends({
      ok: 'every domain that is added or changed would pass its gate',
      notReady: 'some record is not there yet',
      wrong: 'a record or key is wrong, or the deploy would be refused',
      cannotTell: 'for some domain it is not known',
      examples: [
        ['review', 'what you have not committed yet'],
        ['review --base origin/main > review.md', 'in CI: what this pull request means'],
      ],
    })
    .runs(review);

async function review(cli: Cli, options: ReviewOptions): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await requireEntries(world, options);
  const before = await readAtForkPoint(world, list.file, options.base);
  const changes = compareLists(before.list, list);
  const title = `Reviewing ${changes.domains.length} domains`;
  const reviewed = await out.progress.map(title, changes.domains, AT_ONCE, (change) =>
    reviewOne(cli, options, [before.list, list], change),
  );
  const found = [
    ...(await refusalsOfControl(cli, options, before.list, list, changes)),
    ...reviewed.flatMap(({ refusals }) => refusals),
  ];
  const [refusals, cautions] = [true, false].map((isCertain) =>
    found.filter((each) => each.isCertain === isCertain),
  ) as [PlanRefusal[], PlanRefusal[]];
  const domains = reviewed.map(({ refusals: _, ...each }) => each);
  const exitCode = worst([
    ...(refusals.length > 0 ? [EXIT.wrong] : []),
    ...domains.flatMap(({ readiness }) => readiness?.exitCode ?? []),
  ]);
  const result: Review = { base: before.commit, domains, changes, refusals, cautions, exitCode };
  out.result(reviewAsData(result), () => reviewAsMarkdown(result));
  return exitCode;
}

/** Asks the function of an earlier deploy, if the list changes something that the function would lose. */
async function refusalsOfControl(
  cli: Cli,
  options: ReviewOptions,
  before: DomainList | null,
  after: DomainList,
  { settings }: ListChanges,
): Promise<PlanRefusal[]> {
  const atStake = settings.filter((setting) => refusalOfSetting(setting) !== undefined);
  if (before === null || atStake.length === 0) return [];
  const inRegions = new Map([...after.domains, ...before.domains].map((each) => [each.region, each]));
  const deployed = await Promise.all(
    [...inRegions].map(async ([region, listed]) => {
      const target = targetIn(cli.world, { region }, before, listed.stack);
      return [region, await findDeployed(cli, options, target)] as const;
    }),
  );
  return atStake.flatMap((setting) => refusalsOfSetting(setting, after.control, new Map(deployed)));
}

async function findDeployed(cli: Cli, { aws }: ReviewOptions, target: Target): Promise<Deployed> {
  const answer = aws ? await orCliError(askFunction(cli, target, 'status')) : 'unknown';
  if (!(answer instanceof CliError)) return answer;
  return answer.code === 'FUNCTION_NOT_FOUND' ? 'none' : 'unknown';
}

async function reviewOne(
  cli: Cli,
  options: ReviewOptions,
  [before, list]: readonly [DomainList | null, DomainList],
  change: DomainChange,
): Promise<ReviewedDomain & { readonly refusals: readonly PlanRefusal[] }> {
  const listed = entryOf(change);
  const { region, stack } = listed;
  const target = { ...targetIn(cli.world, { region }, list, stack), listed };
  const isMoved = change.kind === 'changed' && change.before.region !== change.after.region;
  const deployed = await findDeployed(cli, options, {
    ...target,
    region: isMoved ? change.before.region : region,
  });
  const left = new Set(list.domains.map((each) => each.stack));
  const sharing = before?.domains.filter((each) => each.home === stack && left.has(each.stack)) ?? [];
  const refusals = refusalsOfDomain(
    change,
    deployed,
    sharing.map((each) => each.stack),
  );
  const status = typeof deployed === 'object' ? deployed : undefined;
  if (change.kind === 'removed' || isMoved) return { change, meaning: meaningOf(change, status), refusals };
  const plan = status && (await orCliError(inspectEntry(cli.world, target)));
  const rehearsal = plan instanceof CliError ? undefined : plan?.rehearsal;
  const isAdopted = rehearsal?.decision === 'adopt';
  const meaning = withRenaming(meaningOf(change, status, isAdopted), change, list);
  const readiness = await readinessOf(cli, target, {
    ...options,
    refusals: plan instanceof CliError ? [plan] : plan ? refusalsOfEntry(listed, status!, plan) : [],
  });
  const unsignedMail = isAdopted ? undefined : await unsignedMailMeanwhile(cli.world, change, status);
  return { change, meaning, readiness, unsignedMail, refusals };
}

/** Adds how the state of an entry follows its new name. */
function withRenaming(meaning: Meaning, change: DomainChange, { backend }: DomainList): Meaning {
  if (change.kind !== 'changed' || change.before.stack === change.after.stack) return meaning;
  const facts = { from: change.before.stack, to: change.after.stack, backend };
  return { ...meaning, cautions: [...meaning.cautions, { code: 'RENAMED', facts }] };
}

/** Finds what happens to mail while SES verifies; undefined if no identity that signs now gets another key. */
async function unsignedMailMeanwhile(
  world: CliWorld,
  change: DomainChange & { readonly after: ListedDomain },
  current: CurrentState | undefined,
): Promise<UnsignedMail | undefined> {
  const isChanged = change.kind === 'changed';
  const signsAnew = isChanged
    ? change.settings.some(({ path }) => path === 'selector' || path.startsWith('keyStore.'))
    : current?.ses?.status === 'SUCCESS';
  if (!signsAnew) return undefined;
  // The MAIL FROM domain that SES has: what the same deploy sets is not verified in time.
  return unsignedMailOf(world, change.after, async () => {
    if (!current && isChanged && change.before.mailFrom) throw new Error('SES was not asked');
    return current?.ses?.mailFrom;
  });
}
