import path from 'node:path';
import { SELECTOR_PATTERN } from '../../handlers/contract/contract';
import type { Delegation } from '../../handlers/contract/input/event-schema';
import type { GateSettings } from '../../handlers/contract/settings/settings';
import type { FindMailFrom } from '../../handlers/mail-domain/unsigned-mail';
import { type DomainList, findEntry, type ListedDomain, regionsOf } from '../../list/domain-list';
import { formatEntryKey, parseEntryKey } from '../../list/entry-key';
import { nearest } from '../../list/nearest';
import { delegationOf } from '../../list/sharing';
import { usageError } from '../errors/cli-error';
import type { Work } from '../words/progress';
import type { NotListed } from '../words/usage';
import type { Cli, GlobalOptions } from '../world/cli';
import type { CliWorld } from '../world/world';
import { functionNameOf, keyStoreOf, readList } from './domain-list';
import { type Answers, callFunction, type FunctionTarget } from './function';

/** The domain of a command, with its entry in the list. */
export interface Target {
  /** A domain in A-labels. */
  readonly domain: string;
  /** The key of its entry, which commands take: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly functionName: string;
  /** Absent if none is named. */
  readonly region?: string | undefined;
  readonly list?: DomainList | undefined;
  readonly listed?: ListedDomain | undefined;
  /** Settings of its DNS queries: those of its entry, or of the list. */
  readonly gate?: GateSettings | undefined;
  /** Targets of its records' names. */
  readonly delegation?: Delegation | undefined;
}

/** A domain that is in the list. */
export interface ListedTarget extends Target {
  readonly listed: ListedDomain;
}

/** @throws CliError for text that is not a domain name, or for a list with mistakes */
export const findTarget = async ({ world }: Cli, options: GlobalOptions, text: string): Promise<Target> =>
  targetIn(world, options, await readList(world, options), text);

export function targetIn(
  world: CliWorld,
  options: GlobalOptions,
  list: DomainList | undefined,
  text: string,
): Target {
  // A review breaks mentions with zero-width spaces, which are copied together with a name.
  const key = parseEntryKey(text.replaceAll('\u200b', ''));
  if (key === undefined) throw usageError('not-a-domain', { text });
  if (key.region !== undefined && options.region !== undefined && options.region !== key.region)
    throw usageError('two-regions', { name: text, region: key.region, option: options.region });
  const { domain } = key;
  const entries = list?.domains ?? [];
  const listed =
    findEntry(entries, { domain, region: options.region ?? key.region }) ?? findEntry(entries, key);
  // A name that is not in the list is probably misspelled, so the machine's own region is not used for it.
  const region = options.region ?? key.region ?? listed?.region ?? usualRegion(world, list);
  const entry = listed?.stack ?? formatEntryKey(key);
  const delegation = list && listed && delegationOf(list, listed);
  const functionName = options.function ?? functionNameOf(list);
  const { gate } = listed ?? list ?? {};
  return { domain, entry, functionName, region, list, listed, gate, delegation };
}

/** Returns the machine's own region, which is used without a list, since a list names its regions. */
const usualRegion = ({ env }: CliWorld, list: DomainList | undefined): string | undefined =>
  list ? undefined : env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;

/** Returns the function of each region of the list, or of the named region. @throws CliError without a region */
export function functionsOf(
  world: CliWorld,
  options: GlobalOptions,
  list: DomainList | undefined,
): FunctionTarget[] {
  const region = options.region ?? usualRegion(world, list);
  const regions = region === undefined ? regionsIn(list) : [region];
  if (regions.length === 0) throw usageError('no-region', {});
  const functionName = options.function ?? functionNameOf(list);
  return regions.map((each) => ({ functionName, region: each }));
}

const regionsIn = (list: DomainList | undefined): string[] => (list === undefined ? [] : regionsOf(list));

/** @throws CliError if no region is named */
export function functionOf(target: Target): FunctionTarget {
  if (target.region !== undefined) return { functionName: target.functionName, region: target.region };
  throw usageError('no-region', { entry: target.entry, why: notListed(target) });
}

/** A call of the function. */
interface Question {
  /** Fields in addition to domain and region. */
  readonly fields?: object;
  /** What is shown with the time of the call. */
  readonly work?: Work;
}

/** Asks the function of a domain. @throws CliError if no region is named, or with the function's error */
export async function askFunction<Name extends keyof Answers>(
  { world, out }: Cli,
  target: Target,
  action: Name,
  { fields = {}, work }: Question = {},
): Promise<Answers[Name]> {
  const place = functionOf(target);
  const { domain } = target;
  const answer = callFunction(world, place, action, { domain, region: place.region, ...fields });
  return work === undefined ? answer : out.progress.during(work, answer);
}

/** Returns a function that reads the MAIL FROM domain in SES by asking the deployed function. */
export const mailFromInSes =
  (cli: Cli, target: Target): FindMailFrom =>
  async () =>
    (await askFunction(cli, target, 'status')).ses?.mailFrom;

/** Returns where an entry is missing, with the entry that was probably meant. */
export function notListed({ domain, entry, list }: Pick<Target, 'domain' | 'entry' | 'list'>): NotListed {
  if (list === undefined) return {};
  // Proposes another region of the domain, or a domain with a similar spelling.
  const stacks = list.domains.map(({ stack }) => stack);
  const meant = list.domains.find((each) => each.domain === domain)?.stack ?? nearest(entry, stacks);
  return { list: path.basename(list.file), meant };
}

/** The fields that events about one selector share. */
export interface EventFields {
  readonly domain: string;
  readonly selector: string;
  readonly region: string;
  readonly keyStore: ListedDomain['keyStore'];
  readonly mailFrom: ListedDomain['mailFrom'];
  readonly rotation:
    | { readonly keyLifetimeDays: number | undefined; readonly delegation: Delegation | undefined }
    | undefined;
}

/** Returns the fields that events about one selector share. @throws CliError if no region is named */
export function eventFields(target: Target, selector: string): EventFields {
  const { region } = functionOf(target);
  const keyStore = target.listed && keyStoreOf(target.listed);
  const { keyLifetimeDays, mailFrom } = target.listed ?? {};
  const { delegation } = target;
  return {
    domain: target.domain,
    selector,
    region,
    keyStore,
    mailFrom,
    rotation: keyLifetimeDays || delegation ? { keyLifetimeDays, delegation } : undefined,
  };
}

/** Returns the named selector, or the listed one. @throws CliError */
export function selectorOf(target: Target, named: string | undefined): string {
  const selector = named ?? target.listed?.selector;
  if (selector === undefined)
    throw usageError('no-selector', { domain: target.domain, why: notListed(target) });
  if (SELECTOR_PATTERN.test(selector)) return selector;
  throw usageError('not-a-selector', { text: selector });
}
