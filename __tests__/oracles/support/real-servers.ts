import { connect } from 'node:net';
import type { DnskeyData } from 'dns-packet';
import * as packet from 'dns-packet';
import { Bench, findProgram, freePort } from './programs';

/** Addresses of the real servers; all of them listen on the same port. */
export const NSD = '127.0.1.1';
export const NSD_OUTSIDE = '127.0.1.2';
export const KNOT = '127.0.1.3';
/** Bind listens only at addresses that an interface bears, and loopback bears one. */
export const BIND = '127.0.0.1';
export const UNBOUND = '127.0.1.5';
export const UNBOUND_BOGUS = '127.0.1.6';

export const PROGRAMS = ['nsd', 'knotd', 'named', 'unbound'] as const;

/** Debian packages of the programs that are not there. */
export const missingPrograms = (): string[] =>
  PROGRAMS.filter((program) => findProgram(program) === undefined);

export interface RealServers {
  readonly port: number;
  close(): Promise<void>;
}

/** Zone files' records, without SOA and NS, by zone. */
export type ZoneFiles = Readonly<Record<string, string>>;

export interface RealNetwork {
  /** Zones served by knot and bind alike. */
  readonly shared: ZoneFiles;
  /** Zones that knot and bind see differently. */
  readonly knot: ZoneFiles;
  readonly bind: ZoneFiles;
  /** Zones of nsd beside the root and the top level, at an address of its own. */
  readonly outside: ZoneFiles;
  /** Zones that knot signs; one of the two unbounds has a wrong trust anchor for them. */
  readonly signed: ZoneFiles;
}

const zoneFile = (zone: string, servers: Readonly<Record<string, string>>, records: string): string => {
  const names = Object.keys(servers).map((name) => `@ NS ${name}.servers.net.`);
  return [
    `$ORIGIN ${zone === '.' ? '.' : `${zone}.`}`,
    '$TTL 60',
    '@ SOA ns.servers.net. admin.servers.net. 1 3600 600 86400 60',
    ...names,
    records,
    '',
  ].join('\n');
};

/** A TXT record's value as a zone file has it: quoted, in parts. */
export const quoted = (value: string): string =>
  value
    .match(/.{1,200}/g)!
    .map((part) => `"${part}"`)
    .join(' ');

const SERVERS = { nsd: NSD, outside: NSD_OUTSIDE, knot: KNOT, bind: BIND };

const delegations = (network: RealNetwork, top: string): string => {
  const lines = (zones: ZoneFiles, servers: readonly string[]): string[] =>
    Object.keys(zones)
      .filter((zone) => zone.endsWith(`.${top}`) && zone.split('.').length === 2)
      .flatMap((zone) => servers.map((server) => `${zone}. NS ${server}.servers.net.`));
  return [
    ...lines({ ...network.shared, ...network.knot }, ['knot', 'bind']),
    ...lines(network.outside, ['outside']),
    ...lines(network.signed, ['knot']),
  ].join('\n');
};

const startNsd = (bench: Bench, port: number, network: RealNetwork): void => {
  const tops = ['com', 'net'];
  const addresses = Object.entries(SERVERS).map(([name, address]) => `${name}.servers.net. A ${address}`);
  const zones: Record<string, string> = {
    '.': zoneFile('.', { nsd: NSD }, tops.map((top) => `${top}. NS nsd.servers.net.`).join('\n')),
    com: zoneFile('com', { nsd: NSD }, delegations(network, 'com')),
    net: zoneFile(
      'net',
      { nsd: NSD },
      `servers.net. NS nsd.servers.net.\nnsd.servers.net. A ${NSD}\n${delegations(network, 'net')}`,
    ),
    'servers.net': zoneFile('servers.net', { nsd: NSD }, addresses.join('\n')),
  };
  for (const [zone, records] of Object.entries(network.outside)) {
    zones[zone] = zoneFile(zone, { outside: NSD_OUTSIDE }, records);
  }
  const stanzas = Object.entries(zones).map(([zone, text], i) => {
    const file = bench.write(`nsd-${i}.zone`, text);
    return `zone:\n  name: "${zone}"\n  zonefile: "${file}"`;
  });
  const config = bench.write(
    'nsd.conf',
    [
      'server:',
      `  ip-address: ${NSD}@${port}`,
      `  ip-address: ${NSD_OUTSIDE}@${port}`,
      '  username: ""',
      '  chroot: ""',
      `  zonesdir: "${bench.folder}"`,
      '  database: ""',
      '  pidfile: ""',
      '  zonelistfile: "nsd.list"',
      '  xfrdfile: "nsd.xfrd"',
      `  xfrdir: "${bench.folder}"`,
      '  server-count: 1',
      'remote-control:',
      '  control-enable: no',
      ...stanzas,
    ].join('\n'),
  );
  bench.start(findProgram('nsd')!, ['-d', '-c', config]);
};

const startKnot = (bench: Bench, port: number, network: RealNetwork): void => {
  const stanza = (
    zone: string,
    records: string,
    servers: Record<string, string>,
    signed: boolean,
  ): string => {
    const file = bench.write(`knot-${zone}.zone`, zoneFile(zone, servers, records));
    const signing = signed ? '\n    dnssec-signing: on' : '';
    return `  - domain: ${zone}\n    file: "${file}"\n    zonefile-sync: -1\n    journal-content: none${signing}`;
  };
  const both = { knot: KNOT, bind: BIND };
  const config = bench.write(
    'knot.conf',
    [
      'server:',
      `    rundir: "${bench.folder}"`,
      `    listen: ${KNOT}@${port}`,
      '    udp-workers: 1',
      '    tcp-workers: 1',
      '    background-workers: 1',
      'database:',
      `    storage: "${bench.folder}"`,
      'log:',
      '  - target: stderr',
      '    any: warning',
      'zone:',
      ...Object.entries({ ...network.shared, ...network.knot }).map(([zone, records]) =>
        stanza(zone, records, both, false),
      ),
      ...Object.entries(network.signed).map(([zone, records]) => stanza(zone, records, { knot: KNOT }, true)),
      '',
    ].join('\n'),
  );
  bench.start(findProgram('knotd')!, ['-c', config]);
};

const startBind = (bench: Bench, port: number, network: RealNetwork): void => {
  const zones = Object.entries({ ...network.shared, ...network.bind }).map(([zone, records]) => {
    const file = bench.write(`bind-${zone}.zone`, zoneFile(zone, { knot: KNOT, bind: BIND }, records));
    return `zone "${zone}" { type primary; file "${file}"; };`;
  });
  const config = bench.write(
    'named.conf',
    [
      'controls { };',
      'options {',
      `  directory "${bench.folder}";`,
      `  listen-on port ${port} { ${BIND}; };`,
      '  listen-on-v6 { none; };',
      '  pid-file none;',
      '  session-keyfile none;',
      '  recursion no;',
      '  notify no;',
      '  dnssec-validation no;',
      '};',
      ...zones,
    ].join('\n'),
  );
  bench.start(findProgram('named')!, ['-g', '-n', '1', '-c', config]);
};

interface UnboundOptions {
  readonly address: string;
  /** `zone DNSKEY …` */
  readonly anchors: readonly string[];
}

const startUnbound = (
  bench: Bench,
  port: number,
  network: RealNetwork,
  { address, anchors }: UnboundOptions,
): void => {
  // Unbound follows delegations to port 53, so it is told where each zone is.
  const stub = (zone: string, servers: readonly string[]): string =>
    [
      'stub-zone:',
      `  name: "${zone}"`,
      '  stub-prime: no',
      ...servers.map((server) => `  stub-addr: ${server}@${port}`),
    ].join('\n');
  const config = bench.write(
    `unbound-${address}.conf`,
    [
      'server:',
      `  interface: ${address}@${port}`,
      '  access-control: 127.0.0.0/8 allow',
      '  do-not-query-localhost: no',
      '  do-daemonize: no',
      '  username: ""',
      '  chroot: ""',
      '  pidfile: ""',
      `  directory: "${bench.folder}"`,
      '  use-syslog: no',
      '  num-threads: 1',
      '  module-config: "validator iterator"',
      ...anchors.map((anchor) => `  trust-anchor: "${anchor}"`),
      'remote-control:',
      '  control-enable: no',
      ...['.', 'com', 'net', 'servers.net'].map((zone) => stub(zone, [NSD])),
      ...Object.keys({ ...network.shared, ...network.knot }).map((zone) => stub(zone, [KNOT, BIND])),
      ...Object.keys(network.outside).map((zone) => stub(zone, [NSD_OUTSIDE])),
      ...Object.keys(network.signed).map((zone) => stub(zone, [KNOT])),
      '',
    ].join('\n'),
  );
  bench.start(findProgram('unbound')!, ['-d', '-p', '-c', config]);
};

/** The key-signing keys that knot has made for a zone, asked over TCP. */
const keysOf = (zone: string, address: string, port: number): Promise<DnskeyData[]> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, address, () =>
      socket.write(
        packet.streamEncode({ type: 'query', id: 1, questions: [{ type: 'DNSKEY', name: zone }] }),
      ),
    );
    let received = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const message = packet.streamDecode(received);
      if (!message) return;
      socket.destroy();
      resolve((message.answers ?? []).flatMap((record) => (record.type === 'DNSKEY' ? [record.data] : [])));
    });
  });

const anchorOf = (zone: string, { flags, algorithm, key }: DnskeyData): string =>
  `${zone}. DNSKEY ${flags} 3 ${algorithm} ${key.toString('base64')}`;

/** Starts nsd (root, top level, and a provider elsewhere), knot, bind, and two unbounds: one with a wrong trust anchor. */
export const startRealServers = async (network: RealNetwork): Promise<RealServers> => {
  const bench = new Bench();
  const port = await freePort();
  try {
    startNsd(bench, port, network);
    startKnot(bench, port, network);
    startBind(bench, port, network);
    const [signed = ''] = Object.keys(network.signed);
    const [shared = ''] = Object.keys(network.shared);
    await bench.answers(KNOT, port, signed);
    const keys = (await keysOf(signed, KNOT, port)).filter(({ flags }) => (flags & 1) === 1);
    const wrong = keys.map((key) => ({ ...key, key: Buffer.from(key.key).reverse() }));
    startUnbound(bench, port, network, {
      address: UNBOUND,
      anchors: keys.map((key) => anchorOf(signed, key)),
    });
    startUnbound(bench, port, network, {
      address: UNBOUND_BOGUS,
      anchors: wrong.map((key) => anchorOf(signed, key)),
    });
    await Promise.all([
      bench.answers(NSD, port, 'com'),
      bench.answers(KNOT, port, shared),
      bench.answers(BIND, port, shared),
      bench.answers(UNBOUND, port, shared),
      bench.answers(UNBOUND_BOGUS, port, shared),
    ]);
    return { port, close: () => bench.close() };
  } catch (error) {
    await bench.close();
    throw error;
  }
};
