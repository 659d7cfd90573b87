/** Defines the schema of a ledger as this function writes it. An unknown field belongs to a later function and is kept. */

import * as z from 'zod/mini';
import { formatValue } from '../contract/input/validation-errors';
import type { ObjectProblem } from '../words/errors/calls';
import type { Ledger } from './ledger';
import { LEDGER_EVENTS } from './states';

/** The last time that a date can hold, in milliseconds since the epoch. */
const LAST_TIME = 8.64e15;

const text = z.string();
const texts = z.array(text);
const flag = z.boolean();
const time = z.number().check(z.minimum(-LAST_TIME), z.maximum(LAST_TIME));
const count = z.int();

const key = z.looseObject({
  bucket: text,
  key: text,
  versionId: z.optional(text),
  etag: text,
  fingerprint: text,
});
const wanted = z.looseObject({ selector: text, key });
const snapshot = z.looseObject({
  observedAt: time,
  origin: text,
  selector: z.optional(text),
  enabled: flag,
  status: text,
  tokens: texts,
  restoration: z.union([
    z.looseObject({ kind: z.literal('easy-dkim') }),
    z.looseObject({ kind: z.literal('byodkim'), selector: text, key }),
    z.looseObject({ kind: z.literal('disable'), reason: z.union([text, z.looseObject({})]) }),
  ]),
});

/** The request of a stack. It was checked by the schema of events, which may have changed since. */
const gate = z.looseObject({
  nameservers: z.optional(texts),
  resolvers: z.optional(texts),
  mode: z.optional(text),
  strict: z.optional(flag),
});
const sharers = z.array(z.looseObject({ region: text, bucket: text, home: z.optional(flag) }));
const rotation = z.looseObject({
  records: z.optional(texts),
  overlapDays: z.optional(z.number()),
  keyLifetimeDays: z.optional(z.number()),
  delegation: z.optional(z.looseObject({ zone: text, selectors: texts })),
  sharedWith: z.optional(sharers),
});
const owner = z.looseObject({
  transaction: text,
  // An owner from before `Baseline` has none.
  stack: z.optional(text),
  wanted,
  gate: z.optional(gate),
  rotation: z.optional(rotation),
  heal: z.optional(z.looseObject({ dnsRecords: text })),
  senders: z.optional(z.looseObject({ accounts: z.optional(texts), organization: z.optional(text) })),
  mailFrom: z.optional(z.looseObject({ domain: text, onMxFailure: text })),
  driftToken: z.optional(text),
  takenFrom: z.optional(z.looseObject({ stack: z.optional(text), by: text })),
  confirmed: flag,
});

const open = z.looseObject({
  transaction: text,
  source: z.enum(['terraform', 'direct']),
  wanted,
  owner: z.nullable(owner),
  state: z.enum(['opening', 'set', 'waiting', 'undoing']),
  previous: snapshot,
  destroys: z.optional(z.literal(true)),
  armed: z.nullable(z.looseObject({ number: count, schedule: text, at: time })),
  failing: z.optional(
    z.looseObject({
      code: text,
      codes: z.optional(texts),
      since: time,
      at: time,
      notifiedAt: time,
    }),
  ),
  startedAt: time,
  result: z.optional(z.looseObject({ selector: text })),
  putAt: z.optional(time),
  verifyBy: z.optional(time),
  checks: z.optional(count),
});

/** Parts on which decisions depend. Without one of these, nothing may be done. */
const DECIDING = {
  writeId: text,
  baseline: z.nullable(snapshot),
  owner: z.nullable(owner),
  inForce: z.nullable(wanted),
  open: z.nullable(open),
  lastRevert: z.nullable(z.looseObject({ transaction: text, at: time })),
  signers: z.array(
    z.looseObject({
      selector: text,
      bucket: z.optional(text),
      since: z.nullable(time),
      stoppedAt: z.nullable(time),
    }),
  ),
  asked: texts,
  records: texts,
  sharers,
  stacks: texts,
  deleted: texts,
  armings: count,
  settledAt: z.nullable(time),
  last: z.nullable(z.looseObject({ event: z.enum(LEDGER_EVENTS), at: time })),
};

/** Additional records. A part that cannot be read counts as unknown. */
const NOTED = {
  lease: z.nullable(z.looseObject({ holder: text, acquiredAt: time, expiresAt: time })),
  unverified: z.nullable(
    z.looseObject({
      transaction: text,
      selector: text,
      at: time,
      minutes: z.number(),
      status: text,
      verification: z.optional(
        z.looseObject({
          errorType: z.optional(text),
          lastCheckedAt: z.optional(text),
          lastSuccessAt: z.optional(text),
          primaryNameServer: z.optional(text),
          soaSerial: z.optional(text),
        }),
      ),
      times: count,
      signed: flag,
    }),
  ),
  seen: z.nullable(
    z.looseObject({
      status: text,
      enabled: flag,
      person: z.nullable(z.enum(['set-anew', 'switched-off', 'unknown'])),
    }),
  ),
  removals: z.array(z.looseObject({ selector: text, askedAt: time })),
  callsOfOthers: z.array(z.looseObject({ call: text, caller: z.optional(text), time: z.optional(text) })),
  changedByOthersAt: z.nullable(time),
  history: z.array(
    // A later function may write further events.
    z.looseObject({
      at: z.iso.datetime(),
      event: text,
      transaction: text,
      selector: z.optional(text),
      detail: z.optional(text),
    }),
  ),
};

/** Parts of a ledger on which no decision depends. */
export type NotedPart = keyof typeof NOTED;

type Read =
  | { readonly ledger: Ledger; readonly unknown: readonly NotedPart[] }
  | { readonly problem: ObjectProblem };

/**
 * Reads a ledger of this place.
 * @param empty the empty ledger of a place, whose fields replace those that an earlier function did not have
 */
export function readLedgerText(body: Uint8Array, empty: Ledger): Read {
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return { problem: { kind: 'not-json' } };
  }
  const schema = z.looseObject({
    format: z.literal(empty.format),
    domain: z.literal(empty.domain),
    region: z.literal(empty.region),
    ...DECIDING,
  });
  const read = z.safeParse(schema, isObject(found) ? { ...empty, ...found, ...fixedIn(found) } : found);
  if (!read.success) return { problem: problemOf(read.error.issues[0]!, found) };
  const noted = Object.entries(NOTED) as [NotedPart, z.ZodMiniType][];
  const unknown = noted.flatMap(([part, of]) => (z.safeParse(of, read.data[part]).success ? [] : [part]));
  const nothing = Object.fromEntries(unknown.map((part) => [part, empty[part]]));
  return { ledger: { ...read.data, ...nothing } as unknown as Ledger, unknown };
}

/** Fields that every ledger has. An object without them is not ours. */
const fixedIn = ({ format, domain, region }: Record<string, unknown>) => ({ format, domain, region });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only the reader of the error distinguishes formats. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function problemOf(issue: z.core.$ZodIssue, found: unknown): ObjectProblem {
  const path = issue.path.map(String);
  const value = path.reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], found);
  const field = path.length === 0 ? 'format' : path.join('.');
  return { kind: 'field', field, expected: expectedBy(issue), found: formatValue(value) };
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.path.length === 0) return '1';
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((each) => JSON.stringify(each)).join(' or ');
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return 'what this function writes';
  return issue.origin === 'int' ? 'a whole number' : 'a time';
}
