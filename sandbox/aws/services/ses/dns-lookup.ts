import dgram from 'node:dgram';
import net from 'node:net';
import * as dnsPacket from 'dns-packet';

/** What a look-up found, in the words of SES's `VerificationInfo.ErrorType` where it failed. */
export type LookupResult =
  | { readonly values: readonly string[] }
  | { readonly failure: 'HOST_NOT_FOUND' | 'TYPE_NOT_FOUND' | 'DNS_SERVER_ERROR' };

export type Lookup = (name: string, type: 'TXT' | 'CNAME') => Promise<LookupResult>;

const TIMEOUT_MS = 1000;
const MAX_CNAMES = 8;

/** SES's own resolver: asks the given servers (`ip:port`) in turn until one answers, over UDP and then TCP. */
export function createLookup(servers: readonly string[]): Lookup {
  const ask = async (name: string, type: 'TXT' | 'CNAME'): Promise<dnsPacket.DecodedPacket | undefined> => {
    for (const server of servers) {
      const answer = await askServer(server, name, type).catch(() => undefined);
      const rcode = (answer as { rcode?: string } | undefined)?.rcode;
      if (answer && (rcode === 'NOERROR' || rcode === 'NXDOMAIN')) return answer;
    }
    return undefined;
  };

  return async (name, type) => {
    let current = name.toLowerCase();
    for (let hops = 0; hops <= MAX_CNAMES; hops++) {
      const answer = await ask(current, type);
      if (!answer) return { failure: 'DNS_SERVER_ERROR' };
      const owned = (wanted: string) =>
        (answer.answers ?? []).filter(
          (record) => record.type === wanted && record.name.toLowerCase() === current,
        ) as any[];
      const records = owned(type);
      if (records.length > 0) return { values: records.map((record) => textOf(record.data)) };
      const alias = owned('CNAME')[0];
      if (!alias) {
        const missing = (answer as any).rcode === 'NXDOMAIN';
        return { failure: missing ? 'HOST_NOT_FOUND' : 'TYPE_NOT_FOUND' };
      }
      current = String(alias.data).toLowerCase();
    }
    return { failure: 'DNS_SERVER_ERROR' };
  };
}

/** A TXT record's strings are one value, joined (RFC 6376 §3.6.2.2). */
const textOf = (data: unknown): string =>
  typeof data === 'string'
    ? data
    : Buffer.concat((data as Buffer[]).map((part) => Buffer.from(part))).toString('latin1');

async function askServer(
  server: string,
  name: string,
  type: 'TXT' | 'CNAME',
): Promise<dnsPacket.DecodedPacket> {
  const [, host = '', port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(server) ?? [];
  const id = Math.floor(Math.random() * 65536);
  const query = dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  const overUdp = await askUdp(host, Number(port), query, id).catch(() => undefined);
  return overUdp && !overUdp.flag_tc ? overUdp : askTcp(host, Number(port), query, id);
}

function askUdp(host: string, port: number, query: Buffer, id: number): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const timer = setTimeout(() => finish(() => reject(new Error('timeout'))), TIMEOUT_MS);
    socket.once('error', (error) => finish(() => reject(error)));
    socket.on('message', (message) => {
      const answer = decode(message, id);
      if (answer) finish(() => resolve(answer));
    });
    socket.connect(port, host, () => socket.send(query));
  });
}

function askTcp(host: string, port: number, query: Buffer, id: number): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, host);
    let received = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('timeout')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
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
