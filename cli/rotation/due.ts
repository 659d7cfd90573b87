/** Plans the rotations and removals that are due. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract/contract';
import { keyDaysLeft } from '../../handlers/selector/stages';
import type { ListedDomain } from '../../list/domain-list';
import { sharersOf } from '../../list/sharing';
import { CliError, orCliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import {
  askAbout,
  type EditableList,
  editedList,
  openChange,
  planRotation,
  previousSelectors,
  type RotationFacts,
} from './plan';

/** The outcome for one entry, and for those that share its key. */
interface Due {
  readonly domain: string;
  readonly sharing?: readonly string[];
  /** `waits`: something is due, and has to wait. */
  readonly outcome: 'nothing' | 'rotated' | 'dropped' | 'waits' | 'failed';
  readonly text: string;
  readonly exitCode: ExitCode;
  readonly from?: string;
  readonly to?: string;
  readonly dropped?: readonly string[];
}

type Plan = Due & { readonly edit?: (text: string) => string };

const CONCURRENCY = 8;
const TAKEN = 'Another region of the domain takes the same selector: run this again after it.';

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
    const [{ domain }, ...others] = sharersOf(list.list, homes[at]!) as [ListedDomain];
    const edited = async (): Promise<Due> => {
      if (due.to !== undefined) {
        const record = recordName(domain, due.to);
        if (taken.has(record)) return waits(due.domain, TAKEN);
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

const waits = (domain: string, why: string): Due => ({
  domain,
  outcome: 'waits',
  text: `waits. ${why}`,
  exitCode: EXIT.notReady,
});

async function orFailed(domain: string, work: Promise<Plan>): Promise<Plan> {
  const plan = await orCliError(work);
  if (!(plan instanceof CliError)) return plan;
  const { code, message, exitCode } = plan;
  return { domain, outcome: 'failed', text: `failed. ${code}: ${message}`, exitCode };
}

async function planOne(cli: Cli, options: GlobalOptions, list: EditableList, domain: string): Promise<Plan> {
  const facts = await askAbout(cli, options, list, domain);
  const { listed, ended: dropped, kept } = facts;
  const isDue = isKeyDue(facts);
  if (!isDue && dropped.length === 0)
    return { domain, outcome: 'nothing', text: 'nothing is due.', exitCode: EXIT.ok };
  if (isDue && alternatingSelectors(listed) && !listed.record)
    throw usageError(
      `${domain} alternates between two selectors whose records others publish, so the new key comes before the list: ` +
        `byodkim rotate ${domain}. Nothing was written.`,
    );
  const open = openChange(facts);
  if (open) return waits(domain, open.why);
  const goes =
    dropped.length > 0 ? `No mail needs the record of ${dropped.join(', ')}: the deploy removes it.` : '';
  const next = isDue ? await planRotation(cli, facts) : undefined;
  if (next && 'edit' in next) {
    const { selector: to, isSpare, edit } = next;
    const from = listed.selector;
    const key = isSpare ? 'Its key is prepared.' : 'The deploy makes its key.';
    const text = [`from ${from} to ${to}.`, goes, key].filter(Boolean).join(' ');
    return { domain, outcome: 'rotated', text, exitCode: EXIT.ok, from, to, dropped, edit };
  }
  // A selector that alternates is free once the deploy has taken its record out.
  if (next && dropped.length === 0) return waits(domain, next.why);
  const edit = (text: string) => editedList(text, listed, [previousSelectors(kept)]);
  return { domain, outcome: 'dropped', text: goes, exitCode: EXIT.ok, dropped, edit };
}

/** Whether the key that signs should be replaced, and the list does not do it already. */
const isKeyDue = ({ listed, status: { selector, keyCreatedAt }, now }: RotationFacts): boolean =>
  selector === listed.selector &&
  keyCreatedAt !== null &&
  keyDaysLeft(Date.parse(keyCreatedAt), now, listed.keyLifetimeDays) <= KEY_WARNING_DAYS;
