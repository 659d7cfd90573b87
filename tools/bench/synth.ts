/**
 * Time and memory to synthesize 1, 100 and 1,000 domains, beside the same resources in bare cdktf:
 * `npx tsx tools/bench/synth.ts [--check]`. With `--check` it fails above 1.3 times the bare app or 6 s for 1,000 domains.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';

const COUNTS = [1, 100, 1_000];
const ROUNDS = 3;
const RATIO_MAXIMUM = 1.3;
const SECONDS_MAXIMUM = 6;
const KINDS = ['listed', 'bare'] as const;

interface Measurement {
  readonly seconds: number;
  readonly megabytes: number;
  /** What the last stack became. */
  readonly stack: string;
}

function measure(kind: (typeof KINDS)[number], count: number): Measurement {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  try {
    const outdir = path.join(folder, 'out');
    mkdirSync(outdir);
    const program = path.join(__dirname, `synth-${kind}.ts`);
    const startedAt = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', 'tsx/cjs', program, `${count}`, outdir],
      { encoding: 'utf8' },
    );
    const seconds = (performance.now() - startedAt) / 1000;
    if (status !== 0) throw new Error(stderr);
    const stack = readFileSync(
      path.join(outdir, 'stacks', `d${count - 1}.example.com`, 'cdk.tf.json'),
      'utf8',
    );
    return { seconds, megabytes: Number(stdout) / 1024, stack };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The quickest of several rounds, taken in turns so that both see the same machine. */
function best(count: number): Record<(typeof KINDS)[number], Measurement> {
  const rounds = Array.from({ length: ROUNDS }, () => KINDS.map((kind) => measure(kind, count)));
  const quickest = (index: number): Measurement =>
    rounds.map((round) => round[index]!).reduce((a, b) => (a.seconds <= b.seconds ? a : b));
  return { listed: quickest(0), bare: quickest(1) };
}

const table = new Table({
  head: ['domains', 'list', 'bare cdktf', 'time ratio', 'list', 'bare', 'memory ratio'],
});
const failures: string[] = [];
for (const count of COUNTS) {
  const { listed, bare } = best(count);
  if (listed.stack !== bare.stack)
    failures.push(`${count} domains: the bare app does not make the same stack`);
  const ratio = listed.seconds / bare.seconds;
  if (ratio > RATIO_MAXIMUM) failures.push(`${count} domains: ${ratio.toFixed(2)} times the bare app`);
  if (count === 1_000 && listed.seconds > SECONDS_MAXIMUM)
    failures.push(`${count} domains: ${listed.seconds.toFixed(1)} s`);
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
console.log(table.toString());
console.log(
  `The quickest of ${ROUNDS} rounds; whole processes, tsx included. The domain stacks of both are the same, byte by byte.`,
);
for (const failure of failures) console.error(failure);
if (failures.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
