/**
 * Processor time and memory to synthesize 1, 1,000 and 2,000 domains, beside the same stacks in bare cdktf:
 * `npx tsx tools/bench/synth.ts [--check]`. It fails where the stacks are not the same; with `--check` also where 1,000
 * domains or more take longer than the bare app, where 1,000 take more than 4 s, or where the time is not linear.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';

const COUNTS = [1, 1_000, 2_000];
const ROUNDS = 3;
const RATIO_MAXIMUM = 1;
/** Of 1,000 domains. */
const SECONDS_MAXIMUM = 4;
/** Of the time of 2,000 domains to that of 1,000: the collector of garbage has more to do. */
const GROWTH_MAXIMUM = 2.3;
const KINDS = ['listed', 'bare'] as const;
type Kind = (typeof KINDS)[number];

interface Measurement {
  /** Of the processor, in user and system mode: a machine that is busy with other things does not lengthen it. */
  readonly seconds: number;
  readonly megabytes: number;
  /** Of the stacks of all domains. */
  readonly digest: string;
}

function measure(kind: Kind, count: number): Measurement {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  try {
    const outdir = path.join(folder, 'out');
    mkdirSync(outdir);
    const program = path.join(__dirname, `synth-${kind}.ts`);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', 'tsx/cjs', program, `${count}`, outdir],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(stdout) as NodeJS.ResourceUsage;
    return {
      seconds: (userCPUTime + systemCPUTime) / 1e6,
      megabytes: maxRSS / 1024,
      digest: digestOf(outdir, count),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function digestOf(outdir: string, count: number): string {
  const hash = createHash('sha256');
  for (let index = 0; index < count; index++)
    hash.update(readFileSync(path.join(outdir, 'stacks', `d${index}.example.com`, 'cdk.tf.json')));
  return hash.digest('hex');
}

/** Returns the quickest of several rounds, taken in turns so that both see the same machine. */
function best(count: number): Record<Kind, Measurement> {
  const rounds = Array.from({ length: ROUNDS }, () => KINDS.map((kind) => measure(kind, count)));
  const quickest = (index: number): Measurement =>
    rounds.map((round) => round[index]!).reduce((a, b) => (a.seconds <= b.seconds ? a : b));
  return { listed: quickest(0), bare: quickest(1) };
}

const table = new Table({
  head: ['domains', 'list', 'bare cdktf', 'time ratio', 'list', 'bare', 'memory ratio'],
});
const different: string[] = [];
const failures: string[] = [];
const seconds = new Map<number, number>();
for (const count of COUNTS) {
  const { listed, bare } = best(count);
  if (listed.digest !== bare.digest) different.push(`${count} domains: the bare app makes other stacks`);
  const ratio = listed.seconds / bare.seconds;
  seconds.set(count, listed.seconds);
  if (count > 1 && ratio > RATIO_MAXIMUM)
    failures.push(`${count} domains: ${ratio.toFixed(2)} times the bare app`);
  table.push([
    count,
    `${listed.seconds.toFixed(2)} s`,
    `${bare.seconds.toFixed(2)} s`,
    ratio.toFixed(2),
    `${listed.megabytes.toFixed(0)} MB`,
    `${bare.megabytes.toFixed(0)} MB`,
    (listed.megabytes / bare.megabytes).toFixed(2),
  ]);
}
const [thousand, twoThousand] = [seconds.get(1_000)!, seconds.get(2_000)!];
if (thousand > SECONDS_MAXIMUM) failures.push(`1000 domains: ${thousand.toFixed(1)} s`);
const growth = twoThousand / thousand;
if (growth > GROWTH_MAXIMUM) failures.push(`2000 domains: ${growth.toFixed(2)} times 1000 domains`);
console.log(table.toString());
console.log(`Processor time of whole processes, tsx included; the quickest of ${ROUNDS} rounds.`);
if (different.length === 0) console.log('The domain stacks of both are the same, byte by byte.');
for (const problem of [...different, ...failures]) console.error(problem);
if (different.length > 0 || (failures.length > 0 && process.argv.includes('--check'))) process.exitCode = 1;
