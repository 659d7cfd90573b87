import { formatState, type ShownState } from './states';

/** Reason why a plan makes a new attempt. */
export type DriftReason =
  | { readonly kind: 'other-selector'; readonly applied: string; readonly planned: string }
  | { readonly kind: 'key-replaced'; readonly selector: string }
  | { readonly kind: 'taken-over'; readonly domain: string; readonly selector: string }
  | {
      readonly kind: 'unverified';
      readonly selector: string;
      /** Number of times in a row. */
      readonly times: number;
      readonly minutes: number;
      readonly status: string;
      /** ISO 8601. */
      readonly rolledBackAt: string;
    }
  /** `rolledBackAt` is set if the rollback was the last step. ISO 8601. */
  | {
      readonly kind: 'changed';
      readonly selector: string;
      readonly state: ShownState | null;
      readonly rolledBackAt?: string | undefined;
    };

/** Describes the reason why a plan makes a new attempt, for readers of the plan. */
export function describeDrift(why: DriftReason): string {
  switch (why.kind) {
    case 'other-selector':
      return `Selector ${why.applied} was applied last; this plan is for ${why.planned}.`;
    case 'key-replaced':
      return `The private key in S3 was overwritten: SES still signs with the earlier one of ${why.selector}.`;
    case 'taken-over':
      return (
        `Another stack of ${why.domain} has taken over selector ${why.selector} from the stack that had applied it, and that one was not ` +
        'destroyed. Keep only one of them: the destroy of either may remove the record that the other one signs with.'
      );
    case 'unverified': {
      const { selector, minutes, status, rolledBackAt, times } = why;
      const again =
        times > 1
          ? ` This has happened ${times} times in a row: find out why SES does not see the record before you deploy again, or give it longer with verification.timeoutMinutes.`
          : '';
      return `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so the change was rolled back at ${rolledBackAt}.${again}`;
    }
    case 'changed': {
      const { state, selector, rolledBackAt } = why;
      const found = `SES has ${state === null ? 'no such identity' : formatState(state)}; expected EXTERNAL with selector ${selector}, signing on.`;
      return rolledBackAt === undefined
        ? found
        : `The last change was rolled back at ${rolledBackAt}. ${found}`;
    }
  }
}
