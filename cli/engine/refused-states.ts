/** Finds the refusals of a deploy that follow from the states of stacks alone, for the deploy and for the review before it. */
import type { Backend, ListedDomain } from '../../list/domain-list';
import { refusedRenaming, refusedTwins, refuseRun } from '../errors/failure-catalogue';
import type { HandlerError } from '../words/failures';
import type { Unlisted } from '../words/unlisted';
import type { AppliedState } from './applied-state';

/** What the states of a list's stacks show. */
export interface KnownStates {
  readonly states: ReadonlyMap<string, AppliedState>;
  readonly unlisted: Unlisted;
}

/** Returns the reason in the states why a stack must not be planned. */
export function refusalsOfStates(
  stack: string,
  { states, unlisted }: KnownStates,
  backend: Backend,
): HandlerError[] {
  const renaming = unlisted.renamed.find(({ to }) => to === stack);
  if (renaming) return [refusedRenaming(backend, renaming)];
  const twins = unlisted.twins.find(({ listed }) => listed.stack === stack);
  if (twins) return [refusedTwins(backend, twins)];
  return states.get(stack)?.isBroken ? [refuseRun('STATE_BROKEN', [`${stack}.tfstate`])] : [];
}

/** Matches the addresses of a stack's MAIL FROM records. */
export const OF_MAIL_FROM = /^aws_route53_record\.Identity_MailFrom-/;

/** Returns the error of a deploy that would delete the MAIL FROM records among these resources, if `mailFrom` stays in the list. */
export function mailFromLost(
  addresses: readonly string[],
  { mailFrom }: Pick<ListedDomain, 'mailFrom'>,
): HandlerError[] {
  const lost = addresses.filter((each) => OF_MAIL_FROM.test(each));
  if (mailFrom === undefined || lost.length === 0) return [];
  return [
    refuseRun(
      'MAIL_FROM_STILL_NEEDED',
      lost.map((address) => `delete ${address}`),
    ),
  ];
}
