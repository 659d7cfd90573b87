import type { SesVerificationOptions } from '../../packages/sandbox/aws/core';

/** How SES takes what it is told in a scenario, and how long it takes until everything has ended. */
export interface World {
  readonly name: string;
  readonly pace: SesVerificationOptions;
  readonly minutes: number;
  /** Whether a change is verified in the end. */
  readonly verifies: boolean;
}

const MINUTE_MS = 60_000;

export const PROMPT: World = { name: 'at once', pace: {}, minutes: 45, verifies: true };

export const SLOW: readonly World[] = [
  { name: 'after 20 minutes', pace: { delayMs: 20 * MINUTE_MS }, minutes: 100, verifies: true },
  // Until the deadline of a domain that signed before is over, and what was before is put back.
  { name: 'never', pace: { ending: 'never' }, minutes: 100, verifies: false },
];
