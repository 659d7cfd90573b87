import { findPublished } from '../dns/prove';
import { afterKeysMade, CliError, failure, orCliError, usageError } from '../errors/cli-error';
import { findRecord } from '../target/find-record';
import type { Answers } from '../target/function';
import { askFunction, eventFields, selectorOf, type Target } from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';

type KeyAnswer = Answers['createKey'];

/** The keys that the function has made or found, with the result of the notice to the DNS team. */
export interface CreatedKeys {
  /** One for each selector, in the order of the command line. */
  readonly keys: readonly [KeyAnswer, ...KeyAnswer[]];
  readonly notice: KeyAnswer['notice'];
}

/** Has the function make the key of each selector. The DNS team gets one notice for several keys. */
export async function makeKeys(cli: Cli, options: DomainOptions, target: Target): Promise<CreatedKeys> {
  const [selector, ...others] = selectorsOf(target, options);
  const { record } = target.listed ?? {};
  // The team publishes the record, or the aliases that lead to it.
  const isAsked = record === undefined || record.delegation !== undefined;
  const notifiesOfEach = isAsked && others.length === 0;
  if (others.length > 0) await requireFree(cli, target, [selector, ...others]);
  const first = await makeKey(cli, target, selector, notifiesOfEach);
  const more: KeyAnswer[] = [];
  for (const each of others)
    more.push(await makeKey(cli, target, each, notifiesOfEach).catch(withMade([first, ...more])));
  const keys = [first, ...more] as const;
  if (others.length === 0 || !isAsked || isNothingWritten({ keys })) return { keys, notice: first.notice };
  const { notice } = await askFunction(cli, target, 'notifyDnsTeam', {
    fields: eventFields(target, first.selector),
  });
  return { keys, notice };
}

function selectorsOf(target: Target, { selector }: DomainOptions): [string, ...string[]] {
  const [first, ...others] = selector?.split(',') ?? [];
  const all: [string, ...string[]] = [
    selectorOf(target, first),
    ...others.map((each) => selectorOf(target, each)),
  ];
  const twice = all.find((each, at) => all.findIndex((other) => isSame(other, each)) !== at);
  if (twice !== undefined) throw usageError('selector-twice', { selector: twice });
  return all;
}

/** DNS does not distinguish upper and lower case. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * Requires that no record of another key is published for any of several selectors, before the first key is made.
 * @throws CliError SELECTOR_IN_USE
 */
async function requireFree(cli: Cli, target: Target, selectors: readonly string[]): Promise<void> {
  const { domain, gate } = target;
  for (const selector of selectors) {
    const { recordName, servers } = await findPublished(cli.world, { domain, selector, gate });
    const published = servers.flatMap(({ fingerprint }) => fingerprint ?? []);
    if (published.length === 0) continue;
    const there = await orCliError(findRecord(cli, target, selector));
    const own = there instanceof CliError ? undefined : there.key.fingerprint;
    const found = published.find((each) => each !== own);
    if (found !== undefined)
      throw failure('SELECTOR_IN_USE', { kind: 'taken', selector, domain, recordName, found });
  }
}

/** Adds the keys that were made before it to a failure. */
const withMade =
  (made: readonly KeyAnswer[]) =>
  (error: unknown): never => {
    const selectors = made.filter(({ created }) => created).map(({ selector }) => selector);
    if (!(error instanceof CliError) || selectors.length === 0) throw error;
    throw afterKeysMade(error, selectors);
  };

function makeKey(cli: Cli, target: Target, selector: string, notifyDnsTeam: boolean): Promise<KeyAnswer> {
  const fields = { ...eventFields(target, selector), gate: target.listed?.gate, notifyDnsTeam };
  const work = { code: 'MAKING_KEY', facts: { selector, domain: target.domain } } as const;
  return askFunction(cli, target, 'createKey', { fields, work });
}

/** Checks whether all keys and their records existed already. */
export const isNothingWritten = ({ keys }: Pick<CreatedKeys, 'keys'>): boolean =>
  keys.every(({ created, described }) => !created && !described);
