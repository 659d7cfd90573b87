import type { ObjectPlace, StoredObject } from '../../handlers/aws/object-store';
import { privateKeyObject } from '../../handlers/contract/contract';
import type { Place } from '../../handlers/contract/input/event';
import { Redactor } from '../../handlers/errors/redact';
import type { DomainAccess } from '../../handlers/ledger/domain-access';
import { emptyLedger } from '../../handlers/ledger/ledger';
import { cliGateWorld } from '../dns/prove';
import type { CliWorld } from '../world/world';

/** The private keys that a person has passed, in PEM. */
export interface Keys {
  readonly selector: string;
  readonly key: Uint8Array;
  /** The key that SES has now, whatever its selector. */
  readonly earlierKey?: Uint8Array | undefined;
}

/** Stands for the bucket of the keys, which are in memory. */
export const NO_BUCKET = '';

/**
 * Gives the function's code access to one domain from this process: with the caller's credentials and keys, and without a
 * ledger or a lease.
 * @param signal ends each wait, including that for a retry
 */
export async function accessTo(
  world: CliWorld,
  place: Place,
  { selector, key, earlierKey }: Keys,
  signal?: AbortSignal,
): Promise<DomainAccess> {
  const now = (): number => world.clock.now();
  const clock = { now, sleep: (ms: number) => world.clock.sleep(ms, signal) };
  const fileOf = (body: Uint8Array | undefined): StoredObject | null => (body ? { body, etag: '' } : null);
  const own = async (asked: ObjectPlace) =>
    fileOf(asked.key === privateKeyObject(place.domain, selector) ? key : undefined);
  return {
    place,
    clock,
    ledger: emptyLedger(place.domain, place.region),
    services: {
      identities: await world.identities(place, clock),
      store: {
        get: async (asked) => (await own(asked)) ?? fileOf(earlierKey),
        // Tells this run's own selector from one that others have set meanwhile.
        head: own,
        list: async () => [],
        put: async () => null,
      },
    },
    world: {
      environment: { keyStoreBucket: NO_BUCKET },
      redactor: new Redactor(),
      prove: (request) => world.prove(request, cliGateWorld(world)),
    },
    now,
    leftMs: () => Number.POSITIVE_INFINITY,
    // Nothing was made just now that the caller's permission could wait for.
    onceArrived: (call) => call(),
    ensureLease: async () => {},
  };
}
