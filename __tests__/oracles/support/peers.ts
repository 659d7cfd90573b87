import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { Bench, findProgram, findPython } from './programs';
import type { CaseKey, RecordCase } from './record-cases';
import { signMail } from './signed-mail';

/** Which cases a verifier lets pass. */
export type Passes = ReadonlySet<string>;

/** A verifier that is installed here. */
export interface Peer {
  readonly name: 'opendkim-testkey' | 'Mail::DKIM' | 'dkimpy';
  readonly version: string;
}

const ZONE = 'oracle.example';
const SELECTOR = 's1';

/** Debian packages of the verifiers that are not there. */
export const missingPeers = (): string[] => [
  ...(findProgram('opendkim-testkey') ? [] : ['opendkim-tools']),
  ...(findProgram('perl') && hasMailDkim() ? [] : ['libmail-dkim-perl']),
  ...(findPython('dkim') ? [] : ['python3-dkim']),
];

const hasMailDkim = (): boolean => says('perl', ['-MMail::DKIM', '-e', '1']) !== undefined;

/** The verifiers, all of which are there. */
export const findPeers = (): Peer[] => {
  if (missingPeers().length > 0) return [];
  const ask = (program: string, args: readonly string[]): string =>
    says(program, args) || 'of unknown version';
  return [
    {
      name: 'opendkim-testkey',
      // It does not tell its version; its Debian package does: name, tabulator, upstream version, revision.
      version: ask('dpkg-query', ['-W', 'opendkim-tools'])
        .replace(/^.*\t/, '')
        .replace(/-[^-]*$/, ''),
    },
    { name: 'Mail::DKIM', version: ask('perl', ['-MMail::DKIM', '-e', 'print $Mail::DKIM::VERSION']) },
    {
      name: 'dkimpy',
      version: ask(findPython('dkim')!, ['-c', 'import importlib.metadata as m; print(m.version("dkimpy"))']),
    },
  ];
};

/** What a program prints; undefined where it fails or is not there. */
const says = (program: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** Runs a program on all cases at once. */
const run = (program: string, args: readonly string[], input: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${code}: ${errors.slice(-1_000)}`));
    });
    child.stdin.end(input);
  });

const domainOf = ({ id }: RecordCase): string => `${id}.${ZONE}`;

const serve = (cases: readonly RecordCase[]): Promise<DnsServer> =>
  startDnsServer({
    zones: {
      [ZONE]: Object.fromEntries(
        cases.map((one) => [
          `${SELECTOR}._domainkey.${domainOf(one)} TXT`,
          one.values.map((value) => ({
            strings: Buffer.from(value, 'latin1').length > 0 ? chunks(value) : [''],
          })),
        ]),
      ),
    },
  });

/** Octets of a value in strings of at most 255. */
const chunks = (value: string): Buffer[] => {
  const octets = Buffer.from(value, 'latin1');
  return Array.from({ length: Math.ceil(octets.length / 255) }, (_, i) =>
    octets.subarray(i * 255, (i + 1) * 255),
  );
};

const passed = (output: string): Passes =>
  new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' pass'))
      .map((line) => line.split(' ')[0]!),
  );

const askOpenDkim = async (
  cases: readonly RecordCase[],
  keys: readonly CaseKey[],
  port: number,
): Promise<Passes> => {
  const bench = new Bench();
  try {
    const files = new Map(
      keys.map((key) => [
        key,
        bench.write(
          `${key.label}.pem`,
          key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
          0o600,
        ),
      ]),
    );
    const resolver = bench.write(
      'unbound.conf',
      [
        'server:',
        '  do-not-query-localhost: no',
        '  module-config: "iterator"',
        'stub-zone:',
        `  name: "${ZONE}"`,
        `  stub-addr: 127.0.0.1@${port}`,
        '',
      ].join('\n'),
    );
    const table = cases.map((one) => `${one.id} ${domainOf(one)}:${SELECTOR}:${files.get(one.key)}`);
    const keyTable = bench.write('keytable', `${table.join('\n')}\n`);
    const config = bench.write(
      'opendkim.conf',
      `ResolverConfiguration ${resolver}\nKeyTable file:${keyTable}\n`,
    );
    const output = await run(findProgram('opendkim-testkey')!, ['-x', config, '-v', '-v', '-v'], '');
    return new Set([...output.matchAll(/key (\S+): OK/g)].map(([, id]) => id!));
  } finally {
    await bench.close();
  }
};

/** Lets each verifier verify a message signed with the case's key, against the case's record. */
export const askPeers = async (
  peers: readonly Peer[],
  cases: readonly RecordCase[],
  keys: readonly CaseKey[],
): Promise<ReadonlyMap<Peer, Passes>> => {
  const server = await serve(cases);
  try {
    const input = cases
      .map((one) =>
        JSON.stringify({
          id: one.id,
          values: one.values,
          mail: signMail(domainOf(one), SELECTOR, one.key.privateKey),
        }),
      )
      .join('\n');
    const script = (name: string): string => join(__dirname, name);
    const [openDkim, mailDkim, dkimpy] = await Promise.all([
      askOpenDkim(cases, keys, server.port),
      run('perl', [script('verify-mail-dkim.pl'), String(server.port)], input).then(passed),
      run(findPython('dkim')!, [script('verify-dkimpy.py')], input).then(passed),
    ]);
    const passes = { 'opendkim-testkey': openDkim, 'Mail::DKIM': mailDkim, dkimpy };
    return new Map(peers.map((peer) => [peer, passes[peer.name]]));
  } finally {
    await server.close();
  }
};
