import { KEPT_MS, LEASE, type Phase, untilKept } from '../budgets';
import { type Clock, iso } from '../clock';
import { ByodkimError, hasCode } from '../errors';
import { emptyLedger, isHeld, type Lease, type Ledger, type Place } from '../ledger/ledger';
import { type LedgerStore, ledgerStore, type StoredLedger } from '../ledger/ledger-store';
import { leased, written } from '../ledger/transitions';
import type { Services, World } from '../world';

/** The run lost its lease: whoever took over has read the same ledger and decides. Nothing may be undone by it. */
export const isTakenOver = (error: unknown): error is ByodkimError<'CONCURRENT_UPDATE'> =>
  hasCode(error, 'CONCURRENT_UPDATE');

/** One run's hold on one domain: the lease, the ledger, and services that renew the lease while they wait. */
export class Session {
  readonly services: Services;
  /** The same for before the lease is taken: nothing is renewed. */
  readonly servicesBefore: Services;
  /** Renews the lease while somebody waits on it, and ends waits in time for what follows. */
  readonly clock: Clock;
  private readonly ledgers: LedgerStore;
  private readonly holder: string;
  private stored: StoredLedger | null = null;
  /** The ledger was read without the lease: it is taken over that, which holds only if nobody has written since. */
  private isRead = false;
  /** Writes of ours whose outcome is unknown: one of them may be what the ledger holds now. */
  private readonly unanswered = new Set<string>();

  private constructor(
    readonly world: World,
    readonly place: Place,
    private phase: Phase,
  ) {
    this.holder = world.uuid();
    const patient = untilKept(world, () => this.phase);
    this.servicesBefore = world.services(place.domain, place.region, patient);
    this.ledgers = ledgerStore(this.servicesBefore.store, world.environment.keyStoreBucket, place);
    this.clock = {
      now: patient.now,
      sleep: async (ms, signal) => {
        const step = LEASE.lengthMs - LEASE.renewMs;
        for (let left = ms; left > 0; left -= step) {
          await this.renewIfDue();
          await patient.sleep(Math.min(left, step), signal);
        }
      },
    };
    this.services = world.services(place.domain, place.region, this.clock);
  }

  /**
   * Takes the lease, runs, and gives it back.
   * @throws ByodkimError CONCURRENT_UPDATE when another run keeps it too long.
   */
  static async run<T>(
    world: World,
    place: Place,
    work: (session: Session) => Promise<T>,
    phase: Phase = 'change',
  ): Promise<T> {
    const session = Session.glance(world, place, phase);
    return session.underLease(() => work(session));
  }

  /**
   * Reads first, and takes the lease only where the ledger gives a reason to.
   * @param early an answer by the ledger alone; `null`: the work must be done. Asked again under the lease.
   */
  static async readFirst<T>(
    world: World,
    place: Place,
    early: (ledger: Ledger | null) => T | null,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const session = Session.glance(world, place, 'rollback');
    const seen = await session.read();
    const known = early(seen?.ledger ?? null);
    if (known !== null || seen === null) return known!;
    return session.underLease(async () => early(session.ledger) ?? (await work(session)));
  }

  /** Without the lease: its one write is taken only if nobody else has written since it has read. */
  static glance(world: World, { domain, region }: Place, phase: Phase): Session {
    return new Session(world, { domain, region }, phase);
  }

  get ledger(): Ledger {
    return this.stored?.ledger ?? emptyLedger(this.place.domain, this.place.region);
  }

  now(): number {
    return this.world.clock.now();
  }

  /** Tells in the log what failed and is no failure of the run. */
  warn(message: string, error: unknown): void {
    this.world.log.warn(message, { ...this.place, error: String(error) });
  }

  /** Another phase begins: less is kept of the function's time from here on. */
  enter(phase: Phase): void {
    this.phase = phase;
  }

  /** How long this phase may still wait. */
  leftMs(): number {
    return Math.max(0, this.world.remainingMs() - KEPT_MS[this.phase]);
  }

  async read(): Promise<StoredLedger | null> {
    this.stored = await this.ledgers.read();
    this.isRead = true;
    return this.stored;
  }

  /**
   * Writes the ledger and renews the lease.
   * @throws ByodkimError CONCURRENT_UPDATE when the lease was lost: then another run is in charge.
   */
  async save(ledger: Ledger): Promise<void> {
    await this.write(leased(ledger, this.lease(this.now())));
  }

  /** Saves a last change and gives the lease back in the same write. */
  async finish(ledger: Ledger): Promise<void> {
    await this.write(leased(ledger, null));
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
      if (isTakenOver(error) || this.leaseLeftMs() < LEASE.enoughMs) throw error;
      this.warn('The lease could not be renewed', error);
    }
  }

  private async renewIfDue(): Promise<void> {
    if (
      this.stored !== null &&
      this.ledger.lease?.holder === this.holder &&
      this.leaseLeftMs() < LEASE.renewMs
    )
      await this.save(this.ledger);
  }

  private leaseLeftMs(): number {
    return (this.ledger.lease?.expiresAt ?? 0) - this.now();
  }

  /** A write without an answer may have given the lease back: then it is taken again. */
  private async checkUnanswered(): Promise<void> {
    if (this.unanswered.size === 0) return;
    const found = await this.ledgers.read();
    if (found?.ledger.lease?.holder !== this.holder) await this.save(this.ledger);
  }

  /** Takes the lease, over what was read if anything was; runs, and gives it back. */
  async underLease<T>(work: () => Promise<T>): Promise<T> {
    await this.takeLease();
    return this.untilReleased(work);
  }

  /**
   * The same with a look at what the lease is for, in the time that taking it takes. Where it is taken over what was
   * read, nobody else was at work in between, so what was seen counts; otherwise it is looked again, under the lease.
   * @param work is given the look; only who asks for it hears of its failure.
   */
  async lookUnderLease<L, T>(
    look: () => Promise<L>,
    work: (look: () => Promise<L>) => Promise<T>,
  ): Promise<T> {
    const isFree = this.isRead && !isHeld(this.ledger.lease, this.now());
    const taking = this.takeLease();
    const early = isFree ? look() : null;
    const ended = early?.catch(() => undefined);
    // Whatever comes of the lease, the look has ended before anything goes on.
    const isOverRead = await taking.finally(() => ended);
    return this.untilReleased(() => work(() => (isOverRead && early) || look()));
  }

  private async untilReleased<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.release();
    }
  }

  /** @returns whether it was taken over what had been read before. */
  private async takeLease(): Promise<boolean> {
    const giveUpAt = this.now() + Math.min(LEASE.waitMs, this.leftMs());
    for (; ; this.isRead = false) {
      const isFresh = !this.isRead;
      if (isFresh) this.stored = await this.ledgers.read();
      const now = this.now();
      const { lease } = this.ledger;
      if (isHeld(lease, now)) {
        if (!isFresh) continue;
        if (now >= giveUpAt) throw taken(this.place, lease);
        await this.world.clock.sleep(LEASE.pollMs * (0.5 + this.world.random()));
        continue;
      }
      const own = { holder: this.holder, acquiredAt: now, expiresAt: now + LEASE.lengthMs };
      const next = written(leased(this.ledger, own), this.world.uuid());
      this.stored = await this.ledgers.write(next, this.stored?.etag ?? null);
      if (this.stored !== null) return !isFresh;
      if (!isFresh) continue;
      if (now >= giveUpAt) throw taken(this.place, null);
      // Another write of the same object is under way (409), perhaps for long.
      await this.world.clock.sleep(LEASE.pollMs * (0.5 + this.world.random()));
    }
  }

  private async release(): Promise<void> {
    if (this.ledger.lease === null) return;
    this.phase = 'record';
    try {
      await this.finish(this.ledger);
    } catch (error) {
      this.warn('The lease could not be given back; it runs out by itself', error);
    }
  }

  private async write(ledger: Ledger): Promise<void> {
    const next = written(ledger, this.world.uuid());
    this.unanswered.add(next.writeId);
    const stored =
      (await this.ledgers.write(next, this.stored?.etag ?? null)) ?? (await this.writeOverOwn(next));
    if (stored === null)
      throw new ByodkimError('CONCURRENT_UPDATE', {
        what:
          `Another run took over ${this.place.domain} in ${this.place.region} while this one was at work; it now ` +
          'decides what SES has.',
        advice: 'Deploy again once it has ended.',
        details: { ...this.place },
      });
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

  private lease(now: number): Lease {
    return {
      holder: this.holder,
      acquiredAt: this.ledger.lease?.acquiredAt ?? now,
      expiresAt: now + LEASE.lengthMs,
    };
  }
}

function taken(place: Place, lease: Lease | null): ByodkimError {
  const since = lease ? iso(lease.acquiredAt) : undefined;
  const until = lease ? iso(lease.expiresAt) : undefined;
  return new ByodkimError('CONCURRENT_UPDATE', {
    what:
      `Another run is at work on ${place.domain} in ${place.region}` +
      (lease ? `: it holds the lease since ${since}, at least until ${until}. ` : '. ') +
      'Nothing was changed.',
    advice: 'Wait for it to end, then deploy again.',
    details: { ...place, since, until },
  });
}
