import type { ShownState } from './errors';

/** Why a plan makes a new attempt. */
export type DriftReason =
  | { readonly kind: 'other-selector'; readonly applied: string; readonly planned: string }
  | { readonly kind: 'key-replaced'; readonly selector: string }
  | { readonly kind: 'taken-over'; readonly domain: string; readonly selector: string }
  | {
      readonly kind: 'unverified';
      readonly selector: string;
      /** How often in a row. */
      readonly times: number;
      readonly minutes: number;
      readonly status: string;
      /** ISO 8601. */
      readonly rolledBackAt: string;
    }
  /** `rolledBackAt`: if that was the last step. ISO 8601. */
  | {
      readonly kind: 'changed';
      readonly selector: string;
      readonly state: ShownState | null;
      readonly rolledBackAt?: string | undefined;
    };
