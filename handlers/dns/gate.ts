import type { Clock } from '../clock';
import { recordValue } from '../contract';
import { ByodkimError } from '../errors';
import type { RsaPublicKey } from '../key/public-key';
import { readTxtReply } from './answer';
import { agreed, conclude, type Findings } from './conclusion';
import { type Endpoint, parseEndpoint } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { type Asked, judge, serverVerdict } from './judge';
import type { GateOutcome, ServerVerdict } from './outcome';

export interface GateRequest {
  /** In A-labels, lower case, without a trailing dot. */
  readonly domain: string;
  readonly selector: string;
  /** Name of the TXT record: `<selector>._domainkey.<domain>`. */
  readonly recordName: string;
  /** The public half of the key that SES is to sign with. */
  readonly expected: RsaPublicKey;
  readonly mode: 'authoritative' | 'recursive';
  /** `ip:port`; replaces the discovery of the zone's servers. */
  readonly nameservers?: readonly string[];
  /** `ip:port`; replaces the default resolvers. An empty list asks none. */
  readonly resolvers?: readonly string[];
  /** How long to repeat while the record is not there; 0 asks once. */
  readonly waitSeconds: number;
}

export interface GateWorld {
  readonly clock: Clock;
  /** Milliseconds that the gate may still use; what comes after the gate has its own share already taken off. */
  remainingMs(): number;
  /** Ends the proof: `proveRecord` then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Port of discovered servers, and of listed ones without a port. @default 53 */
  readonly dnsPort?: number;
  /** How one question is asked. @default UDP and TCP sockets */
  readonly exchange?: Exchange;
}

/** Seconds between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

const endpoints = (field: string, list: readonly string[], port: number): Endpoint[] =>
  list.map((text) => {
    const endpoint = parseEndpoint(text, port);
    if (endpoint) return endpoint;
    throw new ByodkimError(
      'VALIDATION_ERROR',
      `gate.${field}: ${JSON.stringify(text)} is no address of a DNS server. Expected ip:port, e.g. 192.0.2.53:53 or [2001:db8::53]:53.`,
      { field: `gate.${field}`, found: text },
    );
  });

/**
 * Proves that the DKIM record is published, or says what is missing. Nothing is changed anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` makes an error of it
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const proveRecord = async (request: GateRequest, world: GateWorld): Promise<GateOutcome> => {
  const port = world.dnsPort ?? 53;
  const exchange = world.exchange ?? createExchange();
  const nameservers = endpoints('nameservers', request.nameservers ?? [], port);
  const resolvers = endpoints('resolvers', request.resolvers ?? [], port);

  const askOne = async (asked: Asked): Promise<ServerVerdict> => {
    const recursionDesired = asked.role === 'recursive';
    const result = await exchange(
      asked.endpoint,
      { name: request.recordName, type: 'TXT', recursionDesired },
      world.signal,
    );
    const answer =
      'reply' in result
        ? readTxtReply(result.reply, request.recordName, asked.role)
        : ({ kind: 'failure', problem: result.problem } as const);
    return serverVerdict(asked, judge(answer, request.expected), result);
  };
  const askAll = (list: readonly Endpoint[], role: Asked['role']): Promise<ServerVerdict[]> =>
    Promise.all(list.map((endpoint) => askOne({ endpoint, role })));

  const round = async (): Promise<Findings> => {
    const authoritative = request.mode === 'authoritative' ? await askAll(nameservers, 'authoritative') : [];
    const recursive =
      request.mode === 'recursive' || agreed(authoritative) ? await askAll(resolvers, 'recursive') : [];
    return {
      mode: request.mode,
      recordName: request.recordName,
      domain: request.domain,
      expectedFingerprint: request.expected.fingerprint,
      expectedValue: recordValue(request.expected.spki),
      servers: [...authoritative, ...recursive],
      hints: [],
      warnings: [],
    };
  };

  const until = world.clock.now() + request.waitSeconds * 1000;
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let rounds = 1; ; rounds += 1) {
    const outcome = conclude(await round(), rounds);
    world.signal?.throwIfAborted();
    const left = Math.min(until - world.clock.now(), world.remainingMs());
    if (outcome.ready || left <= 0) return outcome;
    await world.clock.sleep(Math.min(pauseSeconds * 1000, left), world.signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
};
