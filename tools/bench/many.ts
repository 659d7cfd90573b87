/**
 * Many domains: `npm run deploy` beside both ways that a team has with `cdktf` alone, with the same parallelism and domains
 * of its own for each: one `cdktf deploy` of all, which is over for all where one is refused, and a `cdktf deploy` for
 * each, a process of its own, some at once (`xargs -P`). Then `diff` of all in one run beside `cdktf diff` of one after
 * another, what `byodkim` takes for each domain of a list, and what the daily audit takes.
 * `npm run bench:many -- [domains to deploy] [domains to look at] [of these to compare] [domains to audit]`; 0 leaves out
 * what it is for.
 * cdktf deploys only a few; what as many as ours would have cost is reckoned from what one more costs, and said so.
 */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Table from 'cli-table3';
import { stringify } from 'yaml';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { dnsRecordObject, privateKeyObject, recordName, recordValue } from '../../handlers/contract';
import { usableEngine } from '../../packages/engine/engine-guard';
import { engineName } from '../../packages/engine/engine-version';
import { type DomainKey, makeKey } from '../demo/keys';
import { SandboxStage } from '../demo/sandbox-stage';
import { auditOnce, copyOf, writeEvidence } from './audit';
import type { Bench } from './bench';

const PARALLELISM = 4;
/** Stacks that cdktf deploys: twice, to tell what one costs from what a start costs. */
const FEW = PARALLELISM;
const MORE = 3 * PARALLELISM;
const CDKTF = path.join(
  path.dirname(createRequire(__filename).resolve('cdktf-cli/package.json')),
  'bundle/bin/cdktf',
);

/** What a command took: by the clock, and of processors, its children included, which a busy machine does not stretch. */
interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function main(deployed: number, listed: number, compared: number, audited: number): Promise<void> {
  const engine = usableEngine();
  const stage = await SandboxStage.open(engine);
  try {
    if (deployed > 0) await deploys(stage, deployed);
    if (listed > 0) await looks(stage, listed, compared);
    if (audited > 0) await audits(stage, audited);
    console.log(
      `${engineName(engine)}; whole processes, ${PARALLELISM} stacks at once; the simulated AWS, and the function and the provider ` +
        'in it, run on the same machine and are not counted as processors.',
    );
  } finally {
    await stage.close();
  }
}

async function deploys(stage: SandboxStage, deployed: number): Promise<void> {
  const cdktf = (command: string, ...args: string[]) => node(stage, ...cdktfCommand(stage, command, ...args));
  const [byUs, together, alone] = [names('a', deployed), names('b', FEW + MORE), names('c', MORE)];
  const all = [...byUs, ...together, ...alone];
  writeList(stage, all);
  await ours(stage, 'deploy', `byodkim-control-${stage.region}`);
  await ready(stage, all);
  const unasked = ['--auto-approve', '--ignore-missing-stack-dependencies'];
  const atOnce = ['--parallelism', `${PARALLELISM}`];
  const oursAtOnce = ['--concurrency', `${PARALLELISM}`];
  const few = await cdktf('deploy', ...together.slice(0, FEW), ...atOnce, ...unasked);
  const more = await cdktf('deploy', ...together.slice(FEW), ...atOnce, ...unasked);
  const synth = await cdktf('synth');
  const each = await taken(
    stage,
    ['xargs', '-P', `${PARALLELISM}`, '-I', 'DOMAIN', process.execPath].concat(
      cdktfCommand(stage, 'deploy', 'DOMAIN', '--skip-synth', ...unasked),
    ),
    alone.join('\n'),
  );
  const deploy = await ours(stage, 'deploy', ...byUs, ...oursAtOnce);
  const again = await ours(stage, 'deploy', ...byUs, ...oursAtOnce);
  const diff = await ours(stage, 'diff', ...byUs, ...atOnce);
  const one = await cdktf('diff', together[0]!);
  const reckonedTogether = reckoned(deployed, line(few, more));
  const reckonedAlone = reckoned(deployed, { start: synth, each: share(each, MORE) });
  console.log(
    table([
      ['cdktf deploy', FEW, few],
      ['cdktf deploy', MORE, more],
      ['cdktf deploy, reckoned', deployed, reckonedTogether],
      ['cdktf synth', 1, synth],
      [`cdktf deploy of each, ${PARALLELISM} at once`, MORE, each],
      ['cdktf deploy of each, reckoned', deployed, reckonedAlone],
      ['npm run deploy', deployed, deploy],
      ['npm run deploy, of nothing new', deployed, again],
      ['npm run diff', deployed, diff],
      ['cdktf diff', 1, one],
    ]),
  );
  const times = (a: Taken, b: Taken): string =>
    `${(a.seconds / b.seconds).toFixed(1)} times as fast by the clock, ${(a.cpuSeconds / b.cpuSeconds).toFixed(1)} by processors`;
  console.log(
    `deploy of ${deployed} beside one cdktf deploy of all: ${times(reckonedTogether, deploy)}; beside one of each: ` +
      `${times(reckonedAlone, deploy)}; diff beside one of each: ${times(one, share(diff, deployed))}.`,
  );
}

async function looks(stage: SandboxStage, listed: number, compared: number): Promise<void> {
  const look = (...args: string[]) => node(stage, '--require', 'tsx/cjs', 'cli/byodkim.ts', ...args);
  const many = names('l', listed);
  writeList(stage, many);
  await ours(stage, 'deploy', `byodkim-control-${stage.region}`);
  await ready(stage, many);
  // Every domain is new to a repository that has no list yet.
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  for (const args of [
    ['init', '-q'],
    [...identity, 'commit', '-q', '--allow-empty', '-m', 'none'],
  ])
    execFileSync('git', args, { cwd: stage.folder });
  const rows: Row[] = [
    ['byodkim status', listed, await look('status')],
    ['byodkim review', listed, await look('review', '--base', 'HEAD')],
    ['byodkim check', 1, await look('check', many[0]!)],
  ];
  if (compared > 0) {
    const diff = await ours(stage, 'diff', ...many.slice(0, compared), '--concurrency', `${PARALLELISM}`);
    rows.push(['npm run diff', compared, diff]);
  }
  console.log(table(rows));
}

async function audits(stage: SandboxStage, audited: number): Promise<void> {
  const many = names('m', audited);
  writeList(stage, many.slice(0, 1));
  await ours(stage, 'deploy', `byodkim-control-${stage.region}`);
  const key = await ready(stage, many);
  await ours(stage, 'deploy', many[0]!);
  await copyOf(stage, many, key);
  const table = await auditOnce(stage, audited);
  console.log(table);
  // What CI measures is no evidence.
  if (audited >= 100) writeEvidence(table);
}

const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}.example.com`);
const node = (stage: SandboxStage, ...args: string[]): Promise<Taken> =>
  taken(stage, [process.execPath, ...args]);
const ours = (stage: SandboxStage, ...args: string[]): Promise<Taken> =>
  node(stage, '--require', 'tsx/cjs', 'cli/byodkim.ts', ...args);
const cdktfCommand = ({ outdir, cdktfFlags }: SandboxStage, command: string, ...args: string[]): string[] => [
  CDKTF,
  command,
  ...args,
  '--output',
  outdir,
  ...(command === 'synth' ? [] : cdktfFlags),
];

const share = ({ seconds, cpuSeconds }: Taken, count: number): Taken => ({
  seconds: seconds / count,
  cpuSeconds: cpuSeconds / count,
});
const reckoned = (count: number, { start, each }: { start: Taken; each: Taken }): Taken => ({
  seconds: start.seconds + count * each.seconds,
  cpuSeconds: start.cpuSeconds + count * each.cpuSeconds,
});

/** What a start costs, and each domain beside it. */
function line(few: Taken, more: Taken): { start: Taken; each: Taken } {
  const slope = (a: number, b: number): number => Math.max(0, b - a) / (MORE - FEW);
  const each = {
    seconds: slope(few.seconds, more.seconds),
    cpuSeconds: slope(few.cpuSeconds, more.cpuSeconds),
  };
  return {
    each,
    start: {
      seconds: few.seconds - FEW * each.seconds,
      cpuSeconds: few.cpuSeconds - FEW * each.cpuSeconds,
    },
  };
}

type Row = readonly [what: string, domains: number, taken: Taken];

function table(rows: readonly Row[]): string {
  const head = ['', 'domains', 'time', 'processors', 'a domain', 'of processors'];
  const made = new Table({ head, style: { head: [], border: [] } });
  const ms = (seconds: number): string => `${(1000 * seconds).toFixed(0)} ms`;
  for (const [what, count, { seconds, cpuSeconds }] of rows)
    made.push([
      what,
      count,
      `${seconds.toFixed(1)} s`,
      `${cpuSeconds.toFixed(1)} s`,
      ms(seconds / count),
      ms(cpuSeconds / count),
    ]);
  return made.toString();
}

function writeList(stage: SandboxStage, domains: readonly string[]): void {
  const list = {
    control: { keyStore: { bucket: stage.bucket, protect: false } },
    defaults: {
      region: stage.region,
      selector: 's1',
      gate: { nameservers: [stage.dns.address], resolvers: [] },
    },
    domains: Object.fromEntries(domains.map((domain) => [domain, {}])),
  };
  writeFileSync(stage.listFile, stringify(list));
}

/** One key for all of them: making them is not what is measured. */
async function ready(stage: SandboxStage, domains: readonly string[]): Promise<DomainKey> {
  const key = makeKey('pkcs1');
  const put = (Key: string, body: string) =>
    stage.sandbox.call('s3', 'PutObject', { Bucket: stage.bucket, Key, Body: Buffer.from(body) });
  for (const domain of domains) {
    await put(privateKeyObject(domain, 's1'), key.privateKey);
    await put(dnsRecordObject(domain, 's1'), JSON.stringify({ value: recordValue(key.publicKey) }));
    stage.dns.setTxt(recordName(domain, 's1'), recordValue(key.publicKey));
  }
  return key;
}

/** Where a shell's `times` ends: its children's, theirs included. */
const TIMES = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;

/** @throws Error with the output of a run that failed; 2 and 3 are what `status` and `review` have to say. */
function taken(stage: SandboxStage, command: readonly string[], input = ''): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn('/bin/sh', ['-c', '"$0" "$@"; code=$?; times; exit $code', ...command], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...stage.environment },
    });
    child.stdin.end(input);
    let [output, told] = ['', ''];
    child.stdout.on('data', (text: string) => {
      told = (told + text).slice(-200);
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000);
      });
    child.on('error', reject);
    child.on('close', (code) => {
      const found = TIMES.exec(told);
      if (![0, 2, 3].includes(code ?? 1) || !found)
        return reject(new Error(`${command.join(' ')}\n${output}`));
      const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = found.slice(1).map(Number);
      return resolve({
        seconds: (performance.now() - startedAt) / 1000,
        cpuSeconds: 60 * (userMinutes + systemMinutes) + user + system,
      });
    });
  });
}

export const measure: Bench = async (smallest, options) => {
  const [deployed = 100, listed = 1_000, compared = 0, audited = 1_000] = options.map(Number);
  await (smallest ? main(0, 3, 1, 3) : main(deployed, listed, compared, audited));
  return [];
};
