import { createSocket } from 'node:dgram';
import { type Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import type { HttpsEndpoint, SocketEndpoint } from './endpoint';
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

/** A connected socket: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
export const openUdp = (
  { address, port }: SocketEndpoint,
  listener: Listener,
): Channel & { send(bytes: Buffer): void } => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let waiting: Buffer | undefined;
  let connected = false;
  let open = true;
  const fail = (error: Error): void => {
    if (open) listener.failed(socketProblem(error));
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => open && listener.message(bytes));
  socket.connect(port, address, ((error?: Error) => {
    if (!open) return;
    if (error) return fail(error);
    connected = true;
    if (waiting) socket.send(waiting);
  }) as () => void);
  return {
    send(bytes) {
      if (connected) socket.send(bytes);
      else waiting = bytes;
    },
    close() {
      if (!open) return;
      open = false;
      socket.close();
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
