/** Reports when and by whom each key of a domain was made, as far as this is recorded. */

import type { Services } from '../../aws/services';
import { iso } from '../../clock';
import { homeAmong, privateKeyObject, s3Uri } from '../../contract/contract';
import { knownKeys, type Ledger } from '../../ledger/ledger';
import { sharersIn } from '../../ledger/sharers';
import type { World } from '../../world';
import { describedKey } from './dns-information';
import { type RecordedKey, readMadeKeys, storedSelectors } from './made-keys';

/**
 * The maker of a key. `function` is this function, which recorded the key before it stored it; `others` is another
 * program or person; `unrecorded` means that the key was stored before made keys were recorded; `home` means that
 * another region has the key.
 */
export type KeyMaker = 'function' | 'others' | 'unrecorded' | 'home';

/** One key of a selector. Times are ISO 8601, or `null` if they are not recorded. */
export interface KeyOrigin {
  readonly selector: string;
  readonly fingerprint: string | null;
  readonly maker: KeyMaker;
  /** Time at which the function recorded it, or at which its DNS information was written. */
  readonly madeAt: string | null;
  /** Place of the selector's private key, e.g. `s3://bucket/key`. */
  readonly place: string;
  /** Time at which S3 stored the present object; absent for an earlier key of the selector. */
  readonly storedAt?: string | null;
  /** Time at which the DNS team was asked for its record; absent for an earlier key of the selector. */
  readonly notifiedAt?: string | null;
}

/** Returns the keys of each selector that signs, has signed, was made here or is stored. */
export async function keyOrigins(world: World, services: Services, ledger: Ledger): Promise<KeyOrigin[]> {
  const { keyStoreBucket: bucket } = world.environment;
  const isAway = homeAmong(sharersIn(ledger)) !== undefined;
  const made = isAway ? null : await readMadeKeys(services.store, bucket, ledger);
  const selectors = new Set([
    ...[...ledger.signers, ...(made ?? []), ...knownKeys(ledger)].map(({ selector }) => selector),
    ...(await storedSelectors(services.store, bucket, ledger.domain)),
  ]);
  const asked = [...selectors].map((selector) =>
    originsOf(world, services, ledger, { selector, made, isAway }),
  );
  return (await Promise.all(asked)).flat();
}

/** Records of a selector's keys; `made` is `null` if there are none. */
interface Recorded {
  readonly selector: string;
  readonly made: readonly RecordedKey[] | null;
  readonly isAway: boolean;
}

async function originsOf(
  world: World,
  services: Services,
  ledger: Ledger,
  { selector, made, isAway }: Recorded,
): Promise<KeyOrigin[]> {
  const { domain } = ledger;
  const used = knownKeys(ledger).find((each) => each.selector === selector)?.key;
  const object = used ?? {
    bucket: world.environment.keyStoreBucket,
    key: privateKeyObject(domain, selector),
  };
  const [described, head] = await Promise.all([
    describedKey(world, services, ledger, selector),
    services.store.head({ bucket: object.bucket, key: object.key }),
  ]);
  const information = described?.information;
  // SES signs with the key in the ledger, whatever was recorded since.
  const fingerprint = used?.fingerprint ?? information?.fingerprint ?? null;
  const describedAt = information?.fingerprint === fingerprint ? information?.createdAt : undefined;
  const place = s3Uri(object);
  const recorded = (made ?? []).filter((each) => each.selector === selector);
  const own = recorded.find((each) => each.fingerprint === fingerprint);
  const isMade = own !== undefined;
  const earlier = recorded
    .filter((each) => each !== own)
    .map(
      (each): KeyOrigin => ({
        selector,
        fingerprint: each.fingerprint,
        maker: 'function',
        madeAt: each.at,
        place,
      }),
    );
  const current: KeyOrigin = {
    selector,
    fingerprint,
    maker: isMade ? 'function' : makerOf(isAway, made),
    madeAt: isMade ? own.at : (describedAt ?? null),
    place,
    storedAt: head?.lastModified ? iso(head.lastModified.getTime()) : null,
    notifiedAt: information?.notifiedAt ?? null,
  };
  return [...earlier, current];
}

/** Returns the maker of a key that this function has not recorded as its own. */
function makerOf(isAway: boolean, made: readonly RecordedKey[] | null): KeyMaker {
  if (isAway) return 'home';
  return made === null ? 'unrecorded' : 'others';
}
