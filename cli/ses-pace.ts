/** How often SES is asked, and how fast. */
import type { Clock } from '../handlers/clock';
import type { AppliedState } from './engine/applied-state';
import type { PlannedChange } from './engine/engine';

/** SES takes each operation about once a second: the rest is for a rollback beside it. */
export const SES_INTERVAL_MS = 1_100;

/** Has all that one command runs ask SES at one rate, however much of it runs at once. By region. */
export class SesPace {
  private readonly freeAt = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'now' | 'sleep'>) {}

  /** Waits until so many calls of SES may begin. */
  async turn(region: string, calls: number, signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const at = Math.max(now, this.freeAt.get(region) ?? now);
    this.freeAt.set(region, at + calls * SES_INTERVAL_MS);
    if (at > now && calls > 0) await this.clock.sleep(at - now, signal);
  }
}

// A run of an engine asks SES for an identity more often than anything else (docs/architecture.md).
const IDENTITY = /^aws_sesv2_email_identity/;
const SIGNING = /^aws_lambda_invocation\.\w+_Signing_[0-9A-F]{8}$/;

/** Counts the calls of a plan: the provider reads each part of an identity, and the inspection reads it once. */
export const callsOfPlan = (state: AppliedState | undefined): number =>
  state === undefined || state.resources.length === 0
    ? 0
    : 1 + state.resources.filter((address) => IDENTITY.test(address)).length;

/** Counts the calls of an apply: the provider reads what it made; `Signing` reads around its Put, and before a rollback. */
export const callsOfApply = (changes: readonly PlannedChange[]): number =>
  changes.reduce((sum, { address, action }) => {
    if (IDENTITY.test(address)) return sum + (action === 'delete' ? 0 : 1);
    return SIGNING.test(address) ? sum + (action === 'delete' ? 1 : 2) : sum;
  }, 0);
