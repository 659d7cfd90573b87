/** Describes the effects of other runs, SES and a rollback on a change. */

import { byFacts, type ErrorRows } from '../advice';
import { STATUS } from '../commands';
import { describeNotRestorable, type NotRestorable, todoOfNotRestorable } from '../not-restorable';
import type { RollbackEnding } from '../results';
import { formatState, type InDomain, type ShownState } from '../states';

/** A failure within another one. */
export interface InnerFailure {
  readonly code: string;
  readonly message: string;
}

/** Facts that are added where an error is caught. */
export interface AddedFacts {
  /** The result of the change. */
  readonly ending?: RollbackEnding;
  /** Owner of the published key, if this domain signs or has signed with it. `region`: of another region. */
  readonly published?: { readonly selector: string; readonly region?: string | undefined };
  /** Other problems that are not ready. */
  readonly also?: InnerFailure & { readonly advice: string };
  /** Whether the operators were notified. */
  readonly notice?: { readonly sent: boolean; readonly reason?: string; readonly error?: string };
  /** Time for which the function has repeated the call. */
  readonly triedAgainForSeconds?: number;
}

/** Facts of the errors about the course of changes, by code. */
export interface RunErrors {
  readonly PRIOR_STATE_NOT_RESTORABLE: {
    readonly domain: string;
    readonly found: ShownState;
    readonly reason: NotRestorable | string;
  };
  readonly CONCURRENT_UPDATE: /** Another run holds the lease. ISO 8601; absent if no lease is held. */
    | (InDomain & {
        readonly kind: 'lease';
        readonly since?: string | undefined;
        readonly until?: string | undefined;
      })
    /**
     * Another run took the lease over; the change was rolled back or overwritten while this run waited; or the stack of the
     * region whose key and record this one shares is destroyed.
     */
    | (InDomain & { readonly kind: 'taken-over' | 'undone' | 'home-gone' })
    /**
     * The transaction was overtaken by another one, by the destroy of its own stack, or by the `Baseline` that has replaced
     * its own: `by` is its id.
     */
    | {
        readonly kind: 'overtaken' | 'destroyed' | 'replaced';
        readonly domain: string;
        readonly transaction: string;
        readonly by: string;
      };
  readonly VERIFICATION_FAILED: {
    readonly domain: string;
    readonly selector: string;
    readonly found: ShownState & { readonly verificationError?: string | undefined };
  };
  readonly VERIFICATION_PENDING: {
    readonly domain: string;
    readonly selector: string;
    readonly status: string;
    /** ISO 8601; absent if SES had verified it once, and nothing is armed. */
    readonly revertsAt?: string | undefined;
  };
  readonly ROLLBACK_FAILED: {
    readonly domain: string;
    readonly region: string;
    /** The error of the change. */
    readonly first: InnerFailure;
    /** The error of the rollback. */
    readonly second: InnerFailure;
    /** `null`: no such identity; absent: SES does not answer. */
    readonly found?: ShownState | null | undefined;
    /** `lost` is the reason why it cannot be restored, so that signing should be off. */
    readonly expected: ShownState & { readonly lost?: NotRestorable | string | undefined };
    /** Repair it by hand. */
    readonly commands: readonly string[];
    /** ISO 8601, or `null` if it is not repeated automatically. */
    readonly retryAt: string | null;
  };
}

function whatIsConcurrent(facts: RunErrors['CONCURRENT_UPDATE']): string {
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

function todoOfConcurrent({ kind }: RunErrors['CONCURRENT_UPDATE']): string | undefined {
  if (kind === 'overtaken' || kind === 'destroyed' || kind === 'replaced')
    return 'Plan and deploy again; if the plan is empty, replace the Attempt.';
  if (kind === 'home-gone')
    return 'Deploy that entry again, or remove it from the list so that another entry publishes the record; then deploy again.';
  return kind === 'undone' ? 'Find out by whom, then deploy again.' : undefined;
}

function whatIsPending({ domain, selector, status, revertsAt }: RunErrors['VERIFICATION_PENDING']): string {
  const pending =
    `SES has the key of selector ${selector} of ${domain}, but has not verified it yet (${status}), and the stack waits ` +
    'for that.';
  if (status === 'FAILED') return `${pending} SES has given up, so the next check rolls the change back.`;
  return revertsAt === undefined
    ? pending
    : `${pending} The change is rolled back at ${revertsAt} unless SES has verified it by then.`;
}

function whatOfRollback(facts: RunErrors['ROLLBACK_FAILED']): string {
  const { domain, region, found, expected, first, second, retryAt } = facts;
  return [
    `The change of ${domain} in ${region} failed, and so did the rollback.`,
    `SES has now: ${stateFound()}. It should have: ${expected.lost === undefined ? formatState(expected) : `signing switched off, since ${describeNotRestorable(expected.lost)}`}.`,
    retryAt === null
      ? 'No further rollback is scheduled.'
      : `The function rolls back again at ${retryAt}, then every ten minutes, later every hour.`,
    `First failure: ${first.code}: ${first.message} Rollback: ${second.code}: ${second.message}`,
  ].join(' ');

  function stateFound(): string {
    if (found === undefined) return 'unknown, it does not answer';
    return found === null ? 'no such identity' : formatState(found);
  }
}

/** Says how to roll back again, with the commands for a manual rollback on lines of their own, so that they can be copied. */
export function todoOfRollback({ commands }: Pick<RunErrors['ROLLBACK_FAILED'], 'commands'>): string {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  const manually = `restore SES manually${readsKey ? ' (needs a principal named in control.keyStore.readers)' : ''}:`;
  return `Roll back again: byodkim revert <domain> --yes\n${[`If that fails, ${manually}`, ...commands].join('\n  ')}`;
}

/** Rows of these errors, by code. Markdown, except what happened. */
export const RUN_ROWS: ErrorRows<RunErrors> = {
  PRIOR_STATE_NOT_RESTORABLE: {
    when: 'The present state of SES could not be restored after a failure (a BYODKIM key that is not in S3 or not in DNS).',
    what: ({ domain, found: { origin, selector, status }, reason }) =>
      `${domain} signs with ${origin}${selector ? ` selector ${selector}` : ''} (${status}), and that could not be restored after a failure: ` +
      `${describeNotRestorable(reason)}. Nothing was changed.`,
    who: 'the platform engineer',
    todo: byFacts(
      'Restore the earlier key or record that the message names. To give it up instead: `irreversible: allow`.',
      todoOfNotRestorable,
    ),
    command: STATUS,
  },
  CONCURRENT_UPDATE: {
    when: 'Another run is working on the domain (the message has the times), or has taken over.',
    what: whatIsConcurrent,
    ses: 'as the other run leaves it',
    who: 'the platform engineer',
    todo: byFacts(
      'Wait for the other run to end, then deploy again. A run that died releases the domain within a minute.',
      todoOfConcurrent,
    ),
    command: STATUS,
  },
  VERIFICATION_FAILED: {
    when: 'SES gave up verifying the record (status FAILED) while the apply waited.',
    what: ({ selector, domain, found: { status, verificationError } }) =>
      `SES gave up verifying selector ${selector} of ${domain}: status ${status}` +
      `${verificationError ? ` (${verificationError})` : ''}, expected SUCCESS.`,
    ses: 'rolled back to its earlier state',
    who: 'the platform engineer',
    todo: () =>
      'Check whether SES can find the record (`byodkim check <domain>`), then deploy again; `verification.timeoutMinutes` gives it longer.',
    command: STATUS,
  },
  VERIFICATION_PENDING: {
    when: 'SES has not verified the record yet, and the stack waits for it (`verification.required`).',
    what: whatIsPending,
    ses: 'the new key; the function checks until SES has verified it or the change is rolled back',
    who: 'SES, then the deployer',
    todo: () => 'Deploy again: that continues the change.',
    command: STATUS,
  },
  ROLLBACK_FAILED: {
    when: 'A change failed, and so did its rollback.',
    what: whatOfRollback,
    ses: 'the message has the present state of SES',
    who: 'the on-call engineer, now',
    todo: byFacts(
      'Fix the cause, then run `byodkim revert <domain> --yes`, as the schedule does every ten minutes, later every hour. If that fails, run the commands that restore the prior state: the error and its notice, `byodkim status <domain>` and the finding of the audit print them. Those that read the key need a role named in `control.keyStore.readers`.',
      todoOfRollback,
    ),
    command: STATUS,
  },
};
