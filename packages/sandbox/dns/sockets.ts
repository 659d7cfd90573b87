import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv6, type Socket, type Server as TcpServer } from 'node:net';
import { framed, onFrame } from './frames';

export interface Via {
  readonly transport: 'udp' | 'tcp';
  /** The address that received the question. */
  readonly serverAddress: string;
}

export interface Outgoing {
  readonly bytes: Buffer;
  readonly delayMs?: number;
  /** Sends from a port other than the one that was asked, as a forger would. UDP only. */
  readonly fromElsewhere?: boolean;
}

/** Answers one message; undefined means silence. */
export type Responder = (query: Buffer, via: Via) => Outgoing | undefined | Promise<Outgoing | undefined>;

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** The system chooses a port for one address, and it may be taken on another. Then the next attempt begins. */
const PORT_ATTEMPTS = 30;

const bound = (socket: UdpSocket | TcpServer, bind: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('listening', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve();
    });
    bind();
  });

/** The sockets of one attempt, and the tasks that run on them. */
class Sockets {
  private readonly udp: UdpSocket[] = [];
  private readonly tcp: TcpServer[] = [];
  private readonly connections = new Set<Socket>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  constructor(private readonly respond: Responder) {}

  /** @returns the port, which the system chooses if `port` is 0 */
  async open(address: string, port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (connection) => this.serve(connection, address));
    this.tcp.push(server);
    await bound(server, () => server.listen(port, address));
    const { port: chosen } = server.address() as { port: number };
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', ipv6Only: isIPv6(address) });
    this.udp.push(socket);
    socket.on('message', async (query, { address: clientAddress, port: clientPort }) => {
      const out = await this.respond(query, { transport: 'udp', serverAddress: address });
      if (out) this.later(out.delayMs, () => this.sendUdp(socket, out, clientPort, clientAddress));
    });
    await bound(socket, () => socket.bind(chosen, address));
    return chosen;
  }

  private sendUdp(socket: UdpSocket, out: Outgoing, port: number, address: string): void {
    if (!out.fromElsewhere) {
      socket.send(out.bytes, port, address);
      return;
    }
    const stranger = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    stranger.send(out.bytes, port, address, () => stranger.close());
  }

  private serve(connection: Socket, serverAddress: string): void {
    this.connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => this.connections.delete(connection));
    connection.on('end', () => connection.end());
    onFrame(connection, async (query) => {
      const out = await this.respond(query, { transport: 'tcp', serverAddress });
      if (out) this.later(out.delayMs, () => connection.write(framed(out.bytes)));
    });
  }

  private later(delayMs: number | undefined, act: () => void): void {
    if (this.closed) return;
    if (!delayMs) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, delayMs);
    this.timers.add(timer);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const connection of this.connections) connection.destroy();
    const gone = (socket: UdpSocket | TcpServer): Promise<void> =>
      new Promise((resolve) => {
        try {
          socket.close(() => resolve());
        } catch {
          resolve();
        }
      });
    await Promise.all([...this.udp, ...this.tcp].map(gone));
  }
}

/**
 * Listens over UDP and TCP on one port of all the addresses. With port 0 the system chooses one that is free on all.
 */
export const listen = async (
  addresses: readonly string[],
  port: number,
  respond: Responder,
): Promise<Listening> => {
  for (let attempt = 1; ; attempt += 1) {
    const sockets = new Sockets(respond);
    try {
      let chosen = port;
      for (const address of addresses) chosen = await sockets.open(address, chosen);
      return { port: chosen, close: () => sockets.close() };
    } catch (error) {
      await sockets.close();
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port !== 0 || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
};
