import path from 'node:path';
import { toALabels } from '../constructs/check-identity-props';
import { nearest } from '../constructs/nearest';
import { SELECTOR_PATTERN } from '../handlers/contract';
import { type DomainList, type ListedDomain, publishedBy } from '../list/domain-list';
import { CliError, usageError } from './cli-error';
import type { Cli, GlobalOptions } from './command';
import { functionNameOf, keyStoreOf, type ReadableList, readReadableList } from './domain-list';
import type { CliWorld } from './world';

/** The domain that a command is about, and what the list says of it. */
export interface Target {
  /** In A-labels. */
  readonly domain: string;
  readonly functionName: string;
  /** Absent where neither the list nor anybody else names one. */
  readonly region?: string;
  readonly list?: DomainList;
  readonly listed?: ListedDomain;
}

/** The file that holds the list; `undefined`: the usual one, if it is there; false: none is read. */
export const listFile = (world: CliWorld, options: GlobalOptions): string | false | undefined =>
  options.list ?? (world.env.BYODKIM_DOMAINS || undefined);

/** @throws CliError for a domain that is none, or is listed with mistakes */
export async function findTarget(cli: Cli, options: GlobalOptions, text: string): Promise<Target> {
  const file = listFile(cli.world, options);
  const readable = file === false ? undefined : await readReadableList(cli.world, file);
  return targetIn(cli.world, options, readable, text);
}

export function targetIn(
  world: CliWorld,
  options: GlobalOptions,
  readable: ReadableList | undefined,
  text: string,
): Target {
  const domain = toALabels(text);
  if (domain === undefined)
    throw usageError(`${JSON.stringify(text)} is no domain name; expected one such as example.com.`);
  const broken = readable?.broken.find((each) => toALabels(each.domain) === domain);
  if (broken) throw new CliError(broken.mistakes.map((mistake) => mistake.text).join('\n'), 'LIST_INVALID');
  const inRegions = readable?.list.domains.filter((each) => each.domain === domain) ?? [];
  // Of several regions the first has the key and the record.
  const listed = inRegions.find(({ region }) => region === options.region) ?? inRegions[0];
  // Where there is a list, a name that is not in it is probably misspelled: the machine's own region is not taken for it.
  const usual = readable === undefined ? world.env.AWS_REGION || world.env.AWS_DEFAULT_REGION : undefined;
  const region = options.region ?? listed?.region ?? usual;
  return {
    domain,
    functionName: options.function ?? functionNameOf(readable?.list),
    ...(region && { region }),
    ...(readable && { list: readable.list }),
    ...(listed && { listed }),
  };
}

/**
 * The same for what acts in one region alone, and must not guess in which.
 * @throws CliError where the domain has several, and none is named
 */
export function functionOfOneRegion(
  target: Target,
  { region }: GlobalOptions,
): ReturnType<typeof functionOf> {
  const { domain, listed } = target;
  if (region === undefined && listed !== undefined && listed.regions.length > 1)
    throw usageError(
      `${domain} is in ${listed.regions.join(' and ')}, each with a state of its own: name one with --region.`,
    );
  return functionOf(target);
}

/** Every region that a name of a list stands for, each as a target. */
export function targetsIn(
  world: CliWorld,
  options: GlobalOptions,
  readable: ReadableList | undefined,
  text: string,
): Target[] {
  const target = targetIn(world, options, readable, text);
  const { regions = [] } = target.listed ?? {};
  return options.region !== undefined || regions.length < 2
    ? [target]
    : regions.map((region) => targetIn(world, { ...options, region }, readable, text));
}

/** @throws CliError where nobody names a region */
export function functionOf(target: Target): { functionName: string; region: string } {
  if (target.region !== undefined) return { functionName: target.functionName, region: target.region };
  throw usageError(
    `In which region is ${target.domain}? ${notListed(target)}; name the region with --region.`,
  );
}

/** e.g. `It is not in domains.yaml (did you mean example.com?)`. */
export function notListed({ domain, list }: Pick<Target, 'domain' | 'list'>): string {
  if (list === undefined) return 'There is no domain list here';
  const close = nearest(
    domain,
    list.domains.map((each) => each.domain),
  );
  return `It is not in ${path.basename(list.file)}${close === undefined ? '' : ` (did you mean ${close}?)`}`;
}

/** What is published for it, and whether its key is made: of a further region, what the first one's deploy does. */
export const publishedByStacks = ({
  list,
  listed,
}: Target): Partial<Pick<ListedDomain, 'record' | 'createKey'>> =>
  list && listed ? publishedBy(list, listed) : (listed ?? {});

/** What the function has to know of one selector of a domain: the fields that such events share. */
export function eventFields(target: Target, selector: string) {
  const { region } = functionOf(target);
  const keyStore = target.listed && keyStoreOf(target.listed);
  const { keyLifetimeDays } = target.listed ?? {};
  const delegation = publishedByStacks(target).record?.delegation;
  return {
    domain: target.domain,
    selector,
    region,
    ...(keyStore && { keyStore }),
    ...((keyLifetimeDays || delegation) && {
      rotation: { ...(keyLifetimeDays && { keyLifetimeDays }), ...(delegation && { delegation }) },
    }),
  };
}

/** The selector that was named, else the listed one. @throws CliError */
export function selectorOf(target: Target, named: string | undefined): string {
  const selector = named ?? target.listed?.selector;
  if (selector === undefined)
    throw usageError(
      `Which selector of ${target.domain}? ${notListed(target)}; name the selector with --selector.`,
    );
  if (SELECTOR_PATTERN.test(selector)) return selector;
  throw usageError(
    `${JSON.stringify(selector)} is no selector; expected 1 to 63 letters, digits or hyphens (SES takes no dots or underscores).`,
  );
}
