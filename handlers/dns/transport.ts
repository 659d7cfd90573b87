/** Sends messages to one server. What is sent ends with its signal, and fails with a `TransportError` or an error of the socket. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { uint16s } from './codec';
import { formatEndpoint, type HttpsEndpoint, type SocketEndpoint } from './endpoint';
import { LIMITS, SOCKETS } from './limits';
import type { PlainProblem, Problem } from './outcome';

class TransportError extends Error {
  constructor(readonly problem: Problem) {
    super();
  }
}

const SOCKET_ERRORS: Readonly<Record<string, PlainProblem>> = {
  ECONNREFUSED: 'port-closed',
  ECONNRESET: 'hangs-up',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-address-of-its-kind',
  EAFNOSUPPORT: 'no-address-of-its-kind',
  EACCES: 'not-let-out',
  EPERM: 'not-let-out',
};

/** Returns the problem of the server, or of this machine, that an error stands for. */
export function problemOf(error: unknown): Problem {
  if (error instanceof TransportError) return error.problem;
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return SOCKET_ERRORS[code] ? { kind: SOCKET_ERRORS[code] } : { kind: 'socket', code };
}

/** Limits how many sockets of a kind the process has open at once, over all proofs. Further ones wait in turn. */
class Places {
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {}

  /**
   * Waits for a place. Throws the signal's reason.
   * @returns what gives it back
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.free > 0) this.free -= 1;
    else
      await new Promise<void>((resolve, reject) => {
        this.waiting.add(resolve);
        signal.addEventListener('abort', () => this.waiting.delete(resolve) && reject(signal.reason));
      });
    return () => {
      const [next] = this.waiting;
      if (next === undefined) this.free += 1;
      else this.waiting.delete(next);
      next?.();
    };
  }
}

const UDP_PLACES = new Places(SOCKETS.udp);
const TCP_PLACES = new Places(SOCKETS.tcp);

/** Receives what comes back over a UDP socket that several questions share. */
export interface UdpListener {
  message(bytes: Buffer): void;
  failed(error: Error): void;
}

/** The UDP sockets of one proof, one for all open questions to a server, since opening costs more than asking. */
export class UdpSockets {
  private readonly sockets = new Map<string, UdpSocket>();

  /**
   * Waits for a socket to the server, and listens until the signal ends that.
   * @returns what sends a datagram
   */
  join(server: SocketEndpoint, listener: UdpListener, signal: AbortSignal): Promise<(bytes: Buffer) => void> {
    const key = formatEndpoint(server);
    const socket = this.sockets.get(key) ?? new UdpSocket(server, () => this.sockets.delete(key));
    this.sockets.set(key, socket);
    return socket.join(listener, signal);
  }
}

class UdpSocket {
  private readonly listeners = new Set<UdpListener>();
  /** Who has sent a question with an id, those that no longer listen as well. */
  private readonly senders = new Map<number, UdpListener>();
  private readonly ending = new AbortController();
  private readonly connected: Promise<Socket>;

  constructor(
    server: SocketEndpoint,
    private readonly onClose: () => void,
  ) {
    this.connected = this.connect(server);
  }

  async join(listener: UdpListener, signal: AbortSignal): Promise<(bytes: Buffer) => void> {
    this.listeners.add(listener);
    signal.addEventListener('abort', () => this.leave(listener));
    const socket = await this.connected;
    return (bytes) => {
      if (!this.listeners.has(listener)) return;
      this.senders.set(bytes.readUInt16BE(0), listener);
      socket.send(bytes);
    };
  }

  private leave(listener: UdpListener): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    this.onClose();
    this.ending.abort();
  }

  /** Connects it: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
  private async connect({ address, port }: SocketEndpoint): Promise<Socket> {
    const { signal } = this.ending;
    const giveBack = await UDP_PLACES.take(signal);
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', signal });
    socket.on('close', giveBack);
    socket.on('error', (error) => {
      for (const listener of this.listeners) listener.failed(error);
    });
    socket.on('message', (bytes) => this.pass(bytes));
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    return socket;
  }

  private pass(bytes: Buffer): void {
    const sender = bytes.length < 2 ? undefined : this.senders.get(bytes.readUInt16BE(0));
    // A second reply to a question that was sent twice is no stray.
    const meant = sender ? [sender].filter((each) => this.listeners.has(each)) : this.listeners;
    for (const listener of meant) listener.message(bytes);
  }
}

/**
 * Waits for a place among the process's TCP sockets, sends a query, and returns the message that comes back.
 * @param begun runs when the place is there: what waits for the answer may count its time from then on
 */
export async function sendOverTcp(
  { address, port }: SocketEndpoint,
  query: Buffer,
  signal: AbortSignal,
  begun?: () => void,
): Promise<Buffer> {
  const giveBack = await TCP_PLACES.take(signal);
  begun?.();
  const socket = connect({ host: address, port, noDelay: true, signal });
  socket.on('close', giveBack);
  socket.write(Buffer.concat([uint16s(query.length), query]));
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of socket) {
    chunks.push(chunk);
    received += chunk.length;
    // The length comes first (RFC 1035 §4.2.2), in one chunk or in two.
    const end =
      received < 2 ? Number.POSITIVE_INFINITY : 2 + Buffer.concat(chunks.slice(0, 2)).readUInt16BE(0);
    if (received >= end) return Buffer.concat(chunks).subarray(2, end);
  }
  throw new TransportError({ kind: 'hangs-up' });
}

const MEDIA_TYPE = 'application/dns-message';

/**
 * Sends a query over HTTPS (RFC 8484), for networks where port 53 is closed, and returns the message that comes back. Does
 * not follow redirects: they would lead to a server that nobody named.
 */
export async function sendOverHttps(
  { url }: HttpsEndpoint,
  query: Buffer,
  agent: Agent,
  signal: AbortSignal,
): Promise<Buffer> {
  const sent = request(url, {
    method: 'POST',
    agent,
    signal,
    headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': query.length },
  });
  // What fails once the response has begun fails its reading.
  sent.on('error', () => {});
  sent.end(query);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) {
    response.resume();
    throw new TransportError({ kind: 'http-status', status: response.statusCode ?? 0 });
  }
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response) {
    received += chunk.length;
    if (received > LIMITS.messageBytes) throw new TransportError({ kind: 'limit', limit: 'messageBytes' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
