/** Reviews the changes of a list: their meanings, whether each would pass, and the refusals of a deploy. */
import { isDeepStrictEqual } from 'node:util';
import type { Rehearsal } from '../../handlers/inspection/rehearse';
import { askedRemovalOf } from '../../handlers/ledger/removals';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { DomainList } from '../../list/domain-list';
import { leftWithoutHome, wholeReadings } from '../../list/sharing';
import { unsignedMailOf } from '../dns/mail-domain';
import { sesNotAsked } from '../errors/aws-failure';
import { CliError, orCliError } from '../errors/cli-error';
import { EXIT, worst } from '../exit-codes';
import type { CurrentState } from '../target/effect';
import type { StatusAnswer } from '../target/function';
import { askFunction, type ListedTarget, type Target, targetIn } from '../target/target';
import type { HandlerError } from '../words/failures';
import type { Caution } from '../words/meaning';
import type { Readiness } from '../words/readiness';
import type { Cli } from '../world/cli';
import type { CliWorld } from '../world/world';
import { type DomainChange, entryOf, type ListChanges } from './changes';
import { type Held, namesCreated, readHeld, refusalsOfHeld } from './held';
import type { ReviewedDomain } from './markdown';
import { meaningOf } from './meaning';
import { inspectEntry, readinessOf } from './readiness';
import {
  type Deployed,
  type PlanRefusal,
  refusalOfSetting,
  refusalsOfDomain,
  refusalsOfEntry,
  refusalsOfRenaming,
  refusalsOfSetting,
} from './refusals';

/** Two versions of a list, with the options of the comparison. */
export interface ListComparison {
  readonly cli: Cli;
  /** `null` if the earlier version has no list. */
  readonly before: DomainList | null;
  readonly after: DomainList;
  readonly changes: ListChanges;
  /** False: AWS is not asked. */
  readonly aws: boolean;
}

/** A comparison, with what the whole list changes for each entry. */
interface InReview extends ListComparison {
  /** Absent if AWS is not asked. */
  readonly held?: Held | undefined;
  readonly begun: ReturnType<typeof wholeReadings>;
}

const AT_ONCE = 8;

/** Results for the changed entries, and the refusals of a deploy. */
interface Reviewed {
  readonly domains: readonly ReviewedDomain[];
  readonly refusals: readonly PlanRefusal[];
}

/** Reviews every change of a list. */
export async function reviewList(comparison: ListComparison): Promise<Reviewed> {
  const { cli, changes } = comparison;
  const work = { code: 'REVIEWING', facts: { domains: changes.domains.length } } as const;
  const held = comparison.aws ? await readHeldOf(comparison) : undefined;
  const inReview = { ...comparison, held, begun: begunReadings(comparison) };
  const reviewed = await cli.out.progress.map(work, changes.domains, AT_ONCE, (change) =>
    reviewEntry(inReview, change),
  );
  const ofControl = await refusalsOfControl(comparison);
  return {
    domains: reviewed.map(({ domain }) => domain),
    refusals: [...ofControl, ...reviewed.flatMap(({ refusals }) => refusals)],
  };
}

async function readHeldOf({ after, changes }: ListComparison): Promise<Held | undefined> {
  const stacks = changes.domains.flatMap((change) => (change.kind === 'removed' ? [] : change.after.stack));
  return stacks.length === 0 ? undefined : readHeld(after, stacks);
}

/** Asks the function of an earlier deploy if the list changes something that the function would lose. */
async function refusalsOfControl(comparison: ListComparison): Promise<PlanRefusal[]> {
  const { cli, before, after, changes } = comparison;
  const atStake = changes.settings.filter((setting) => refusalOfSetting(setting) !== undefined);
  if (before === null || atStake.length === 0) return [];
  const inRegions = new Map([...after.domains, ...before.domains].map((each) => [each.region, each]));
  const deployed = await Promise.all(
    [...inRegions].map(async ([region, listed]) => {
      const target = targetIn(cli.world, { region }, before, listed.stack);
      return [region, await findDeployed(comparison, target)] as const;
    }),
  );
  return atStake.flatMap((setting) => refusalsOfSetting(setting, after.control, new Map(deployed)));
}

/** Asks the function of an earlier deploy about an entry. */
async function findDeployed({ cli, aws }: ListComparison, target: Target): Promise<Deployed> {
  if (!aws) return 'unknown';
  const answer = await orCliError(askFunction(cli, target, 'status'));
  if (!(answer instanceof CliError)) return answer;
  return answer.code === 'FUNCTION_NOT_FOUND' ? 'none' : 'unknown';
}

interface ReviewedEntry {
  readonly domain: ReviewedDomain;
  readonly refusals: readonly PlanRefusal[];
}

async function reviewEntry(comparison: InReview, change: DomainChange): Promise<ReviewedEntry> {
  const { cli, before, after } = comparison;
  const listed = entryOf(change);
  const { region, stack } = listed;
  const target = { ...targetIn(cli.world, { region }, after, stack), listed };
  const isMoved = change.kind === 'changed' && change.before.region !== change.after.region;
  const place = { ...target, region: isMoved ? change.before.region : region };
  const deployed = await findDeployed(comparison, place);
  const users = before === null ? [] : leftWithoutHome(before, after, stack);
  const refusals = [
    ...refusalsOfName(comparison, change, deployed),
    ...refusalsOfDomain(change, deployed, users),
  ];
  const status = typeof deployed === 'object' ? deployed : undefined;
  const domain =
    change.kind === 'removed' || isMoved
      ? { change, meaning: meaningOf(change, status) }
      : await reviewDeploy(comparison, change, target, status);
  return { domain, refusals };
}

/** A change after which the entry is in the list. */
type Listing = Exclude<DomainChange, { readonly kind: 'removed' }>;

/** Reviews an entry that a deploy adds or changes. */
async function reviewDeploy(
  { cli, aws, held, begun, after }: InReview,
  change: Listing,
  target: ListedTarget,
  status: StatusAnswer | undefined,
): Promise<ReviewedDomain> {
  const plan = status && (await orCliError(inspectEntry(cli.world, target)));
  const isAdopted = !(plan instanceof CliError) && plan?.rehearsal?.decision === 'adopt';
  const refusals: HandlerError[] = held === undefined ? [] : refusalsOfHeld(after, target.listed, held);
  if (plan instanceof CliError) refusals.push(plan);
  else if (plan && status) refusals.push(...refusalsOfEntry(target.listed, status, plan));
  const meaning = meaningOf(change, status, isAdopted);
  const decision = plan instanceof CliError ? undefined : plan?.rehearsal?.decision;
  const ofMail = mailUntilVerified(change, status, decision);
  const before = change.kind === 'changed' ? change.before : undefined;
  const creates = namesCreated(change.after, before, held?.states);
  const readiness = await readinessOf(cli, target, { aws, refusals, creates });
  return {
    change,
    meaning: {
      ...meaning,
      cautions: [
        ...ofMail,
        ...meaning.cautions,
        ...removalAsked(change, status),
        ...notRead(held),
        ...readingsIn(change, begun),
      ],
    },
    readiness: held?.unread ? unlessKnown(readiness) : readiness,
    unsignedMail: isAdopted ? undefined : await unsignedMailMeanwhile(cli.world, change, status),
  };
}

/** Returns the caution about states that could not be read. */
const notRead = (held: Held | undefined): Caution[] =>
  held?.unread === undefined ? [] : [{ code: 'STATES_NOT_READ', facts: held.unread }];

/** Returns the caution that the DNS team was asked to remove the record of the selector. */
function removalAsked({ after }: Listing, status: StatusAnswer | undefined): Caution[] {
  const asked = status && askedRemovalOf(status.removals, after);
  return asked ? [{ code: 'REMOVAL_ASKED', facts: { ...asked, stack: after.stack } }] : [];
}

/** Lets no entry be ready for which the state of its stack is not known. */
const unlessKnown = (readiness: Readiness): Readiness => ({
  ...readiness,
  exitCode: worst([readiness.exitCode, EXIT.cannotTell]),
});

/** Returns the refusals of a renamed entry, unless its state has been renamed already, or shows the same. */
function refusalsOfName(
  { held, after: { backend } }: InReview,
  change: DomainChange,
  deployed: Deployed,
): PlanRefusal[] {
  const { stack } = entryOf(change);
  const isDeployed = (held?.states.get(stack)?.resources.length ?? 0) > 0;
  const isFound = held?.unlisted.renamed.some(({ to }) => to === stack) ?? false;
  return isDeployed || isFound ? [] : refusalsOfRenaming(change, deployed, backend);
}

/** Returns the pairs of regions of which one reads every key of the other from this change on. */
function begunReadings({ before, after }: ListComparison): ReturnType<typeof wholeReadings> {
  const known = before === null ? [] : wholeReadings(before);
  return wholeReadings(after).filter((each) => !known.some((other) => isDeepStrictEqual(each, other)));
}

/** Cautions of the readings that begin in the region of an entry. */
const readingsIn = ({ after: { region } }: Listing, begun: InReview['begun']): Caution[] =>
  begun
    .filter(({ reader, owner }) => [reader, owner].includes(region))
    .map((facts) => ({ code: 'READS_WHOLE_STORE', facts }));

/** Cautions that SES gets another key of an identity that may send. @param decision of the function, if it was asked */
function mailUntilVerified(
  change: Listing,
  current: CurrentState | undefined,
  decision: Rehearsal['decision'] | undefined,
): Caution[] {
  const { identity = 'managed' } = change.after;
  const isChanged = decision === undefined ? signsAnew(change) : decision === 'change';
  const maySend =
    current === undefined
      ? change.kind === 'changed' || identity !== 'managed'
      : (current.ses?.verifiedForSending ?? current.ses?.status === 'SUCCESS');
  return isChanged && maySend ? [{ code: 'MAIL_UNTIL_VERIFIED', facts: {} }] : [];
}

/** Checks whether a change of the list gives SES another key. */
const signsAnew = (change: Listing): boolean =>
  change.kind === 'added' ||
  change.settings.some(({ path }) => path === 'selector' || path.startsWith('keyStore.'));

/** Finds the treatment of mail while SES verifies; undefined if no signing identity gets another key. */
async function unsignedMailMeanwhile(
  world: CliWorld,
  change: Listing,
  current: CurrentState | undefined,
): Promise<UnsignedMail | undefined> {
  const isChanged = change.kind === 'changed';
  if (!signsAnew(change) || (!isChanged && current?.ses?.status !== 'SUCCESS')) return undefined;
  // The MAIL FROM domain in SES counts, since one that the same deploy sets is not verified in time.
  return unsignedMailOf(world, change.after, async () => {
    if (!current && isChanged && change.before.mailFrom) throw sesNotAsked();
    return current?.ses?.mailFrom;
  });
}
