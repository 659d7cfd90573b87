/** Plans the rotations and removals that are due. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract/contract';
import { keyDaysLeft } from '../../handlers/selector/stages';
import type { Edit } from '../../list/edit-list';
import { CliError, orCliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import {
  askAbout,
  awaitsOwner,
  chooseSelector,
  type EditableList,
  editedList,
  isChanging,
  previousSelectors,
  type RotationFacts,
  rotationEdits,
} from './plan';

/** The outcome for one domain. */
export type Due = { readonly domain: string } & (
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

type Plan = Due & { readonly edits?: readonly Edit[] };

const CONCURRENCY = 8;
const TAKEN = 'another region of the domain takes the same selector: run this again after it';

/** Plans what is due of every domain of the list. A domain that fails does not stop the others. */
export async function planDue(
  cli: Cli,
  options: GlobalOptions,
  list: EditableList,
): Promise<{ readonly text: string; readonly domains: readonly Due[] }> {
  const byName = new Map(list.list.domains.map((each) => [each.name, each]));
  const title = `Asking about ${byName.size} domains`;
  const plans = await cli.out.progress.map(title, [...byName.keys()], CONCURRENCY, (name) =>
    orFailed(name, planOne(cli, options, list, name)),
  );
  let { text } = list;
  const domains: Due[] = [];
  const taken = new Set<string>();
  for (const { edits, ...due } of plans)
    domains.push(
      await orFailed(
        due.domain,
        (async () => {
          const listed = byName.get(due.domain)!;
          if (due.outcome === 'rotated') {
            const record = recordName(listed.domain, due.to);
            if (taken.has(record)) return { domain: due.domain, outcome: 'waits', why: TAKEN };
            taken.add(record);
          }
          if (edits) text = editedList(text, listed, edits);
          return due;
        })(),
      ),
    );
  return { text, domains };
}

async function orFailed(domain: string, work: Promise<Plan>): Promise<Plan> {
  const plan = await orCliError(work);
  return plan instanceof CliError ? { domain, outcome: 'failed', error: plan } : plan;
}

async function planOne(cli: Cli, options: GlobalOptions, list: EditableList, domain: string): Promise<Plan> {
  const facts = await askAbout(cli, options, list, domain);
  const { listed, status, ended: dropped, kept } = facts;
  const isDue = isKeyDue(facts);
  if (!isDue && dropped.length === 0) return { domain, outcome: 'nothing' };
  if (isChanging(status)) return { domain, outcome: 'waits', why: 'it is in the middle of a change' };
  // The other one of two selectors that alternate. Its earlier record may still be in the stack: only a deploy takes it out.
  const next = alternatingSelectors(listed)?.find((each) => each !== listed.selector);
  const isStillPublished =
    next !== undefined &&
    listed.record !== undefined &&
    (listed.record.previousSelectors?.includes(next) === true || status.records.includes(next));
  const plan: Plan =
    isDue && !isStillPublished
      ? await rotation(cli, facts)
      : {
          domain,
          outcome: 'waits',
          why: `the record of ${next}, its next selector, is still needed or published`,
        };
  if (plan.outcome === 'rotated' || dropped.length === 0) return plan;
  return { domain, outcome: 'dropped', dropped, edits: [previousSelectors(kept)] };
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
  const edits = rotationEdits(facts, to);
  return { domain: listed.name, outcome: 'rotated', from: listed.selector, to, isSpare, dropped, edits };
}
