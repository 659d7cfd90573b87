/** Plans the rotations and removals that are due. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract/contract';
import { keyDaysLeft } from '../../handlers/selector/stages';
import type { ListedDomain } from '../../list/domain-list';
import { sharersOf } from '../../list/sharing';
import { CliError, orCliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import {
  askAbout,
  awaitsOwner,
  chooseSelector,
  type EditableList,
  editedList,
  isBehind,
  isChanging,
  previousSelectors,
  type RotationFacts,
  rotated,
} from './plan';

/** The outcome for one entry, and for those that share its key. */
export type Due = { readonly domain: string; readonly sharing?: readonly string[] } & (
  | { readonly outcome: 'nothing' }
  | {
      readonly outcome: 'rotated';
      readonly from: string;
      readonly to: string;
      /** Whether its key is there; else the deploy makes it. */
      readonly isSpare: boolean;
      readonly dropped: readonly string[];
    }
  | { readonly outcome: 'dropped'; readonly dropped: readonly string[] }
  /** Something is due, and has to wait. */
  | { readonly outcome: 'waits'; readonly why: string }
  | { readonly outcome: 'failed'; readonly error: CliError }
);

type Plan = Due & { readonly edit?: (text: string) => string };

const CONCURRENCY = 8;
const TAKEN = 'another region of the domain takes the same selector: run this again after it';

/** Plans what is due of every domain of the list. A domain that fails does not stop the others. */
export async function planDue(
  cli: Cli,
  options: GlobalOptions,
  list: EditableList,
): Promise<{ readonly text: string; readonly domains: readonly Due[] }> {
  const homes = list.list.domains.filter(({ home }) => home === undefined);
  const title = `Asking about ${homes.length} domains`;
  const plans = await cli.out.progress.map(title, homes, CONCURRENCY, ({ name }) =>
    orFailed(name, planOne(cli, options, list, name)),
  );
  let { text } = list;
  const domains: Due[] = [];
  const taken = new Set<string>();
  for (const [at, { edit, ...due }] of plans.entries()) {
    const [{ domain }, ...others] = sharersOf(list.list.domains, homes[at]!) as [ListedDomain];
    const edited = async (): Promise<Due> => {
      if (due.outcome === 'rotated') {
        const record = recordName(domain, due.to);
        if (taken.has(record)) return { domain: due.domain, outcome: 'waits', why: TAKEN };
        taken.add(record);
      }
      if (edit) text = edit(text);
      return due;
    };
    const sharing = others.length > 0 && { sharing: others.map(({ stack }) => stack) };
    domains.push({ ...(await orFailed(due.domain, edited())), ...sharing });
  }
  return { text, domains };
}

async function orFailed(domain: string, work: Promise<Plan>): Promise<Plan> {
  const plan = await orCliError(work);
  return plan instanceof CliError ? { domain, outcome: 'failed', error: plan } : plan;
}

async function planOne(cli: Cli, options: GlobalOptions, list: EditableList, domain: string): Promise<Plan> {
  const facts = await askAbout(cli, options, list, domain);
  const { listed, status, members, ended: dropped, kept } = facts;
  const isDue = isKeyDue(facts);
  if (!isDue && dropped.length === 0) return { domain, outcome: 'nothing' };
  const waits = (why: string): Plan => ({ domain, outcome: 'waits', why });
  if (members.some((each) => isChanging(each.status))) return waits('it is in the middle of a change');
  const behind = isDue && members.find(isBehind);
  if (behind)
    return waits(
      `${behind.listed.stack} signs with ${behind.status.selector}, and the list says ${behind.listed.selector}: deploy it first`,
    );
  // The other one of two selectors that alternate. Its earlier record may still be in the stack: only a deploy takes it out.
  const next = alternatingSelectors(listed)?.find((each) => each !== listed.selector);
  const isStillPublished =
    next !== undefined &&
    listed.record !== undefined &&
    (listed.record.previousSelectors?.includes(next) === true || status.records.includes(next));
  const plan: Plan =
    isDue && !isStillPublished
      ? await rotation(cli, facts)
      : waits(`the record of ${next}, its next selector, is still needed or published`);
  if (plan.outcome === 'rotated' || dropped.length === 0) return plan;
  const edit = (text: string) => editedList(text, listed, [previousSelectors(kept)]);
  return { domain, outcome: 'dropped', dropped, edit };
}

/** Whether the key that signs should be replaced, and the list does not do it already. */
const isKeyDue = ({ listed, status: { selector, keyCreatedAt }, now }: RotationFacts): boolean =>
  selector === listed.selector &&
  keyCreatedAt !== null &&
  keyDaysLeft(Date.parse(keyCreatedAt), now, listed.keyLifetimeDays) <= KEY_WARNING_DAYS;

async function rotation(cli: Cli, facts: RotationFacts): Promise<Plan> {
  const { listed, ended: dropped } = facts;
  if (alternatingSelectors(listed) && !listed.record)
    throw usageError(
      `${listed.name} alternates between two selectors whose records others publish, so the new key comes before the ` +
        `list: byodkim rotate ${listed.name}. Nothing was written.`,
    );
  const next = await chooseSelector(cli, facts);
  const why = awaitsOwner(listed, next);
  if (why !== undefined) return { domain: listed.name, outcome: 'waits', why };
  const { selector: to, isSpare } = next;
  const edit = (text: string) => rotated(text, facts, to);
  return { domain: listed.name, outcome: 'rotated', from: listed.selector, to, isSpare, dropped, edit };
}
