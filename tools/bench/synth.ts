/**
 * Processor time and memory to synthesize 1,000 and 2,000 domains, beside the same stacks in bare cdktf. It fails if the
 * stacks differ, if a list takes longer than the bare app, or if the time is not linear.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './bench';

const RATIO_MAXIMUM = 1;
/** Of the time of twice the domains: the collector of garbage has more to do. */
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

function measureOnce(kind: Kind, count: number): Measurement {
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

/** Without the digest by which an unchanged stack is passed over: bare cdktf has nothing like it. */
function stackOf(file: string): string {
  const stack = JSON.parse(readFileSync(file, 'utf8'));
  delete stack.output.applied;
  return JSON.stringify(stack);
}

function digestOf(outdir: string, count: number): string {
  const hash = createHash('sha256');
  for (let index = 0; index < count; index++)
    hash.update(stackOf(path.join(outdir, 'stacks', `d${index}.example.com`, 'cdk.tf.json')));
  return hash.digest('hex');
}

/** Returns the quickest of several rounds, taken in turns so that both see the same machine. */
function best(count: number, rounds: number): Record<Kind, Measurement> {
  const taken = Array.from({ length: rounds }, () => KINDS.map((kind) => measureOnce(kind, count)));
  const quickest = (index: number): Measurement =>
    taken.map((round) => round[index]!).reduce((a, b) => (a.seconds <= b.seconds ? a : b));
  return { listed: quickest(0), bare: quickest(1) };
}

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 3;
  const measured = (smallest ? [1] : [1_000, 2_000]).map((count) => ({ count, ...best(count, rounds) }));
  const failures = measured.flatMap(({ count, listed, bare }) => {
    const ratio = listed.seconds / bare.seconds;
    return [
      ...(listed.digest === bare.digest ? [] : [`${count} domains: the bare app makes other stacks`]),
      ...(smallest || ratio <= RATIO_MAXIMUM
        ? []
        : [`${count} domains: ${ratio.toFixed(2)} times the bare app`]),
    ];
  });
  const [once, twice] = measured;
  if (twice && twice.listed.seconds > GROWTH_MAXIMUM * once!.listed.seconds)
    failures.push(`${twice.count} domains take more than ${GROWTH_MAXIMUM} times as long as ${once!.count}`);
  return [
    {
      head: ['domains', 'list', 'bare cdktf', 'time ratio', 'list', 'bare', 'memory ratio'],
      rows: measured.map(({ count, listed, bare }) => [
        count,
        `${listed.seconds.toFixed(2)} s`,
        `${bare.seconds.toFixed(2)} s`,
        (listed.seconds / bare.seconds).toFixed(2),
        `${listed.megabytes.toFixed(0)} MB`,
        `${bare.megabytes.toFixed(0)} MB`,
        (listed.megabytes / bare.megabytes).toFixed(2),
      ]),
      note: `Processor time of whole processes, tsx included; the quickest of ${rounds}. The bare app has no control stack.`,
      failures,
    },
  ];
};
