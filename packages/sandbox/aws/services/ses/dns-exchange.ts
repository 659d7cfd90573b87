import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import * as dnsPacket from 'dns-packet';

const TIMEOUT_MS = 1000;

/**
 * Asks one server (`ip:port`) one question over UDP with EDNS, and over TCP when the answer is truncated or does not
 * come. Rejects when there is none either way, or the signal is aborted.
 */
export async function askServer(
  server: string,
  name: string,
  type: 'TXT' | 'CNAME' | 'SOA',
  signal: AbortSignal,
): Promise<dnsPacket.DecodedPacket> {
  const [, host = '', port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(server) ?? [];
  const id = randomInt(65_536);
  const edns = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
  } as const;
  const query = dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: [{ ...edns, flag_do: false, options: [] }],
  });
  const exchange = { host, port: Number(port), query, id };
  const within = (ask: typeof askUdp) =>
    untilDeadline(signal, (ended) => ask({ ...exchange, signal: ended }));
  const overUdp = await within(askUdp).catch(() => undefined);
  return overUdp && !overUdp.flag_tc ? overUdp : within(askTcp);
}

interface Exchange {
  readonly host: string;
  readonly port: number;
  readonly query: Buffer;
  readonly id: number;
  /** Ends the exchange: the deadline, or the sandbox closes. */
  readonly signal: AbortSignal;
}

/**
 * Not `AbortSignal.any` with a timeout: up to some releases of Node 22 its timer is garbage before its time is up, and a
 * look-up whose answer was lost never ended.
 */
async function untilDeadline<T>(signal: AbortSignal, ask: (ended: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const end = () => deadline.abort();
  const timer = setTimeout(end, TIMEOUT_MS);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await ask(deadline.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function askUdp({ host, port, query, id, signal }: Exchange): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket({ type: net.isIPv6(host) ? 'udp6' : 'udp4', signal });
    socket.once('close', () => reject(new Error(`no answer from ${host}:${port}`)));
    socket.once('error', () => socket.close());
    socket.on('message', (message) => {
      const answer = decode(message, id);
      if (!answer) return;
      resolve(answer);
      socket.removeAllListeners('message');
      socket.close();
    });
    socket.connect(port, host, () => socket.send(query));
  });
}

function askTcp({ host, port, query, id, signal }: Exchange): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host, signal } as net.NetConnectOpts);
    let received = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`no answer from ${host}:${port}`)));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const answer = decode(received.subarray(2, 2 + received.readUInt16BE(0)), id);
      if (answer) resolve(answer);
      socket.destroy();
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
}

function decode(message: Buffer, id: number): dnsPacket.DecodedPacket | undefined {
  try {
    const answer = dnsPacket.decode(message);
    return answer.id === id && answer.type === 'response' ? answer : undefined;
  } catch {
    return undefined;
  }
}
