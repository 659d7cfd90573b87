import type { ObjectHead, ObjectStore } from '../../aws/object-store';
import { day, iso } from '../../clock';
import { KEY_LIFETIME_DAYS, KEY_WARNING_DAYS, s3Uri } from '../../contract/contract';
import { CERTIFICATE_CODES, nullOn } from '../../errors/errors';
import type { PublicKey } from '../../keys/format/public-key';
import { agesFrom, describedKey } from '../../keys/state/dns-information';
import { whatIsMissing } from '../../keys/state/missing-key';
import { keyDaysLeft, keyDueAt } from '../../keys/state/stages';
import { fetchRecordedKey, type KeyReference } from '../../keys/stored-key';
import type { Wanted } from '../../ledger/ledger';
import { type Finding, finding } from '../findings/finding';
import type { DomainReport } from '../findings/report';
import { type Audited, rotationOf } from '../run/audited';

/** The result of checking a key. */
interface CheckedKey {
  /** Its public half; undefined if neither the key nor its description exists. */
  readonly publicKey: PublicKey | undefined;
  readonly dates: Pick<DomainReport, 'keyMadeAt' | 'keyDueAt'>;
  readonly findings: readonly Finding[];
}

/**
 * Checks whether the key exists, is unchanged, and is not too old. Takes its public half from the record's description, and
 * reads the private key only if there is none.
 */
export async function checkKey(audited: Audited, { selector, key }: Wanted): Promise<CheckedKey> {
  const { keyLifetimeDays = KEY_LIFETIME_DAYS } = rotationOf(audited);
  const place = { bucket: key.bucket, key: key.key };
  const [head, described] = await Promise.all([
    audited.services.store.head(place),
    describedKey(audited.world, audited.services, audited.ledger, selector),
  ]);
  const ours = described?.publicKey.fingerprint === key.fingerprint ? described : undefined;
  const publicKey = ours?.publicKey ?? (await appliedKey(audited, key));
  const madeAt = ours ? agesFrom(ours.information, audited.ledger, selector) : head?.lastModified?.getTime();
  return {
    publicKey,
    dates:
      madeAt === undefined
        ? {}
        : { keyMadeAt: iso(madeAt), keyDueAt: iso(keyDueAt(madeAt, keyLifetimeDays)) },
    findings: [
      ...(await judgeObject(audited.services.store, { selector, key }, head)),
      ...(madeAt === undefined ? [] : judgeAge(madeAt, keyLifetimeDays, audited.now)),
    ],
  };
}

/** Asks S3 whether the private key in force exists and is unchanged. */
export const checkObject = async (store: ObjectStore, wanted: Wanted): Promise<readonly Finding[]> =>
  judgeObject(store, wanted, await store.head({ bucket: wanted.key.bucket, key: wanted.key.key }));

/** Judges the private key's object. @param found `null` if there is none */
async function judgeObject(
  store: ObjectStore,
  wanted: Wanted,
  found: ObjectHead | null,
): Promise<readonly Finding[]> {
  if (found === null) return [finding('KEY_MISSING', await whatIsMissing(store, wanted))];
  return found.etag === wanted.key.etag ? [] : [finding('KEY_REPLACED', { place: s3Uri(wanted.key) })];
}

/** Returns the public half of the applied private key, if S3 still has it. */
async function appliedKey({ world, services }: Audited, key: KeyReference): Promise<PublicKey | undefined> {
  const found = await nullOn(fetchRecordedKey(services.store, world.redactor, key), ...CERTIFICATE_CODES);
  return found?.reference.fingerprint === key.fingerprint ? found.key.publicKey : undefined;
}

function judgeAge(madeAt: number, lifetimeDays: number, now: number): Finding[] {
  const left = keyDaysLeft(madeAt, now, lifetimeDays);
  if (left > KEY_WARNING_DAYS) return [];
  const dates = { madeOn: day(madeAt), dueOn: day(keyDueAt(madeAt, lifetimeDays)) };
  return left < 0
    ? [finding('KEY_OVERDUE', { ...dates, lifetimeDays })]
    : [finding('KEY_DUE', { ...dates, daysLeft: left })];
}
