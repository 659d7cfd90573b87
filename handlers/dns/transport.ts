/** Sends messages to one server. What is sent ends with its signal, and fails with a `TransportError` or an error of the socket. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { formatEndpoint, type HttpsEndpoint, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { PlainProblem, Problem } from './outcome';
import { uint16s } from './wire';

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
export const problemOf = (error: unknown): Problem => {
  if (error instanceof TransportError) return error.problem;
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return SOCKET_ERRORS[code] ? { kind: SOCKET_ERRORS[code] } : { kind: 'socket', code };
};

/** Delays a deadline's action until sockets were read: a process that was stopped for a while (as Lambda does) has answers waiting. */
export const afterReading = (act: () => void) => (): void => {
  setImmediate(act);
};

/** Receives what comes back over a UDP socket that several questions share. */
export interface UdpListener {
  /** Returns whether it has sent a question with this id. */
  hasSent(id: number): boolean;
  message(bytes: Buffer): void;
  failed(error: Error): void;
}

/** Returns what sends a datagram to the server. */
export type OpenUdp = (
  server: SocketEndpoint,
  listener: UdpListener,
  signal: AbortSignal,
) => (bytes: Buffer) => void;

/**
 * Opens connected sockets, one for all open questions to a server, since opening costs more than asking. The kernel drops
 * datagrams from elsewhere, and reports a closed port at once.
 */
export const createUdp = (): OpenUdp => {
  const sockets = new Map<string, OpenSocket>();
  return (server, listener, signal) => {
    const key = formatEndpoint(server);
    const shared = sockets.get(key) ?? openSocket(server, () => sockets.delete(key));
    sockets.set(key, shared);
    return shared(listener, signal);
  };
};

type OpenSocket = ReturnType<typeof openSocket>;

const openSocket = ({ address, port }: SocketEndpoint, onClose: () => void) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const listeners = new Set<UdpListener>();
  const closed = new Set<UdpListener>();
  let waiting: Buffer[] | undefined = [];
  const fail = (error: Error): void => {
    for (const listener of [...listeners]) listener.failed(error);
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => {
    const id = bytes.length < 2 ? -1 : bytes.readUInt16BE(0);
    const isMeant = (listener: UdpListener): boolean => listener.hasSent(id);
    const meant = [...listeners].filter(isMeant);
    // A second reply to a question that was sent twice is no stray.
    if (meant.length === 0 && [...closed].some(isMeant)) return;
    for (const listener of meant.length > 0 ? meant : [...listeners]) listener.message(bytes);
  });
  socket.connect(port, address, ((error?: Error) => {
    if (listeners.size === 0) return;
    if (error) return fail(error);
    for (const bytes of waiting ?? []) socket.send(bytes);
    waiting = undefined;
  }) as () => void);
  return (listener: UdpListener, signal: AbortSignal) => {
    listeners.add(listener);
    signal.addEventListener('abort', () => {
      closed.add(listener);
      listeners.delete(listener);
      if (listeners.size > 0) return;
      onClose();
      socket.close();
    });
    return (bytes: Buffer): void => {
      if (waiting) waiting.push(bytes);
      else if (listeners.has(listener)) socket.send(bytes);
    };
  };
};

/** Sends a query over TCP, and returns the message that comes back. */
export const sendOverTcp = async (
  { address, port }: SocketEndpoint,
  query: Buffer,
  signal: AbortSignal,
): Promise<Buffer> => {
  const socket = connect({ host: address, port, noDelay: true, signal });
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
};

const MEDIA_TYPE = 'application/dns-message';

/**
 * Sends a query over HTTPS (RFC 8484), for networks where port 53 is closed, and returns the message that comes back. Does
 * not follow redirects: they would lead to a server that nobody named.
 */
export const sendOverHttps = async (
  { url }: HttpsEndpoint,
  query: Buffer,
  agent: Agent,
  signal: AbortSignal,
): Promise<Buffer> => {
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
};
