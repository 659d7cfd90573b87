import { show, toALabels } from '../../constructs/check-identity-props';
import { nearest } from '../../constructs/nearest';
import { controlStackId, type DomainList, regionsOf } from '../../list/domain-list';

export const COMMANDS = ['deploy', 'diff', 'destroy'] as const;
export type Command = (typeof COMMANDS)[number];

/** What was typed after `npm run deploy --`. */
export interface Arguments {
  readonly names: readonly string[];
  readonly all: boolean;
  /** Passed on to cdktf, from the first flag that is not ours. */
  readonly flags: readonly string[];
}

/** A mistake in what was typed: the message says what there is. */
export class UsageError extends Error {}

/** Names come first, flags after them. `--all` may stand before any other flag. */
export function parseArguments(args: readonly string[]): Arguments {
  const firstFlag = args.findIndex((argument) => argument.startsWith('-') && argument !== '--all');
  const ours = firstFlag < 0 ? args : args.slice(0, firstFlag);
  return {
    names: ours.filter((argument) => argument !== '--all'),
    all: args.includes('--all'),
    flags: firstFlag < 0 ? [] : args.slice(firstFlag).filter((argument) => argument !== '--all'),
  };
}

/**
 * The stacks that a command is for, in the order that they depend on each other. A deploy or diff takes the control
 * planes along; a destroy leaves them, since other domains need them.
 * @throws UsageError for an unknown domain, for none, and for a control plane that domains still need
 */
export function stacksFor(command: Command, { names, all }: Arguments, list: DomainList): string[] {
  if (all && names.length > 0)
    throw new UsageError(`Give domains or --all, not both: found ${names.join(', ')} and --all.`);
  const chosen = all
    ? list.domains.map(({ domain }) => domain)
    : names.map((name) => stackCalled(name, list));
  if (chosen.length === 0)
    throw new UsageError(`Which domains? npm run ${command} -- example.com, or --all. ${known(list)}`);
  const regions = new Map(list.domains.map(({ domain, region }) => [domain, region]));
  const controls = regionsOf(list).map(controlStackId);
  const needed =
    command === 'destroy'
      ? []
      : chosen.flatMap((stack) => (regions.has(stack) ? [controlStackId(regions.get(stack)!)] : []));
  const stacks = [...new Set([...needed, ...chosen])];
  if (command === 'destroy') refuseOrphans(stacks, list);
  return stacks.sort((a, b) => Number(controls.includes(b)) - Number(controls.includes(a)));
}

function stackCalled(name: string, list: DomainList): string {
  const stacks = [...list.domains.map(({ domain }) => domain), ...regionsOf(list).map(controlStackId)];
  const id = stacks.includes(name) ? name : toALabels(name);
  if (id !== undefined && stacks.includes(id)) return id;
  const meant = nearest(name, stacks);
  throw new UsageError(
    `${show(name)} is not in the list.${meant === undefined ? '' : ` Did you mean ${meant}?`} ${known(list)}`,
  );
}

const SHOWN_DOMAINS = 30;

function known(list: DomainList): string {
  const domains = list.domains.map(({ domain }) => domain);
  const rest = domains.length - SHOWN_DOMAINS;
  return `There are: ${domains.slice(0, SHOWN_DOMAINS).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
}

/** Without its control plane a domain can neither be rolled back nor destroyed. */
function refuseOrphans(stacks: readonly string[], list: DomainList): void {
  for (const region of regionsOf(list)) {
    if (!stacks.includes(controlStackId(region))) continue;
    const left = list.domains.filter((domain) => domain.region === region && !stacks.includes(domain.domain));
    if (left.length > 0)
      throw new UsageError(
        `${controlStackId(region)} is needed to destroy ${left.map(({ domain }) => domain).join(', ')}. ` +
          'Name them in the same command.',
      );
  }
}
