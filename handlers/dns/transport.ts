import { createSocket } from 'node:dgram';
import { type Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { formatEndpoint, type HttpsEndpoint, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { PlainProblem, Problem } from './outcome';
import { uint16s } from './wire';

/** Carries one question to a server. */
export interface Channel {
  close(): void;
}

/** Receives what comes back. */
export interface Listener {
  message(bytes: Buffer): void;
  failed(problem: Problem): void;
}

/** Delays a deadline's action until sockets were read: a process that was stopped for a while (as Lambda does) has answers waiting. */
export const afterReading = (act: () => void) => (): void => {
  setImmediate(act);
};

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

/** Maps an error of a socket to a problem of the server, or of this machine. */
const socketProblem = (error: NodeJS.ErrnoException): Problem => {
  const kind = SOCKET_ERRORS[error.code ?? ''];
  return kind ? { kind } : { kind: 'socket', code: error.code ?? 'unknown error' };
};

/** Listens on a UDP socket that several questions share. */
export interface UdpListener extends Listener {
  /** Returns whether it has sent a question with this id. */
  hasSent(id: number): boolean;
}

export type OpenUdp = (
  server: SocketEndpoint,
  listener: UdpListener,
) => Channel & { send(bytes: Buffer): void };

/**
 * Opens connected sockets, one for all open questions to a server, since opening costs more than asking. The kernel drops
 * datagrams from elsewhere, and reports a closed port at once.
 */
export const createUdp = (): OpenUdp => {
  const sockets = new Map<string, ReturnType<typeof openUdp>>();
  return (server, listener) => {
    const key = formatEndpoint(server);
    const shared = sockets.get(key) ?? openUdp(server, () => sockets.delete(key));
    sockets.set(key, shared);
    return shared.add(listener);
  };
};

const openUdp = ({ address, port }: SocketEndpoint, onClose: () => void) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const listeners = new Set<UdpListener>();
  const closed = new Set<UdpListener>();
  let waiting: Buffer[] | undefined = [];
  const fail = (error: Error): void => {
    for (const listener of [...listeners]) listener.failed(socketProblem(error));
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
  return {
    add(listener: UdpListener) {
      listeners.add(listener);
      return {
        send(bytes: Buffer): void {
          if (waiting) waiting.push(bytes);
          else if (listeners.has(listener)) socket.send(bytes);
        },
        close(): void {
          closed.add(listener);
          if (!listeners.delete(listener) || listeners.size > 0) return;
          onClose();
          socket.close();
        },
      };
    },
  };
};

export const openTcp = ({ address, port }: SocketEndpoint, query: Buffer, listener: Listener): Channel => {
  const socket = connect(port, address);
  const chunks: Buffer[] = [];
  let received = 0;
  socket.setNoDelay(true);
  socket.on('connect', () => socket.write(Buffer.concat([uint16s(query.length), query])));
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (received < 2) return;
    // The length comes first (RFC 1035 §4.2.2), in one chunk or in two.
    const end = 2 + Buffer.concat(chunks.slice(0, 2)).readUInt16BE(0);
    if (received >= end) listener.message(Buffer.concat(chunks).subarray(2, end));
  });
  socket.on('end', () => listener.failed({ kind: 'hangs-up' }));
  socket.on('error', (error) => listener.failed(socketProblem(error)));
  return { close: () => socket.destroy() };
};

const MEDIA_TYPE = 'application/dns-message';

/**
 * Sends a question over HTTPS (RFC 8484), for networks where port 53 is closed. Does not follow redirects: they would lead
 * to a server that nobody named.
 */
export const openHttps = (
  { url }: HttpsEndpoint,
  body: Buffer,
  agent: Agent,
  listener: Listener,
): Channel => {
  let isWhole = false;
  const fail = (error: Error): void => listener.failed(socketProblem(error));
  const sent = request(url, {
    method: 'POST',
    agent,
    headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': body.length },
  });
  sent.on('error', fail);
  sent.on('response', (response) => {
    if (response.statusCode !== 200) {
      response.resume();
      return listener.failed({ kind: 'http-status', status: response.statusCode ?? 0 });
    }
    const chunks: Buffer[] = [];
    let received = 0;
    response.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > LIMITS.messageBytes) return listener.failed({ kind: 'limit', limit: 'messageBytes' });
      chunks.push(chunk);
    });
    response.on('error', fail);
    response.on('end', () => {
      isWhole = true;
      listener.message(Buffer.concat(chunks));
    });
  });
  sent.end(body);
  return {
    close() {
      // A connection whose answer is whole serves the next question.
      if (!isWhole) sent.destroy();
    },
  };
};
