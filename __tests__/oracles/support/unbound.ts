import { Bench, findProgram, freePort } from './programs';

/** Addresses of the servers; all of them listen on the same port. */
export const TOP = '127.0.1.1';
export const OUTSIDE = '127.0.1.2';
export const ONE = '127.0.1.3';
export const TWO = '127.0.1.4';
export const RESOLVER = '127.0.1.5';
/** Holds a trust anchor that does not fit. */
export const BOGUS = '127.0.1.6';
const HOSTS = { top: TOP, outside: OUTSIDE, one: ONE, two: TWO };
type Host = keyof typeof HOSTS;

/** Zone files' records, without SOA and NS, by zone. */
type Zones = Readonly<Record<string, string>>;

export interface Network {
  /** Zones of both servers. */
  readonly shared: Zones;
  /** Zones that they see differently. */
  readonly one: Zones;
  readonly two: Zones;
  /** Zones of a third one. */
  readonly outside: Zones;
  /** A zone that is not signed, though one of the resolvers has a trust anchor for it. */
  readonly anchored: string;
}

/** Debian packages that are not there. */
export const missingPrograms = (): string[] => (findProgram('unbound') ? [] : ['unbound']);

/** A TXT record's value as a zone file has it: quoted, in parts. */
export const quoted = (value: string): string =>
  value
    .match(/.{1,200}/g)!
    .map((part) => `"${part}"`)
    .join(' ');

const ANCHOR = 'DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000';

/** Starts servers of the root, of the top level, of zones, and two resolvers. */
export const startNetwork = async (network: Network): Promise<{ port: number; close(): Promise<void> }> => {
  const bench = new Bench();
  const port = await freePort();
  const start = (address: string, more: readonly string[]): void => {
    const lines = [
      'server:',
      `  interface: ${address}@${port}`,
      ...['access-control: 127.0.0.0/8 allow', 'do-not-query-localhost: no', 'num-threads: 1'],
      ...['do-daemonize: no', 'use-syslog: no', 'username: ""', 'chroot: ""', 'pidfile: ""'],
      `  directory: "${bench.folder}"`,
      '  module-config: "validator iterator"',
      ...more,
      'remote-control:',
      '  control-enable: no',
    ];
    const config = bench.write(`${address}.conf`, `${lines.join('\n')}\n`);
    bench.start(findProgram('unbound')!, ['-d', '-p', '-c', config]);
  };
  const zone = (host: Host, named: readonly Host[], name: string, records: string): string[] => {
    const file = bench.write(
      `${host}-${name}.zone`,
      [
        `$ORIGIN ${name === '.' ? '.' : `${name}.`}`,
        '$TTL 60',
        '@ SOA ns.servers.net. admin.servers.net. 1 3600 600 86400 60',
        ...named.map((each) => `@ NS ${each}.servers.net.`),
        `${records}\n`,
      ].join('\n'),
    );
    const settings = [
      `name: "${name}"`,
      `zonefile: "${file}"`,
      'for-downstream: yes',
      'fallback-enabled: no',
    ];
    return ['auth-zone:', ...settings.map((each) => `  ${each}`)];
  };
  const zones = (host: Host, named: readonly Host[], files: Zones): string[] =>
    Object.entries(files).flatMap(([name, records]) => zone(host, named, name, records));
  const delegated = (top: string): string =>
    [
      ...Object.keys({ ...network.shared, ...network.one }).map((name) => [name, ['one', 'two']] as const),
      ...Object.keys(network.outside).map((name) => [name, ['outside']] as const),
    ]
      .filter(([name]) => name.endsWith(`.${top}`) && name.split('.').length === 2)
      .flatMap(([name, hosts]) => hosts.map((host) => `${name}. NS ${host}.servers.net.`))
      .join('\n');
  // A resolver follows delegations to port 53, so it is told where each zone is.
  const stub = (hosts: readonly Host[], name: string): string[] => [
    'stub-zone:',
    `  name: "${name}"`,
    '  stub-prime: no',
    ...hosts.map((host) => `  stub-addr: ${HOSTS[host]}@${port}`),
  ];
  const stubs = [
    ...['.', 'com', 'net', 'servers.net'].flatMap((name) => stub(['top'], name)),
    ...Object.keys({ ...network.shared, ...network.one }).flatMap((name) => stub(['one', 'two'], name)),
    ...Object.keys(network.outside).flatMap((name) => stub(['outside'], name)),
  ];
  const addresses = Object.entries(HOSTS).map(([host, address]) => `${host}.servers.net. A ${address}`);
  try {
    start(TOP, [
      ...zone('top', ['top'], '.', 'com. NS top.servers.net.\nnet. NS top.servers.net.'),
      ...zone('top', ['top'], 'com', delegated('com')),
      ...zone(
        'top',
        ['top'],
        'net',
        `servers.net. NS top.servers.net.\n${addresses[0]}\n${delegated('net')}`,
      ),
      ...zone('top', ['top'], 'servers.net', addresses.join('\n')),
    ]);
    start(ONE, zones('one', ['one', 'two'], { ...network.shared, ...network.one }));
    start(TWO, zones('two', ['one', 'two'], { ...network.shared, ...network.two }));
    start(OUTSIDE, zones('outside', ['outside'], network.outside));
    start(RESOLVER, stubs);
    start(BOGUS, [`  trust-anchor: "${network.anchored}. ${ANCHOR}"`, ...stubs]);
    const [shared = ''] = Object.keys(network.shared);
    await Promise.all([
      bench.answers(TOP, port, 'com'),
      bench.answers(OUTSIDE, port, Object.keys(network.outside)[0]!),
      ...[ONE, TWO, RESOLVER, BOGUS].map((address) => bench.answers(address, port, shared)),
    ]);
    return { port, close: () => bench.close() };
  } catch (error) {
    await bench.close();
    throw error;
  }
};
