/** Finds the refusals of a deploy that the engine's states decide, and the records that a deploy would create. */
import { publishesMailFrom } from '../../constructs/check-identity-props';
import { mailFromDomainOf, recordName } from '../../handlers/contract/contract';
import { type DomainList, type ListedDomain, publishingOf } from '../../list/domain-list';
import { type AppliedState, findUnlisted, readStates, unreadStates } from '../engine/applied-state';
import { type KnownStates, mailFromLost, refusalsOfStates } from '../engine/refused-states';
import type { HandlerError } from '../words/failures';
import type { UnreadStates } from '../words/meaning';

/** What the states of a list's stacks show. */
export interface Held extends KnownStates {
  /** Absent if the states were read. */
  readonly unread?: UnreadStates | undefined;
}

/** Reads the states of stacks, and those that are not in the list. */
export async function readHeld(list: DomainList, stacks: readonly string[]): Promise<Held> {
  const unread = await unreadStates(list.backend);
  const [states, unlisted] = await Promise.all([readStates(list.backend, stacks), findUnlisted(list)]);
  return { states, unlisted, unread };
}

/** Returns the refusals of an entry's deploy that its state, or that of another stack, decides. */
export function refusalsOfHeld({ backend }: DomainList, listed: ListedDomain, held: Held): HandlerError[] {
  const { stack } = listed;
  const before = refusalsOfStates(stack, held, backend);
  const { resources = [], mailFrom } = held.states.get(stack) ?? {};
  const isKept = mailFrom === undefined || mailFrom === publishedMailFrom(listed);
  return before.length > 0 || isKept ? before : mailFromLost(resources, listed);
}

/**
 * Returns the names of the records that a deploy would create in the entry's hosted zone.
 * @param before the entry in the earlier list, which counts if no state of the stack is there
 */
export function namesCreated(
  after: ListedDomain,
  before: ListedDomain | undefined,
  states: Held['states'] = new Map(),
): string[] {
  const { domain, stack, selector, record } = after;
  const state = states.get(stack);
  const isKnown = state !== undefined && state.resources.length > 0;
  const key = record && !record.delegation ? recordName(domain, selector) : undefined;
  const mailFrom = publishedMailFrom(after);
  const owned = isKnown ? namesIn(state, after) : namesOf(before);
  return [key, mailFrom].flatMap((name) => (name === undefined || owned.includes(name) ? [] : name));
}

/** Returns the names of an entry's records that its stack has made. */
function namesIn({ resources, mailFrom }: AppliedState, { domain, selector }: ListedDomain): string[] {
  // An id holds no other characters of a selector.
  const id = `aws_route53_record.Identity_Record-${selector.replace(/[^\w-]/g, '')}-`;
  const hasKey = resources.some((address) => address.startsWith(id));
  return [...(hasKey ? [recordName(domain, selector)] : []), ...(mailFrom === undefined ? [] : [mailFrom])];
}

/** Returns the names of the records that the stack of an entry in the list publishes. */
function namesOf(listed: ListedDomain | undefined): string[] {
  if (listed === undefined) return [];
  const { domain, selector, record } = listed;
  const selectors = record ? [selector, ...(record.previousSelectors ?? [])] : [];
  return [...selectors.map((each) => recordName(domain, each)), publishedMailFrom(listed) ?? []].flat();
}

const publishedMailFrom = (listed: ListedDomain): string | undefined =>
  publishesMailFrom({ ...listed, record: publishingOf(listed) }) ? mailFromDomainOf(listed) : undefined;
