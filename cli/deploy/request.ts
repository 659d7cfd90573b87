import { parseArgs } from 'node:util';
import { show, toALabels } from '../../constructs/check-identity-props';
import { nearest } from '../../constructs/nearest';
import { controlStackId, type DomainList, regionsOf } from '../../list/domain-list';
import { findEntry, parseEntryKey } from '../../list/entry-key';

export const COMMANDS = ['deploy', 'diff', 'destroy'] as const;
export type Command = (typeof COMMANDS)[number];

/** What was typed after `npm run deploy --`. */
export interface Arguments {
  readonly names: readonly string[];
  readonly all: boolean;
  /** A git ref: the domains that changed since it. */
  readonly changed?: string;
  /** The domains that were refused in the last run. */
  readonly notReady: boolean;
  readonly approve: boolean;
  /** Stacks at once. */
  readonly parallelism: number;
  /** Folder of the synthesized stacks. */
  readonly output?: string;
}

/** A mistake in what was typed: the message says what there is. */
export class UsageError extends Error {}

/** SES takes about one change a second: more stacks at once would wait for each other there. */
const STACKS_AT_ONCE = 4;

export const FLAGS = {
  all: { type: 'boolean' },
  changed: { type: 'string' },
  'not-ready': { type: 'boolean' },
  'auto-approve': { type: 'boolean' },
  parallelism: { type: 'string' },
  output: { type: 'string', short: 'o' },
  /** What only cdktf needs: there is one lock of the providers for all stacks. */
  'skip-provider-lock': { type: 'boolean' },
} as const;

/** Names and flags, in any order. @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals: names } = parsed(args);
  const { all = false, changed, 'not-ready': notReady = false, output } = values;
  const ways = [
    names.length > 0 && names.join(', '),
    all && '--all',
    changed !== undefined && '--changed',
    notReady && '--not-ready',
  ].filter(Boolean);
  if (ways.length > 1)
    throw new UsageError(
      `Give one of them: domains, --all, --changed or --not-ready; found ${ways.join(' and ')}.`,
    );
  const meant = names.map((name) => toALabels(name) ?? name);
  const twice = meant.filter((name, index) => meant.indexOf(name) !== index);
  if (twice.length > 0)
    throw new UsageError(`Found ${[...new Set(twice)].join(', ')} twice, allowed: each domain once.`);
  return {
    names,
    all,
    notReady,
    approve: values['auto-approve'] ?? false,
    parallelism: atOnce(values.parallelism),
    ...(changed !== undefined && { changed }),
    ...(output !== undefined && { output }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    const flags = Object.keys(FLAGS).map((flag) => `--${flag}`);
    throw new UsageError(
      `${(error as Error).message.split('. ')[0]}. There are: ${flags.join(', ')}. For what only cdktf knows: npx cdktf.`,
    );
  }
}

function atOnce(text: string | undefined): number {
  if (text === undefined) return STACKS_AT_ONCE;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new UsageError(`--parallelism: found ${JSON.stringify(text)}, allowed: a number from 1 to 99.`);
}

/**
 * Returns the stacks that a command is for, in the order that they depend on each other. A deploy or diff takes the control planes along; a destroy leaves them, since other domains need them.
 * @throws UsageError for an unknown domain, for none, and for a control plane that domains still need
 */
export function stacksFor(
  command: Command,
  { names, all }: Pick<Arguments, 'names' | 'all'>,
  list: DomainList,
): string[] {
  const chosen = all
    ? list.domains.map(({ stack }) => stack)
    : names.flatMap((name) => stacksCalled(name, list));
  if (chosen.length === 0)
    throw new UsageError(
      `Which domains? npm run ${command} -- example.com, --all, --changed origin/main, or --not-ready. ${known(list)}`,
    );
  const regions = new Map(list.domains.map((listed) => [listed.stack, listed.region]));
  const controls = regionsOf(list).map(controlStackId);
  const needed =
    command === 'destroy'
      ? []
      : chosen.flatMap((stack) => {
          const region = regions.get(stack);
          return region === undefined ? [] : [controlStackId(region)];
        });
  const stacks = [...new Set([...needed, ...chosen])];
  if (command === 'destroy') refuseOrphans(stacks, list);
  return stacks.sort((a, b) => Number(controls.includes(b)) - Number(controls.includes(a)));
}

function stacksCalled(name: string, list: DomainList): string[] {
  const key = parseEntryKey(name);
  const listed = key && findEntry(list.domains, key);
  if (listed) return [listed.stack];
  const stacks = [...list.domains.map(({ stack }) => stack), ...regionsOf(list).map(controlStackId)];
  if (stacks.includes(name)) return [name];
  const meant = list.domains.find(({ domain }) => domain === key?.domain)?.stack ?? nearest(name, stacks);
  throw new UsageError(
    `${show(name)} is not in the list.${meant === undefined ? '' : ` Did you mean ${meant}?`} ${known(list)}`,
  );
}

const SHOWN_DOMAINS = 30;

function known(list: DomainList): string {
  const domains = list.domains.map(({ stack }) => stack);
  const rest = domains.length - SHOWN_DOMAINS;
  return `There are: ${domains.slice(0, SHOWN_DOMAINS).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
}

/** Without its control plane a domain can neither be rolled back nor destroyed. */
function refuseOrphans(stacks: readonly string[], list: DomainList): void {
  for (const region of regionsOf(list)) {
    if (!stacks.includes(controlStackId(region))) continue;
    const left = list.domains.filter((domain) => domain.region === region && !stacks.includes(domain.stack));
    if (left.length > 0)
      throw new UsageError(
        `${controlStackId(region)} is needed to destroy ${left.map(({ stack }) => stack).join(', ')}. ` +
          'Name them in the same command.',
      );
  }
}
