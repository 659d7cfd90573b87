import { createSocket } from 'node:dgram';
import { type Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { formatEndpoint, type HttpsEndpoint, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { PlainProblem, Problem } from './outcome';

/** A way for messages to one server and back. */
export interface Channel {
  close(): void;
}

/** Is told what comes of it; nothing after `close`. */
export interface Listener {
  message(bytes: Buffer): void;
  failed(problem: Problem): void;
}

/** A process that was stopped for a while (as Lambda does) first reads what has come meanwhile. */
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

/** What an error of a socket says of the server, or of this machine. */
const socketProblem = (error: NodeJS.ErrnoException): Problem => {
  const kind = SOCKET_ERRORS[error.code ?? ''];
  return kind ? { kind } : { kind: 'socket', code: error.code ?? 'unknown error' };
};

/** A listener on a UDP socket that others share. */
export interface UdpListener extends Listener {
  /** Whether it has sent a question with this id. */
  hasSent(id: number): boolean;
}

export type OpenUdp = (
  server: SocketEndpoint,
  listener: UdpListener,
) => Channel & { send(bytes: Buffer): void };

/**
 * Connected sockets, one for all open questions to a server: to open one costs more than to ask. The kernel drops datagrams
 * from elsewhere, and reports a closed port at once.
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

/** A message with its length before it, put together as it comes: each octet is copied once. */
class Incoming {
  private readonly head = Buffer.alloc(2);
  private body: Buffer | undefined;
  private filled = 0;

  /** @returns the message, once it is whole */
  add(chunk: Buffer): Buffer | undefined {
    let rest = chunk;
    if (!this.body) {
      const taken = rest.copy(this.head, this.filled);
      this.filled += taken;
      rest = rest.subarray(taken);
      if (this.filled < 2) return undefined;
      this.body = Buffer.alloc(this.head.readUInt16BE(0));
      this.filled = 0;
    }
    this.filled += rest.copy(this.body, this.filled);
    return this.filled === this.body.length ? this.body : undefined;
  }
}

export const openTcp = ({ address, port }: SocketEndpoint, query: Buffer, listener: Listener): Channel => {
  const socket = connect(port, address);
  const incoming = new Incoming();
  let open = true;
  const fail = (problem: Problem): void => {
    if (open) listener.failed(problem);
  };
  socket.setNoDelay(true);
  socket.on('connect', () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
  socket.on('data', (chunk) => {
    const message = open ? incoming.add(chunk) : undefined;
    if (message) listener.message(message);
  });
  socket.on('end', () => fail({ kind: 'hangs-up' }));
  socket.on('error', (error) => fail(socketProblem(error)));
  return {
    close() {
      open = false;
      socket.destroy();
    },
  };
};

const MEDIA_TYPE = 'application/dns-message';

/**
 * DNS over HTTPS (RFC 8484), for networks where port 53 is closed. Redirections are not followed: they would lead to
 * somebody who was not named.
 */
export const openHttps = (
  { url }: HttpsEndpoint,
  body: Buffer,
  agent: Agent,
  listener: Listener,
): Channel => {
  let open = true;
  let isWhole = false;
  const fail = (problem: Problem): void => {
    if (open) listener.failed(problem);
  };
  const sent = request(url, {
    method: 'POST',
    agent,
    headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': body.length },
  });
  sent.on('error', (error) => fail(socketProblem(error)));
  sent.on('response', (response) => {
    if (response.statusCode !== 200) {
      response.resume();
      return fail({ kind: 'http-status', status: response.statusCode ?? 0 });
    }
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LIMITS.messageBytes) return fail({ kind: 'limit', limit: 'messageBytes' });
      chunks.push(chunk);
    });
    response.on('error', (error) => fail(socketProblem(error)));
    response.on('end', () => {
      isWhole = true;
      if (open) listener.message(Buffer.concat(chunks));
    });
  });
  sent.end(body);
  return {
    close() {
      open = false;
      // A connection whose answer is whole serves the next question.
      if (!isWhole) sent.destroy();
    },
  };
};
