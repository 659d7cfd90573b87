import type { Clock } from '../handlers/clock';

/** SES takes each operation about once a second: what is left is for a rollback beside it. */
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
