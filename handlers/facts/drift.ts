import type { ShownState } from './errors';

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
