import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import { ByodkimError } from '../errors';
import type { RsaPublicKey } from '../key/public-key';
import { conclude } from './conclusion';
import { type Endpoint, parseEndpoint } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import type { GateOutcome } from './outcome';
import { Prover } from './prover';
import { defaultResolvers } from './resolvers';

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
  /** `ip:port`; replaces the default resolvers (the machine's own, then public ones). An empty list asks none. */
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
  /** The machine's own resolvers, for where none are given. @default those of `node:dns` */
  readonly systemResolvers?: () => readonly string[];
  /** A label that nobody has published. @default a random one */
  readonly randomLabel?: () => string;
}

/** Between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** A round that is cut short knows less than the one before it: none is begun with less than this left. */
const ROUND_MS = 4000;

const endpoints = (field: string, list: readonly string[], port: number): Endpoint[] =>
  list.map((text) => {
    const endpoint = parseEndpoint(text, port);
    if (endpoint) return endpoint;
    throw new ByodkimError(
      'VALIDATION_ERROR',
      `gate.${field}: ${JSON.stringify(text)} is no address of a DNS server. Expected ip:port, e.g. 192.0.2.53:53 ` +
        'or [2001:db8::53]:53.',
      { field: `gate.${field}`, found: text },
    );
  });

const readServers = (
  request: GateRequest,
  world: GateWorld,
): Record<'nameservers' | 'resolvers', Endpoint[]> => {
  const port = world.dnsPort ?? 53;
  const nameservers = endpoints('nameservers', request.nameservers ?? [], port);
  const resolvers = request.resolvers
    ? endpoints('resolvers', request.resolvers, port)
    : defaultResolvers(world.systemResolvers).flatMap((text) => parseEndpoint(text) ?? []);
  if (resolvers.length === 0 && (request.mode === 'recursive' || nameservers.length === 0)) {
    throw new ByodkimError(
      'VALIDATION_ERROR',
      request.mode === 'recursive'
        ? 'gate.resolvers is empty, and gate.mode is recursive: there is nobody to ask. List one resolver at least.'
        : 'gate.resolvers is empty, and gate.nameservers is not given: without a resolver the servers of the zone cannot be found. List one of them at least.',
      { field: 'gate.resolvers' },
    );
  }
  return { nameservers, resolvers };
};

/**
 * Proves that the DKIM record is published on every server of its zone and of the key given, or says what is missing.
 * Asks again until it is, for `waitSeconds` at most. Nothing is changed anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` makes an error of it
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const proveRecord = async (request: GateRequest, world: GateWorld): Promise<GateOutcome> => {
  const prover = new Prover(
    { ...request, ...readServers(request, world) },
    {
      exchange: world.exchange ?? createExchange(),
      port: world.dnsPort ?? 53,
      randomLabel: world.randomLabel ?? (() => `x${randomBytes(8).toString('hex')}`),
      remainingMs: () => world.remainingMs(),
      signal: world.signal,
    },
  );
  const { clock, signal } = world;
  const until = clock.now() + request.waitSeconds * 1000;
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let rounds = 1; ; rounds += 1) {
    const findings = await prover.round();
    const left = Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
    if (conclude(findings, rounds).ready) return conclude(findings, rounds);
    if (left <= 0) return conclude(await prover.explain(findings), rounds);
    await clock.sleep(Math.min(pauseSeconds * 1000, left), signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
};
