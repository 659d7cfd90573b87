/**
 * Many domains: `npm run deploy` beside `cdktf deploy` with the same parallelism, each with domains of its own; then
 * `diff` of all in one run beside `cdktf diff` of one after another, and what `byodkim` takes for each domain of a list.
 * `npm run bench:many -- [domains to deploy] [domains to look at]`. cdktf deploys only a few; what one more costs is the
 * difference between a few and more, and what as many as ours would have cost is reckoned from it, and said so.
 */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Table from 'cli-table3';
import { stringify } from 'yaml';
import { PROJECT_ROOT } from '../constructs/built-handler';
import { makeKey } from '../demo/keys';
import { SandboxStage } from '../demo/sandbox-stage';
import { dnsRecordObject, privateKeyObject, recordName, recordValue } from '../handlers/contract';
import { usableEngine } from '../packages/engine/engine-guard';
import { engineName } from '../packages/engine/engine-version';

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

async function main(deployed: number, listed: number): Promise<void> {
  const engine = usableEngine();
  const stage = await SandboxStage.open(engine);
  const run = (...args: string[]) => taken(stage, args);
  const ours = (...args: string[]) => run('--require', 'tsx/cjs', 'scripts/stacks.ts', ...args);
  const look = (...args: string[]) => run('--require', 'tsx/cjs', 'cli/byodkim.ts', ...args);
  const cdktf = (...args: string[]) => run(CDKTF, ...args, '--output', stage.outdir, ...stage.cdktfFlags);
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${i}.example.com`);
  const byUs = names('a', deployed);
  const byCdktf = names('b', FEW + MORE);
  try {
    writeList(stage, [...byUs, ...byCdktf]);
    await ours('deploy', `byodkim-control-${stage.region}`);
    await ready(stage, [...byUs, ...byCdktf]);
    const flags = [
      '--parallelism',
      `${PARALLELISM}`,
      '--auto-approve',
      '--ignore-missing-stack-dependencies',
    ];
    const atOnce = ['--parallelism', `${PARALLELISM}`];
    const few = await cdktf('deploy', ...byCdktf.slice(0, FEW), ...flags);
    const more = await cdktf('deploy', ...byCdktf.slice(FEW), ...flags);
    const deploy = await ours('deploy', ...byUs, ...atOnce);
    const again = await ours('deploy', ...byUs, ...atOnce);
    const diff = await ours('diff', ...byUs, ...atOnce);
    const one = await cdktf('diff', byCdktf[0]!);
    const { start, each } = line(few, more);
    const reckoned = {
      seconds: start.seconds + deployed * each.seconds,
      cpuSeconds: start.cpuSeconds + deployed * each.cpuSeconds,
    };
    console.log(
      table(
        ['', 'domains', 'time', 'processors', 'a domain', 'of processors'],
        [
          ['cdktf deploy', FEW, few],
          ['cdktf deploy', MORE, more],
          ['cdktf deploy, reckoned', deployed, reckoned],
          ['npm run deploy', deployed, deploy],
          ['npm run deploy, of nothing new', deployed, again],
          ['npm run diff', deployed, diff],
          ['cdktf diff', 1, one],
        ],
      ),
    );
    const times = (a: number, b: number): string => (a / b).toFixed(1);
    console.log(
      `deploy of ${deployed}: ${times(reckoned.seconds, deploy.seconds)} times as fast as cdktf by the clock, ` +
        `${times(reckoned.cpuSeconds, deploy.cpuSeconds)} times by processors; diff: ` +
        `${times(one.seconds, diff.seconds / deployed)} and ${times(one.cpuSeconds, diff.cpuSeconds / deployed)} times.`,
    );

    const many = names('l', listed);
    writeList(stage, many);
    await ready(stage, many);
    // Every domain is new to a repository that has no list yet.
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
    for (const args of [
      ['init', '-q'],
      [...identity, 'commit', '-q', '--allow-empty', '-m', 'none'],
    ])
      execFileSync('git', args, { cwd: stage.folder });
    console.log(
      table(
        ['', 'domains', 'time', 'processors', 'a domain', 'of processors'],
        [
          ['byodkim status', listed, await look('status')],
          ['byodkim review', listed, await look('review', '--base', 'HEAD')],
          ['byodkim check', 1, await look('check', many[0]!)],
        ],
      ),
    );
    console.log(
      `${engineName(engine)}; whole processes, ${PARALLELISM} stacks at once; the simulated AWS, and the function in it, run on the same machine ` +
        'and are not counted as processors.',
    );
  } finally {
    await stage.close();
  }
}

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

function table(head: string[], rows: readonly (readonly [string, number, Taken])[]): string {
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
    backend: { local: { path: 'state' } },
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
async function ready(stage: SandboxStage, domains: readonly string[]): Promise<void> {
  const key = makeKey('pkcs1');
  const put = (Key: string, body: string) =>
    stage.sandbox.call('s3', 'PutObject', { Bucket: stage.bucket, Key, Body: Buffer.from(body) });
  for (const domain of domains) {
    await put(privateKeyObject(domain, 's1'), key.privateKey);
    await put(dnsRecordObject(domain, 's1'), JSON.stringify({ value: recordValue(key.publicKey) }));
    stage.dns.setTxt(recordName(domain, 's1'), recordValue(key.publicKey));
  }
}

/** Where a shell's `times` ends: its children's, theirs included. */
const TIMES = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/;

/** @throws Error with the output of a run that failed; 2 and 3 are what `status` and `review` have to say. */
function taken(stage: SandboxStage, args: readonly string[]): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(
      '/bin/sh',
      ['-c', '"$0" "$@"; code=$?; times; exit $code', process.execPath, ...args],
      {
        cwd: PROJECT_ROOT,
        env: { ...process.env, ...stage.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
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
      if (![0, 2, 3].includes(code ?? 1) || !found) return reject(new Error(`${args.join(' ')}\n${output}`));
      const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = found.slice(1).map(Number);
      return resolve({
        seconds: (performance.now() - startedAt) / 1000,
        cpuSeconds: 60 * (userMinutes + systemMinutes) + user + system,
      });
    });
  });
}

const [deployed = 100, listed = 1_000] = process.argv.slice(2).map(Number);
void main(deployed, listed);
