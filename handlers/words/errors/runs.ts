/** Describes the effects of other runs, SES and a rollback on a change. */
import type { ErrorFacts } from '../../facts/errors';
import { describeNotRestorable } from '../not-restorable';
import { formatState } from '../states';

export function whatIsConcurrent(facts: ErrorFacts['CONCURRENT_UPDATE']): string {
  switch (facts.kind) {
    case 'lease': {
      const { domain, region, since, until } = facts;
      const lease =
        since === undefined
          ? ''
          : `: it has held the lease since ${since}, and holds it until ${until} at least`;
      return `Another run is at work on ${domain} in ${region}${lease}. Nothing was changed.`;
    }
    case 'taken-over':
      return `Another run took over ${facts.domain} in ${facts.region} while this one was at work; it now decides the state of SES.`;
    case 'undone':
      return `The change of ${facts.domain} was rolled back or overwritten while this deploy waited for SES to verify it.`;
    case 'home-gone':
      return (
        `The stack of ${facts.domain} in ${facts.region}, whose key and record this region shares, was destroyed or is being ` +
        'destroyed, and its record goes with it. Nothing was changed.'
      );
    case 'destroyed':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} was overtaken by the destroy of its stack, which began after it. ` +
        'Nothing was changed.'
      );
    case 'replaced':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} began for a Baseline that has since been replaced: it was applied for ` +
        `${facts.by}. Nothing was changed.`
      );
    case 'overtaken':
      return (
        `Transaction ${facts.transaction} of ${facts.domain} was overtaken by ${facts.by}: another deploy of this domain is at ` +
        'work or has ended since.'
      );
  }
}

export function todoOfConcurrent({ kind }: ErrorFacts['CONCURRENT_UPDATE']): string | undefined {
  if (kind === 'overtaken' || kind === 'destroyed' || kind === 'replaced')
    return 'Plan and deploy again; if the plan is empty, replace the Attempt.';
  if (kind === 'home-gone')
    return 'Deploy that entry again, or remove it from the list so that another entry publishes the record; then deploy again.';
  return kind === 'undone' ? 'Find out by whom, then deploy again.' : undefined;
}

export function whatIsPending({
  domain,
  selector,
  status,
  revertsAt,
}: ErrorFacts['VERIFICATION_PENDING']): string {
  const pending =
    `SES has the key of selector ${selector} of ${domain}, but has not verified it yet (${status}), and the stack waits ` +
    'for that.';
  if (status === 'FAILED') return `${pending} SES has given up, so the next check rolls the change back.`;
  return revertsAt === undefined
    ? pending
    : `${pending} The change is rolled back at ${revertsAt} unless SES has verified it by then.`;
}

export function whatOfRollback(facts: ErrorFacts['ROLLBACK_FAILED']): string {
  const { domain, region, found, expected, first, second, retryAt } = facts;
  return [
    `The change of ${domain} in ${region} failed, and so did the rollback.`,
    `SES has now: ${stateFound()}. It should have: ${expected.lost === undefined ? formatState(expected) : `signing switched off, since ${describeNotRestorable(expected.lost)}`}.`,
    retryAt === null
      ? 'No further rollback is scheduled.'
      : `The function rolls back again at ${retryAt}, then every ten minutes.`,
    `First failure: ${first.code}: ${first.message} Rollback: ${second.code}: ${second.message}`,
  ].join(' ');

  function stateFound(): string {
    if (found === undefined) return 'unknown, it does not answer';
    return found === null ? 'no such identity' : formatState(found);
  }
}

/** Says how to roll back again, with the commands for a manual rollback on lines of their own, so that they can be copied. */
export function todoOfRollback({ commands }: Pick<ErrorFacts['ROLLBACK_FAILED'], 'commands'>): string {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  const manually = `restore SES manually${readsKey ? ' (needs a principal named in control.keyStore.readers)' : ''}:`;
  return `Roll back again: byodkim revert <domain> --yes\n${[`If that fails, ${manually}`, ...commands].join('\n  ')}`;
}
