/** Sets the pace of calls to SES. ses-reads.ts counts the calls. */
import type { Clock } from '../../handlers/clock';

/** SES accepts each operation about once a second; the interval leaves room for a rollback at the same time. */
export const SES_INTERVAL_MS = 1_100;

/** The entry of the list, or the named domain, for which SES is asked. */
export interface Asker {
  readonly region: string;
  readonly stack: string;
}

/** Calls so far in one region. */
interface Asked {
  /** Time at which the next call may begin. */
  readonly freeAt: number;
  /** The only entry so far, or `null` if there are several. */
  readonly alone: string | null;
}

/**
 * Makes everything that one command runs ask SES at one rate, even in parallel. An entry that is alone in its region does not
 * wait, since the SDK and the provider repeat the refused calls of a single entry.
 */
export class SesPace {
  private readonly regions = new Map<string, Asked>();

  constructor(private readonly clock: Pick<Clock, 'now' | 'sleep'>) {}

  /** Waits until this number of SES calls may begin. */
  async turn(asker: Asker, calls: number, signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const { at, isAlone } = this.count(asker, calls, now);
    if (at > now && calls > 0 && !isAlone) await this.clock.sleep(at - now, signal);
  }

  /** Counts calls that were not known before they were made. */
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
