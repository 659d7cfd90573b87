/** Plans the rotations and removals that are due. */

import { alternatingSelectors } from '../../constructs/check-identity-props';
import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract/contract';
import { keyDaysLeft } from '../../handlers/keys/state/stages';
import type { ListedDomain } from '../../list/domain-list';
import { hasOwnKey, sharersOf } from '../../list/sharing';
import { CliError, errorAsData, orCliError, usageError } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../exit-codes';
import type { DueOutcome, Unasked } from '../words/rotation';
import type { Cli, GlobalOptions } from '../world/cli';
import {
  askAbout,
  type EditableList,
  editedList,
  openChange,
  planRotation,
  previousSelectors,
  type RotationFacts,
} from './plan';

/** Result for one entry and for those that share its key. */
type Due = DueOutcome & {
  readonly domain: string;
  readonly sharing?: readonly string[];
};

type Plan = Due & { readonly edit?: (text: string) => string; readonly unasked?: readonly Unasked[] };

/** An outcome with its exit code. */
export type JudgedDue = Due & { readonly exitCode: ExitCode };

const EXIT_OF: Readonly<Record<Exclude<Due['outcome'], 'failed'>, ExitCode>> = {
  nothing: EXIT.ok,
  rotated: EXIT.ok,
  dropped: EXIT.ok,
  waits: EXIT.notReady,
};

/** Adds the exit code of an outcome. */
const judged = (due: Due): JudgedDue => ({
  ...due,
  exitCode: due.outcome === 'failed' ? due.error.exitCode : EXIT_OF[due.outcome],
});

const CONCURRENCY = 8;

/** Everything that is due in a list. */
interface DueOfList {
  readonly text: string;
  readonly domains: readonly JudgedDue[];
  /** Entries whose function could not be asked, one for each region. */
  readonly unasked: readonly Unasked[];
}

/** Plans everything that is due for every domain of the list. A domain that fails does not stop the others. */
export async function planDue(cli: Cli, options: GlobalOptions, list: EditableList): Promise<DueOfList> {
  const homes = list.list.domains.filter(hasOwnKey);
  const work = { code: 'ASKING_FUNCTION_ABOUT', facts: { domains: homes.length } } as const;
  const plans = await cli.out.progress.map(work, homes, CONCURRENCY, ({ name }) =>
    orFailed(name, planOne(cli, options, list, name)),
  );
  let { text } = list;
  const domains: Due[] = [];
  const unasked = new Map<string, Unasked>();
  const taken = new Set<string>();
  for (const [at, { edit, unasked: without = [], ...due }] of plans.entries()) {
    for (const each of without) unasked.set(each.region, each);
    const [{ domain }, ...others] = sharersOf(list.list, homes[at]!) as [ListedDomain];
    const edited = async (): Promise<Due> => {
      if (due.outcome === 'rotated') {
        const record = recordName(domain, due.to);
        if (taken.has(record)) return { domain: due.domain, outcome: 'waits', why: { kind: 'taken' } };
        taken.add(record);
      }
      if (edit) text = edit(text);
      return due;
    };
    const sharing = others.length > 0 && { sharing: others.map(({ stack }) => stack) };
    domains.push({ ...(await orFailed(due.domain, edited())), ...sharing });
  }
  return { text, domains: domains.map(judged), unasked: [...unasked.values()] };
}

async function orFailed(domain: string, work: Promise<Plan>): Promise<Plan> {
  const plan = await orCliError(work);
  if (!(plan instanceof CliError)) return plan;
  return { domain, outcome: 'failed', error: errorAsData(plan) };
}

async function planOne(cli: Cli, options: GlobalOptions, list: EditableList, domain: string): Promise<Plan> {
  const facts = await askAbout(cli, options, list, domain);
  return { ...(await planFacts(cli, facts, domain)), unasked: facts.unasked };
}

async function planFacts(cli: Cli, facts: RotationFacts, domain: string): Promise<Plan> {
  const { listed, ended: dropped, kept } = facts;
  const isDue = isKeyDue(facts);
  if (!isDue && dropped.length === 0) return { domain, outcome: 'nothing' };
  if (isDue && alternatingSelectors(listed) && !listed.record)
    throw usageError('key-comes-first', { entry: domain });
  const open = openChange(facts);
  if (open) return { domain, outcome: 'waits', why: open };
  const next = isDue ? await planRotation(cli, facts) : undefined;
  if (next && 'edit' in next) {
    const { selector: to, isSpare, edit } = next;
    const from = listed.selector;
    return { domain, outcome: 'rotated', from, to, isPrepared: isSpare, dropped, edit };
  }
  // An alternating selector is free once the deploy has removed its record.
  if (next && dropped.length === 0) return { domain, outcome: 'waits', why: next };
  const edit = (text: string) => editedList(text, listed, [previousSelectors(kept)]);
  return { domain, outcome: 'dropped', dropped, edit };
}

/** Checks whether the signing key should be replaced and the list does not do so already. */
const isKeyDue = ({ listed, status: { selector, keyCreatedAt }, now }: RotationFacts): boolean =>
  selector === listed.selector &&
  keyCreatedAt !== null &&
  keyDaysLeft(Date.parse(keyCreatedAt), now, listed.keyLifetimeDays) <= KEY_WARNING_DAYS;
