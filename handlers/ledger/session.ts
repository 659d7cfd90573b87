import { onceArrived } from '../aws/retry';
import type { Services } from '../aws/services';
import { KEPT_MS, LEASE, type Phase, untilKept } from '../budgets';
import { type Clock, iso } from '../clock';
import type { Place } from '../contract/input/event';
import { ByodkimError, hasCode } from '../errors/errors';
import type { World } from '../world';
import { type ChangeAttempt, emptyLedger, isHeld, type Lease, type Ledger } from './ledger';
import { type LedgerStore, ledgerStore, type StoredLedger } from './ledger-store';
import { destroyedSince, type Overtaking, overtaken, overtakenBy } from './ownership';
import { withoutToken } from './transitions';

/** Checks whether the run has lost its lease. The run that took over decides, and this one must not undo anything. */
export const isLeaseLost = (error: unknown): error is ByodkimError<'CONCURRENT_UPDATE'> =>
  hasCode(error, 'CONCURRENT_UPDATE');

/** Steps whose failure does not fail the run. */
type SessionWarning =
  | 'rollback-not-recorded'
  | 'failure-not-recorded'
  | 'lease-not-renewed'
  | 'lease-not-released'
  | 'withdrawal-not-recorded'
  | 'tenants-not-known';

/**
 * Holds one run's view of one domain: its ledger, its lease, and services that renew the lease while they wait. Open a
 * session, then work in `withLease`.
 */
export class Session {
  readonly services: Services;
  /** Renews the lease before it waits, and ends waits in time for the phases that follow. */
  readonly clock: Clock;
  private readonly ledgers: LedgerStore;
  private readonly holder: string;
  private stored: StoredLedger | null = null;
  /** The ledger at the beginning of this session; `null` if there was none, and undefined if it was not read. */
  private found: Ledger | null | undefined;
  /** Writes of this session whose outcome is unknown, so that the ledger may be any of them now. */
  private readonly unanswered = new Set<string>();
  /** An unanswered write may have released the lease. */
  private mayBeReleased = false;

  private constructor(
    readonly world: World,
    readonly place: Place,
    private phase: Phase,
  ) {
    this.holder = world.uuid();
    const patient = untilKept(world, () => this.phase);
    const { store } = world.services(place.domain, place.region, patient);
    this.ledgers = ledgerStore(store, world.environment.keyStoreBucket, place);
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

  /** Opens a session. Nothing is read and no lease is taken yet. */
  static open(world: World, { domain, region }: Place, phase: Phase): Session {
    return new Session(world, { domain, region }, phase);
  }

  get ledger(): Ledger {
    return this.stored?.ledger ?? emptyLedger(this.place.domain, this.place.region);
  }

  now(): number {
    return this.world.clock.now();
  }

  /** Logs a failure that does not fail the run. */
  warn(code: SessionWarning, error: unknown): void {
    this.world.log.warn(code, { ...this.place, error: String(error) });
  }

  /** Begins another phase, from which less of the function's time is reserved. */
  enter(phase: Phase): void {
    this.phase = phase;
  }

  /** Returns the time that this phase may still wait. */
  readonly leftMs = (): number => Math.max(0, this.world.remainingMs() - KEPT_MS[this.phase]);

  /** Repeats a call that is refused, since a first deploy comes right after the control stack and the identity were made. */
  readonly onceArrived = <T>(call: () => Promise<T>): Promise<T> => onceArrived(this.clock, call);

  /** Checks whether the lease in the ledger is still held, as far as this session has read it. */
  isLeaseHeld(): boolean {
    return isHeld(this.ledger.lease, this.now());
  }

  /** Reads the ledger without the lease. Returns `null` if it does not exist. */
  async read(): Promise<Ledger | null> {
    this.stored = await this.ledgers.read();
    const { ledger = null, unknown = [] } = this.stored ?? {};
    if (unknown.length > 0) this.world.log.warn('ledger-not-understood', { parts: unknown });
    if (this.found === undefined) this.found = ledger;
    return ledger;
  }

  /**
   * Runs `work` under the lease. If the ledger was already read and has not changed since, takes the lease on that version.
   * @throws ByodkimError CONCURRENT_UPDATE if another run keeps the lease too long.
   */
  async withLease<T>(work: () => Promise<T>): Promise<T> {
    await this.takeLease();
    try {
      return await work();
    } finally {
      await this.release();
    }
  }

  /**
   * Writes the ledger and renews the lease.
   * @throws ByodkimError CONCURRENT_UPDATE if the lease was lost, so that another run is in charge.
   */
  async save(ledger: Ledger): Promise<void> {
    await this.write(ledger, this.lease(this.ledger.lease?.acquiredAt));
  }

  /** Writes the ledger and releases the lease in the same write. */
  async finish(ledger: Ledger): Promise<void> {
    this.mayBeReleased = true;
    await this.write(ledger, null);
  }

  /**
   * Refuses a late attempt, which must override neither a newer one nor the destroy of its stack.
   * @throws ByodkimError CONCURRENT_UPDATE.
   */
  async refuseOvertaken(attempt: ChangeAttempt): Promise<void> {
    if (attempt.source === 'direct' || this.found === undefined) return;
    const by = overtakenBy(this.ledger, attempt, this.found);
    if (by !== null) await this.refuse(attempt, by);
  }

  /**
   * Refuses an attempt whose stack was deleted since it began.
   * @param first the session with which the attempt began
   * @throws ByodkimError CONCURRENT_UPDATE.
   */
  async refuseDestroyed(attempt: ChangeAttempt, first: Session): Promise<void> {
    if (attempt.source === 'direct' || first.found === undefined) return;
    const by = destroyedSince(this.ledger, attempt.stack, first.found);
    if (by !== null) await this.refuse(attempt, by);
  }

  /**
   * Refuses an attempt that a newer one has overtaken. If both were planned from the same drift token (two deploys of one list
   * at once), the engine would repeat it forever, so the next plan gets another token. An attempt that was made for a newer
   * `Baseline` is in force under its token.
   * @throws ByodkimError CONCURRENT_UPDATE.
   */
  async refuse(attempt: ChangeAttempt, by: Overtaking): Promise<never> {
    if (by.kind !== 'replacement')
      await this.save(withoutToken(this.ledger, attempt.request.driftToken, this.now()));
    throw overtaken(attempt, by);
  }

  /**
   * Makes sure before a rollback that no other run has taken over. If the ledger cannot be written, the rest of the lease is
   * enough, unless a write that was given up may release it at any time. In that case, the armed revert rolls back.
   */
  async ensureLease(): Promise<void> {
    if (this.ledger.lease === null) return;
    try {
      // A write without an answer may have released the lease, or may still do so, so another write comes first.
      if (this.unanswered.size > 0) await this.save(this.ledger);
      else await this.renewIfDue();
    } catch (error) {
      if (isLeaseLost(error) || this.mayBeReleased || this.leaseLeftMs() < LEASE.enoughMs) throw error;
      this.warn('lease-not-renewed', error);
    }
  }

  private async renewIfDue(): Promise<void> {
    if (this.ledger.lease?.holder === this.holder && this.leaseLeftMs() < LEASE.renewMs)
      await this.save(this.ledger);
  }

  private leaseLeftMs(): number {
    return (this.ledger.lease?.expiresAt ?? 0) - this.now();
  }

  private async takeLease(): Promise<void> {
    const giveUpAt = this.now() + Math.min(LEASE.waitMs, this.leftMs());
    // If nobody has written since the last read, the ledger need not be read again.
    if (this.found !== undefined && (await this.tryLease())) return;
    for (;;) {
      await this.read();
      if (await this.tryLease()) return;
      if (this.now() >= giveUpAt) throw taken(this.place, this.isLeaseHeld() ? this.ledger.lease : null);
      // Another run holds it, or S3 is still busy with another write of the object (409), perhaps for long.
      await this.world.clock.sleep(LEASE.pollMs * (0.5 + this.world.random()));
    }
  }

  private async tryLease(): Promise<boolean> {
    if (this.isLeaseHeld()) return false;
    const next = { ...this.ledger, lease: this.lease(), writeId: this.world.uuid() };
    this.stored = await this.ledgers.write(next, this.stored?.etag ?? null);
    return this.stored !== null;
  }

  private async release(): Promise<void> {
    if (this.ledger.lease === null) return;
    this.phase = 'record';
    try {
      await this.finish(this.ledger);
    } catch (error) {
      this.warn('lease-not-released', error);
    }
  }

  private async write(ledger: Ledger, lease: Lease | null): Promise<void> {
    const next = { ...ledger, lease, writeId: this.world.uuid() };
    this.unanswered.add(next.writeId);
    const stored =
      (await this.ledgers.write(next, this.stored?.etag ?? null)) ?? (await this.writeOverOwn(next));
    if (stored === null) throw new ByodkimError('CONCURRENT_UPDATE', { kind: 'taken-over', ...this.place });
    this.stored = stored;
    this.unanswered.clear();
    this.mayBeReleased = false;
  }

  /**
   * Repeats a write whose condition did not hold, if the ledger comes from a write of this session that only seemed to
   * fail, or if S3 was still busy with one (409).
   */
  private async writeOverOwn(next: Ledger): Promise<StoredLedger | null> {
    const found = await this.ledgers.read();
    if (found === null) return null;
    const { writeId } = found.ledger;
    const isOurs = writeId === this.ledger.writeId || this.unanswered.has(writeId);
    return isOurs ? this.ledgers.write(next, found.etag) : null;
  }

  private lease(acquiredAt = this.now()): Lease {
    return { holder: this.holder, acquiredAt, expiresAt: this.now() + LEASE.lengthMs };
  }
}

/** Makes the error for a domain on which another run works. */
export function taken(place: Place, lease: Lease | null): ByodkimError {
  const since = lease ? iso(lease.acquiredAt) : undefined;
  const until = lease ? iso(lease.expiresAt) : undefined;
  return new ByodkimError('CONCURRENT_UPDATE', { kind: 'lease', ...place, since, until });
}
