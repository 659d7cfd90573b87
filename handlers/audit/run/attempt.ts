/**
 * Records how often a leg of an audit has begun, and the domain that is audited alone. One zone can end the process by its
 * memory or time. Nothing else would then name its domain, and Lambda gives up after the third time.
 */
import * as z from 'zod/mini';
import type { ObjectPlace } from '../../aws/object-store';
import { getJson } from '../../aws/stored-json';
import { AUDIT_PREFIX } from '../../contract/contract';
import type { Place } from '../../contract/input/event';
import { type DomainReport, uncheckedDomain } from '../findings/report';
import type { Run } from './audited';

/** Number of times that Lambda begins one invocation. */
export const MOST_ATTEMPTS = 3;

export interface LegAttempt {
  /** Number of this attempt, beginning with 1. */
  readonly times: number;
  /** Reports of the domains at which earlier attempts ended. */
  readonly killed: readonly DomainReport[];
  /** Records the domain that is audited alone, or undefined if there is none. */
  note(place: Place | undefined): Promise<void>;
}

const place = z.object({ domain: z.string(), region: z.string() });
const NOTE = z.object({
  /** The invocation's id, which its repetitions share. */
  invocation: z.string(),
  times: z.number(),
  at: z.optional(place),
  killers: z.array(place),
});
type Note = z.infer<typeof NOTE>;

/** It is larger than the record of an audit that ends at each of its domains. */
const MOST_BYTES = 1_000_000;

/**
 * Starts one attempt within this invocation. An invocation whose caller only reads or waits for the answer is not repeated.
 */
export async function beginAttempt({ world, services, request }: Run): Promise<LegAttempt> {
  if (request.readOnly || !(request.scheduled || request.continues))
    return { times: 1, killed: [], note: async () => {} };
  const { store } = services;
  const object: ObjectPlace = { bucket: world.environment.keyStoreBucket, key: `${AUDIT_PREFIX}leg.json` };
  const { value } = await getJson<Note>(
    store,
    object,
    MOST_BYTES,
    (found) => z.safeParse(NOTE, found).success,
  );
  const earlier = value?.invocation === world.invocation ? value : undefined;
  const begun: Note = {
    invocation: world.invocation,
    times: (earlier?.times ?? 0) + 1,
    killers: [...(earlier?.killers ?? []), ...(earlier?.at ? [earlier.at] : [])],
  };
  const write = async (note: Note): Promise<void> => {
    await store.put(object, JSON.stringify(note), { contentType: 'application/json' });
  };
  await write(begun);
  return {
    times: begun.times,
    killed: begun.killers.map((each) => uncheckedDomain(each, 'NOT_CHECKED', { kind: 'killed' })),
    note: (at) => write(at === undefined ? begun : { ...begun, at }),
  };
}
