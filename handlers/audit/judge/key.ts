import type { ObjectStore } from '../../aws/object-store';
import { day, iso } from '../../clock';
import { KEY_LIFETIME_DAYS, KEY_WARNING_DAYS, s3Uri } from '../../contract/contract';
import { CERTIFICATE_CODES, nullOn } from '../../errors/errors';
import type { PublicKey } from '../../keys/format/public-key';
import {
  type AppliedObject,
  agesFrom,
  appliedDescription,
  appliedObject,
  whatIsMissing,
} from '../../keys/state/applied-key';
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
export async function checkKey(audited: Audited, wanted: Wanted): Promise<CheckedKey> {
  const { keyLifetimeDays = KEY_LIFETIME_DAYS } = rotationOf(audited);
  const { world, services, ledger } = audited;
  const [object, described] = await Promise.all([
    appliedObject(services.store, wanted),
    appliedDescription(world, services, ledger, wanted),
  ]);
  const publicKey = described?.publicKey ?? (await appliedKey(audited, wanted.key));
  const madeAt = described ? agesFrom(described.information, ledger, wanted.selector) : object.storedAt;
  return {
    publicKey,
    dates:
      madeAt === undefined
        ? {}
        : { keyMadeAt: iso(madeAt), keyDueAt: iso(keyDueAt(madeAt, keyLifetimeDays)) },
    findings: [
      ...(await judgeObject(services.store, wanted, object)),
      ...(madeAt === undefined ? [] : judgeAge(madeAt, keyLifetimeDays, audited.now)),
    ],
  };
}

/** Asks S3 whether the private key in force exists and is unchanged. */
export const checkObject = async (store: ObjectStore, wanted: Wanted): Promise<readonly Finding[]> =>
  judgeObject(store, wanted, await appliedObject(store, wanted));

async function judgeObject(
  store: ObjectStore,
  wanted: Wanted,
  { state }: AppliedObject,
): Promise<readonly Finding[]> {
  if (state === 'missing') return [finding('KEY_MISSING', await whatIsMissing(store, wanted))];
  return state === 'kept' ? [] : [finding('KEY_REPLACED', { place: s3Uri(wanted.key) })];
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
