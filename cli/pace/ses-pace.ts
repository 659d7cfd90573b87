/** How fast SES is asked. How often is in ses-reads.ts. */
import type { Clock } from '../../handlers/clock';

/** SES takes each operation about once a second: the rest is for a rollback beside it. */
export const SES_INTERVAL_MS = 1_100;

/** An entry of the list, or a domain that was named: whoever asks SES. */
export interface Asker {
  readonly region: string;
  readonly stack: string;
}

/** What has been asked in one region. */
interface Asked {
  /** When the next call may begin. */
  readonly freeAt: number;
  /** The only entry that has asked so far; `null`: there are several. */
  readonly alone: string | null;
}

/**
 * Has all that one command runs ask SES at one rate, however much of it runs at once. An entry that is alone in its region
 * does not wait: what SES refuses of a single entry, the SDK and the provider repeat.
 */
export class SesPace {
  private readonly regions = new Map<string, Asked>();

  constructor(private readonly clock: Pick<Clock, 'now' | 'sleep'>) {}

  /** Waits until so many calls of SES may begin. */
  async turn(asker: Asker, calls: number, signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const { at, isAlone } = this.count(asker, calls, now);
    if (at > now && calls > 0 && !isAlone) await this.clock.sleep(at - now, signal);
  }

  /** Counts calls that nobody knew of before they were made. */
  spent(asker: Asker, calls: number): void {
    this.count(asker, calls, this.clock.now());
  }

  private count({ region, stack }: Asker, calls: number, now: number) {
    const before = this.regions.get(region) ?? { freeAt: now, alone: stack };
    const isAlone = before.alone === stack;
    const at = Math.max(now, before.freeAt);
    this.regions.set(region, { freeAt: at + calls * SES_INTERVAL_MS, alone: isAlone ? stack : null });
    return { at, isAlone };
  }
}
