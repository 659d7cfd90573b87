import type { Clock } from '../clock';
import { ByodkimError } from '../errors';
import type { Services, World } from '../world';
import { emptyLedger, type HistoryEntry, type Ledger, withHistory } from './ledger';
import { type LedgerStore, ledgerStore, type StoredLedger } from './ledger-store';

/** Whoever dies blocks the others no longer than this. */
const LEASE_MS = 40_000;
/** Renewed when less than this is left. */
const RENEW_MS = 25_000;
/** One write to SES ends within this. */
const ENOUGH_MS = 10_000;
/** Longer than a lease: whoever waits outlives one that a dead run left behind. */
const WAIT_MS = 55_000;
const POLL_MS = 1_000;

/** The run lost its lease: whoever took over has read the same ledger and decides. Nothing may be undone by it. */
export const isTakenOver = (error: unknown): boolean =>
  error instanceof ByodkimError && error.code === 'CONCURRENT_UPDATE';

/** A place in SES: one domain in one region. */
export interface Place {
  readonly domain: string;
  readonly region: string;
}

/** One run's hold on one domain: the lease, the ledger, and services that renew the lease while they wait. */
export class Session {
  readonly services: Services;
  readonly clock: Clock;
  private stored: StoredLedger;
  /** Writes of ours whose outcome is unknown: one of them may be what the ledger holds now. */
  private readonly unanswered = new Set<string>();

  private constructor(
    private readonly world: World,
    private readonly ledgers: LedgerStore,
    private readonly holder: string,
    readonly place: Place,
    stored: StoredLedger,
  ) {
    this.stored = stored;
    this.clock = {
      now: () => world.clock.now(),
      sleep: async (ms, signal) => {
        for (let left = ms; left > 0; left -= LEASE_MS - RENEW_MS) {
          await this.renewIfDue();
          await world.clock.sleep(Math.min(left, LEASE_MS - RENEW_MS), signal);
        }
      },
    };
    this.services = world.services(place.domain, place.region, this.clock);
  }

  /**
   * Takes the lease, runs, and gives it back.
   * @param seen the ledger, when it was read just now: one call less.
   * @throws ByodkimError CONCURRENT_UPDATE when another run keeps it too long.
   */
  static async run<T>(
    world: World,
    { domain, region }: Place,
    work: (session: Session) => Promise<T>,
    seen?: StoredLedger,
  ): Promise<T> {
    const session = await Session.open(world, { domain, region }, seen);
    try {
      return await work(session);
    } finally {
      await session.release();
    }
  }

  get ledger(): Ledger {
    return this.stored.ledger;
  }

  /**
   * Writes the ledger and renews the lease.
   * @throws ByodkimError CONCURRENT_UPDATE when the lease was lost: then another run is in charge.
   */
  async save(change: (ledger: Ledger) => Ledger, entry?: Omit<HistoryEntry, 'at'>): Promise<void> {
    const now = this.world.clock.now();
    const changed = change(this.ledger);
    const next = entry ? withHistory(changed, { at: new Date(now).toISOString(), ...entry }) : changed;
    await this.write({ ...next, lease: this.lease(now) });
  }

  /**
   * To be called before SES is put back: that must not happen after somebody else took over. Where the ledger cannot
   * be written, what is left of the lease is enough: putting things back must not wait for S3.
   */
  async ensureLease(): Promise<void> {
    if (this.ledger.lease === null) return;
    try {
      await this.checkUnanswered();
      await this.renewIfDue();
    } catch (error) {
      if (isTakenOver(error) || this.leaseLeftMs() < ENOUGH_MS) throw error;
      this.world.log.warn('The lease could not be renewed', { ...this.place, error: String(error) });
    }
  }

  private async renewIfDue(): Promise<void> {
    if (this.ledger.lease !== null && this.leaseLeftMs() < RENEW_MS) await this.save((ledger) => ledger);
  }

  private leaseLeftMs(): number {
    return (this.ledger.lease?.expiresAt ?? 0) - this.world.clock.now();
  }

  /** A write without an answer may have given the lease back: then it is taken again. */
  private async checkUnanswered(): Promise<void> {
    if (this.unanswered.size === 0) return;
    const found = await this.ledgers.read();
    if (found?.ledger.lease?.holder !== this.holder) await this.save((ledger) => ledger);
  }

  /** Saves a last change and gives the lease back in the same write. */
  async finish(change: (ledger: Ledger) => Ledger, entry?: Omit<HistoryEntry, 'at'>): Promise<void> {
    const changed = change(this.ledger);
    const at = new Date(this.world.clock.now()).toISOString();
    await this.write({ ...(entry ? withHistory(changed, { at, ...entry }) : changed), lease: null });
  }

  private static async open(world: World, place: Place, seen?: StoredLedger): Promise<Session> {
    const { store } = world.services(place.domain, place.region, world.clock);
    const ledgers = ledgerStore(store, world.environment.keyStoreBucket, place.region, place.domain);
    const holder = world.uuid();
    const giveUpAt = world.clock.now() + Math.min(WAIT_MS, Math.max(0, world.remainingMs() - 90_000));
    for (let first = seen; ; first = undefined) {
      const found = first ?? (await ledgers.read());
      const now = world.clock.now();
      const lease = found?.ledger.lease ?? null;
      if (lease !== null && lease.expiresAt > now) {
        if (now >= giveUpAt) throw taken(place, lease);
        await world.clock.sleep(POLL_MS * (0.5 + world.random()));
        continue;
      }
      const ledger = found?.ledger ?? emptyLedger(place.domain, place.region);
      const stored = await ledgers.write(
        {
          ...ledger,
          writeId: world.uuid(),
          lease: { holder, acquiredAt: now, expiresAt: now + LEASE_MS },
        },
        found?.etag ?? null,
      );
      if (stored !== null) return new Session(world, ledgers, holder, place, stored);
      if (now >= giveUpAt) throw taken(place, null);
    }
  }

  private async release(): Promise<void> {
    if (this.ledger.lease === null) return;
    try {
      await this.write({ ...this.ledger, lease: null });
    } catch (error) {
      this.world.log.warn('The lease could not be given back; it runs out by itself', {
        ...this.place,
        error: String(error),
      });
    }
  }

  private async write(ledger: Ledger): Promise<void> {
    const next = { ...ledger, writeId: this.world.uuid() };
    this.unanswered.add(next.writeId);
    const stored = (await this.ledgers.write(next, this.stored.etag)) ?? (await this.writeOverOwn(next));
    if (stored === null)
      throw new ByodkimError(
        'CONCURRENT_UPDATE',
        `Another run took over ${this.place.domain} in ${this.place.region} while this one was at work; it now ` +
          'decides what SES has. Deploy again once it has ended.',
        { ...this.place },
      );
    this.stored = stored;
    this.unanswered.clear();
  }

  /**
   * The condition did not hold, but perhaps because of a write of ours that only seemed to fail; or S3 was still busy
   * with one (409).
   */
  private async writeOverOwn(next: Ledger): Promise<StoredLedger | null> {
    const found = await this.ledgers.read();
    if (found === null) return null;
    const { writeId } = found.ledger;
    const isOurs = writeId === this.ledger.writeId || this.unanswered.has(writeId);
    return isOurs ? this.ledgers.write(next, found.etag) : null;
  }

  private lease(now: number) {
    return {
      holder: this.holder,
      acquiredAt: this.ledger.lease?.acquiredAt ?? now,
      expiresAt: now + LEASE_MS,
    };
  }
}

function taken(place: Place, lease: { acquiredAt: number; expiresAt: number } | null): ByodkimError {
  const since = lease ? new Date(lease.acquiredAt).toISOString() : undefined;
  const until = lease ? new Date(lease.expiresAt).toISOString() : undefined;
  return new ByodkimError(
    'CONCURRENT_UPDATE',
    `Another run is at work on ${place.domain} in ${place.region}` +
      (lease ? `: it holds the lease since ${since}, at least until ${until}. ` : '. ') +
      'Nothing was changed. Wait for it to end, then deploy again.',
    { ...place, since, until },
  );
}
