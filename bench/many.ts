/**
 * Many domains: `npm run deploy` beside `cdktf deploy` with the same parallelism, each with domains of its own, then
 * `diff` of all in one run beside `cdktf diff` of one after another, and what `byodkim` takes for each domain of a list.
 * `npx tsx bench/many.ts [domains to deploy] [domains to look at]`; 100 and 1,000 take some 20 minutes on two cores.
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

const PARALLELISM = '4';
const CDKTF = path.join(
  path.dirname(createRequire(__filename).resolve('cdktf-cli/package.json')),
  'bundle/bin/cdktf',
);

async function main(deployed: number, listed: number): Promise<void> {
  const stage = await SandboxStage.open();
  const run = async (...args: string[]): Promise<number> => {
    const startedAt = performance.now();
    await ran(stage, args);
    return (performance.now() - startedAt) / 1000;
  };
  const ours = (...args: string[]) => run('--import', 'tsx', 'scripts/stacks.ts', ...args);
  const look = (...args: string[]) => run('--import', 'tsx', 'cli/byodkim.ts', ...args);
  const cdktf = (...args: string[]) => run(CDKTF, ...args, '--output', stage.outdir, ...stage.cdktfFlags);
  const names = (letter: string) => Array.from({ length: deployed }, (_, i) => `${letter}${i}.example.com`);
  const [byUs, byCdktf] = [names('a'), names('b')];
  const table = new Table({
    head: ['', 'domains', 'npm run', 'cdktf', 'times as fast'],
    style: { head: [], border: [] },
  });
  const row = (
    what: string,
    a: { count: number; seconds: number },
    b: { count: number; seconds: number },
  ) => {
    const [each, theirs] = [a.seconds / a.count, b.seconds / b.count];
    table.push([
      what,
      a.count === b.count ? a.count : `${a.count}; ${b.count}`,
      `${a.seconds.toFixed(1)} s`,
      `${b.seconds.toFixed(1)} s`,
      (theirs / each).toFixed(1),
    ]);
  };
  try {
    writeList(stage, [...byUs, ...byCdktf]);
    await ours('deploy', `byodkim-control-${stage.region}`);
    await ready(stage, [...byUs, ...byCdktf]);
    const flags = ['--parallelism', PARALLELISM, '--auto-approve', '--ignore-missing-stack-dependencies'];
    const b = { count: deployed, seconds: await cdktf('deploy', ...byCdktf, ...flags) };
    const a = { count: deployed, seconds: await ours('deploy', ...byUs, '--parallelism', PARALLELISM) };
    row('deploy', a, b);
    const some = byCdktf.slice(0, Math.min(5, deployed));
    let seconds = 0;
    for (const domain of some) seconds += await cdktf('diff', domain);
    row(
      'diff',
      { count: 2 * deployed, seconds: await ours('diff', '--all', '--parallelism', PARALLELISM) },
      { count: some.length, seconds },
    );

    const many = Array.from({ length: listed }, (_, i) => `l${i}.example.com`);
    writeList(stage, many);
    await ready(stage, many);
    // Every domain is new to a repository that has no list yet.
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
    for (const args of [
      ['init', '-q'],
      [...identity, 'commit', '-q', '--allow-empty', '-m', 'none'],
    ])
      execFileSync('git', args, { cwd: stage.folder });
    const each = new Table({ head: ['', 'domains', 'time', 'a domain'], style: { head: [], border: [] } });
    for (const [what, count, args] of [
      ['status', listed, ['status']],
      ['review', listed, ['review', '--base', 'HEAD']],
      ['check', 1, ['check', many[0]!]],
    ] as const) {
      const taken = await look(...args);
      each.push([what, count, `${taken.toFixed(1)} s`, `${((1000 * taken) / count).toFixed(0)} ms`]);
    }
    console.log(table.toString());
    console.log(each.toString());
    console.log(
      `Whole processes, ${PARALLELISM} stacks at once; the simulated AWS runs on the same machine.`,
    );
  } finally {
    await stage.close();
  }
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

/** @throws Error with the output of a run that failed; 2 and 3 are what `status` and `review` have to say. */
function ran(stage: SandboxStage, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...stage.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000);
      });
    child.on('error', reject);
    child.on('close', (code) =>
      [0, 2, 3].includes(code ?? 1) ? resolve() : reject(new Error(`${args.join(' ')}\n${output}`)),
    );
  });
}

const [deployed = 100, listed = 1_000] = process.argv.slice(2).map(Number);
void main(deployed, listed);
