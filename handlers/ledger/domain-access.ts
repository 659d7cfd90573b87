import type { Services } from '../aws/services';
import type { Clock } from '../clock';
import type { Environment } from '../contract/input/environment';
import type { Place } from '../contract/input/event';
import type { World } from '../world';
import type { Ledger } from './ledger';

/**
 * What it takes to observe, change and restore the signing state of one domain. A `Session` is one, under the lease of the
 * domain; so is a command that changes a domain without a ledger.
 */
export interface DomainAccess {
  readonly place: Place;
  readonly services: Pick<Services, 'identities' | 'store'>;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly world: Pick<World, 'prove' | 'redactor'> & {
    readonly environment: Pick<Environment, 'keyStoreBucket'>;
  };
  now(): number;
  /** Returns the time that may still be waited. */
  leftMs(): number;
  /** Makes a call, and repeats it for a while if it may be refused only because a role or a tag has just been made. */
  onceArrived<T>(call: () => Promise<T>): Promise<T>;
  /** @throws ByodkimError CONCURRENT_UPDATE if another run has taken over */
  ensureLease(): Promise<void>;
}
