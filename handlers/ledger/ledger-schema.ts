/** Validates the ledgers in S3. The meaning of each field is in ledger.ts. */
import * as z from 'zod/mini';
import type { VerificationInfo } from '../aws/email-identity';
import {
  DOMAIN_PATTERN,
  type GateSettings,
  REGION_PATTERN,
  type RotationSettings,
  SELECTOR_PATTERN,
} from '../contract/contract';
import { boolean, gate, int, number, rotation, string, text } from '../contract/event-schema';
import type * as ledger from './ledger';
import { HISTORY_EVENTS } from './ledger';

/** The schema of each field of an interface: it does not compile if a field is in one of the two alone. */
type Fields<T> = { readonly [Field in keyof Required<T>]: z.ZodMiniType<T[Field]> };

/**
 * Keeps fields that it does not know, since a newer function may have written them: after that function was rolled back,
 * an open change must still be reverted.
 */
const record = <T>(fields: Fields<T>) => z.looseObject(fields);

const optionalString = z.optional(string);
const atMost = (longest: number) => string.check(z.maxLength(longest));
const time = number.check(z.gte(0), z.lte(8.64e15));
const count = int.check(z.gte(0));
const domain = text(DOMAIN_PATTERN, 'a domain name');
const selector = text(SELECTOR_PATTERN, 'a selector');
/** Nothing in a name may end a line or steer a terminal. */
const name = text(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,1024}$/u, 'one line of text, at most 1024 characters');
const transaction = name.check(z.maxLength(128));
const writeId = atMost(128);
const driftToken = z.optional(name.check(z.maxLength(256)));

const key = record<ledger.Wanted['key']>({
  bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  key: name,
  versionId: z.optional(name),
  etag: atMost(256),
  fingerprint: atMost(128),
});

const restoration = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('easy-dkim') }),
  z.looseObject({ kind: z.literal('byodkim'), selector, key }),
  z.looseObject({ kind: z.literal('disable'), reason: string }),
]) satisfies z.ZodMiniType<ledger.Restoration>;

const snapshot = record<ledger.Snapshot>({
  observedAt: time,
  origin: name,
  selector: z.optional(name),
  enabled: boolean,
  status: name,
  tokens: z.array(atMost(255)).check(z.maxLength(20)),
  restoration,
});

const wanted = record<ledger.Wanted>({ selector, key });

const owner = record<ledger.Owner>({
  transaction,
  wanted,
  gate: z.optional(record<GateSettings>(gate.shape)),
  rotation: z.optional(record<RotationSettings>(rotation.shape)),
  heal: z.optional(z.looseObject({ dnsRecords: name })),
  mailFrom: z.optional(z.looseObject({ domain, onMxFailure: z.enum(['use-default', 'reject']) })),
  driftToken,
  confirmed: boolean,
  replaces: z.optional(transaction),
});

const result = record<ledger.ChangeResult>({
  statusCode: z.literal(200),
  message: string,
  domain: string,
  selector: string,
  final_dkim_status: string,
  signing_origin: string,
  timestamp: string,
  automation_type: z.enum(['terraform', 'lambda_extension']),
  transaction: string,
  changed: boolean,
  fingerprint: string,
  key_version: optionalString,
  unverified_seconds: z.optional(number),
  reverts_at: optionalString,
  retiring: z.optional(z.looseObject({ selector, until: string })),
  warnings: z.array(string),
});

const open = record<ledger.Open>({
  transaction,
  source: z.enum(['terraform', 'direct']),
  wanted,
  owner: z.nullable(owner),
  phase: z.enum(['opened', 'applied']),
  previous: snapshot,
  armed: z.nullable(
    record<ledger.Arming>({
      number: int,
      schedule: text(/^[0-9A-Za-z-_.]{1,64}$/, 'the name of a schedule'),
      at: time,
    }),
  ),
  startedAt: time,
  result: z.optional(result),
  appliedBy: z.optional(writeId),
  putAt: z.optional(time),
  verifyBy: z.optional(time),
  checks: z.optional(count),
});

const lastRevert = record<ledger.LastRevert>({
  undid: z.array(transaction).check(z.maxLength(1000)),
  restored: z.nullable(transaction),
  driftToken,
  at: time,
});

const unverified = record<ledger.Unverified>({
  transaction,
  selector,
  at: time,
  minutes: number,
  status: name,
  verification: z.optional(
    record<VerificationInfo>({
      errorType: optionalString,
      lastCheckedAt: optionalString,
      lastSuccessAt: optionalString,
      primaryNameServer: optionalString,
      soaSerial: optionalString,
    }),
  ),
  times: int.check(z.gte(1)),
  signed: boolean,
});

const seen = record<ledger.Seen>({
  status: name,
  enabled: boolean,
  person: z.nullable(z.enum(['set-anew', 'switched-off', 'unknown'])),
});

const historyEntry = record<ledger.HistoryEntry>({
  at: string,
  event: z.enum(HISTORY_EVENTS),
  transaction: string,
  selector: optionalString,
  detail: optionalString,
});

const call = record<ledger.CallOfOthers>({ call: name, words: atMost(4096) });
const signer = record<ledger.Signer>({ selector, since: z.nullable(time), stoppedAt: z.nullable(time) });
const lease = record<ledger.Lease>({ holder: name, acquiredAt: time, expiresAt: time });

/** A known field of another form is refused. */
export const ledgerSchema = record<ledger.Ledger>({
  format: z.literal(1),
  domain,
  region: text(REGION_PATTERN, 'an AWS region'),
  writeId,
  lease: z.nullable(lease),
  baseline: z.nullable(snapshot),
  owner: z.nullable(owner),
  inForce: z.nullable(wanted),
  open: z.nullable(open),
  lastRevert: z.nullable(lastRevert),
  unverified: z._default(z.nullable(unverified), null),
  seen: z._default(z.nullable(seen), null),
  callsOfOthers: z._default(z.array(call).check(z.maxLength(20)), []),
  changedByOthersAt: z._default(z.nullable(time), null),
  signers: z._default(z.array(signer).check(z.maxLength(20)), []),
  records: z._default(z.array(selector).check(z.maxLength(100)), []),
  destroyBegun: z.nullable(transaction),
  recreated: z._default(z.array(transaction).check(z.maxLength(100)), []),
  regated: z._default(z.array(transaction).check(z.maxLength(100)), []),
  armings: count,
  settledAt: z._default(z.nullable(time), null),
  history: z.array(historyEntry).check(z.maxLength(50)),
}) satisfies z.ZodMiniType<ledger.Ledger>;
