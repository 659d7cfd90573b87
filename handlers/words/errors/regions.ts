/** Explains why records and keys are needed, here and in other regions. */

import { withoutFullStop } from '../../escape';
import { byFacts, type ErrorRows } from '../advice';
import { STATUS } from '../commands';
import type { InDomain } from '../states';

/** Another region of a domain whose ledger cannot be read. */
export interface UnreadRegion {
  readonly region: string;
  /** The error's sentence. */
  readonly why: string;
}

/** Reason why a record of an earlier selector is needed. */
export interface NeededRecord {
  readonly selector: string;
  /** Absent if only one region uses the key. */
  readonly region?: string | undefined;
  /**
   * `signs`: SES signs with it; `in-transit`: mail that it has signed is in transit; `rollback`: the open change rolls back to
   * it; `unread`: the region cannot be asked.
   */
  readonly use: 'signs' | 'in-transit' | 'rollback' | 'unread';
  /** The first day on which it may be left out; absent with `rollback` (until the change ends) and with `unread`. */
  readonly freeOn?: string | undefined;
  /** Reason why the region cannot be asked. */
  readonly why?: string;
  readonly overlapDays: number;
}

/** Facts of the errors about several regions, by code. */
export interface RegionErrors {
  readonly RECORD_STILL_NEEDED: {
    readonly domain: string;
    /** Selectors, with the reason why each is needed. */
    readonly needed: readonly string[];
    readonly reasons: readonly NeededRecord[];
    readonly recordNames: readonly string[];
    /** Whether the ledger knows that the stack has published each of them. */
    readonly isKnown: boolean;
    /** The list to write, or `null` if the stack would no longer publish any record. */
    readonly previousSelectors: readonly string[] | null;
  };
  readonly KEY_SHARED: InDomain &
    (
      | {
          /** The destroy of a stack with the key or record of other regions. */
          readonly kind: 'destroy';
          readonly users: readonly { readonly region: string; readonly selector: string }[];
          /** Regions that may sign with it. */
          readonly unread: readonly UnreadRegion[];
        }
      | {
          /** A new key in place of a key with which other regions may sign. */
          readonly kind: 'renewal';
          readonly selector: string;
          readonly unread: readonly UnreadRegion[];
        }
    );
}

/** Describes the reason why the record of an earlier selector is needed. */
function whyNeeded({ selector, use, region, why = '' }: NeededRecord): string {
  const where = region === undefined ? '' : ` in ${region}`;
  switch (use) {
    case 'signs':
      return `SES signs with ${selector}${where}, and its mail is in transit for days after that`;
    case 'in-transit':
      return `Mail that ${selector} has signed${where} is in transit`;
    case 'rollback':
      return `The open change${where} rolls back to ${selector} if it is not confirmed and verified`;
    case 'unread':
      return `Whether ${region} needs ${selector} is not known: ${withoutFullStop(why)}`;
  }
}

/** Describes how long the record of an earlier selector has to stay. */
function untilWhen({ selector, use, freeOn, overlapDays, region }: NeededRecord): string {
  if (use === 'rollback')
    return `${selector} can be removed from the list ${overlapDays} days after that change is done`;
  if (use === 'unread')
    return (
      `${selector} can be removed from the list once ${region} answers, or, if that region was given up, in one deploy with ` +
      'irreversible: allow, which control.allow.irreversible has to name'
    );
  return `${use === 'signs' ? 'If you deploy today, ' : ''}${selector} can be removed from the list on ${freeOn}`;
}

function whatIsStillNeeded({ recordNames, isKnown, reasons }: RegionErrors['RECORD_STILL_NEEDED']): string {
  const unless = isKnown ? '' : ', if its stack has published it';
  return `This deploy would remove ${recordNames.join(', ')} from Route 53${unless}. ${once(reasons.map(whyNeeded))}.`;
}

/** Makes the engine forget every record of a stack. Those of the key alone would leave MX and SPF of MAIL FROM to be deleted. */
export const FORGET_RECORDS =
  "in the stack's folder below cdktf.out/stacks, run `tofu state rm $(tofu state list | grep ^aws_route53_record)` (or the same with " +
  'terraform; in HCL, for each aws_route53_record of the module). The records stay in the zone, also MX and SPF of MAIL FROM';

function todoOfStillNeeded({
  domain,
  previousSelectors,
  reasons,
}: RegionErrors['RECORD_STILL_NEEDED']): string {
  return previousSelectors === null
    ? `To let others publish the records, make the engine forget all of them first: ${FORGET_RECORDS}. Then deploy once with ` +
        'irreversible: allow, which the list accepts once control.allow.irreversible names the domain and the control stack is deployed. Or add record again.'
    : `Write into the list, at ${domain}, under record: previousSelectors: [${previousSelectors.join(', ')}]. ${once(reasons.map(untilWhen))}.`;
}

/** Joins clauses. Removes duplicate sentences about several regions. */
const once = (clauses: readonly string[]): string => [...new Set(clauses)].join('; ');

const unreadWords = (unread: readonly UnreadRegion[]): string[] =>
  unread.map(({ region, why }) => `Whether ${region} signs with it is not known: ${withoutFullStop(why)}.`);

function whatIsShared(facts: RegionErrors['KEY_SHARED']): string {
  const { domain, region, unread } = facts;
  if (facts.kind === 'renewal')
    return [`No new key was made for selector ${facts.selector} of ${domain}.`, ...unreadWords(unread)].join(
      ' ',
    );
  const users = facts.users.map((each) => `${each.region} (${each.selector})`).join(', ');
  return [
    `The stack of ${domain} in ${region} has the key or the record that other regions sign with, and was not destroyed.`,
    ...(users === '' ? [] : [`Mail is signed with it in ${users}.`]),
    ...unreadWords(unread),
  ].join(' ');
}

/** Advice on moving a key away from a stack, or its users away from the key. */
const WAYS_FROM_HOME =
  'Move the home: deploy a new selector to every region, with `createKey` or `record` at another entry, then destroy this one. ' +
  'Or first destroy the others, or deploy each with a selector and a key of its own. Take the entry out of the list last.';

/** Advice on leaving out a region that was given up. */
export const FORGET_REGION =
  'If that region was given up: take it out of the list, and deploy this entry once with ' +
  '`irreversible: allow`, which `control.allow.irreversible` has to name; it then forgets the region.';

const todoOfShared = (facts: RegionErrors['KEY_SHARED']): string =>
  [
    ...(facts.kind === 'destroy' && facts.users.length > 0 ? [WAYS_FROM_HOME] : []),
    ...(facts.unread.length > 0 ? [`Try again once that region answers. ${FORGET_REGION}`] : []),
  ].join(' ');

/** Rows of these errors, by code. Markdown, except what happened. */
export const REGION_ROWS: ErrorRows<RegionErrors> = {
  RECORD_STILL_NEEDED: {
    when: 'The deploy would remove the Route 53 record of a selector that signs, or that mail in transit or a rollback needs. This is checked at plan time, and again before SES is changed.',
    what: whatIsStillNeeded,
    who: 'the author of the change in the list',
    todo: byFacts(
      'Add the selectors in the message to the list (`previousSelectors`), and deploy again.',
      todoOfStillNeeded,
    ),
  },
  KEY_SHARED: {
    next: 'move the home first',
    when: 'Another region signs with the key or the record of the stack to destroy, or a key to replace is shared with a region that cannot be asked.',
    what: whatIsShared,
    who: 'the author of the change in the list',
    todo: byFacts(WAYS_FROM_HOME, todoOfShared),
    command: STATUS,
  },
};
