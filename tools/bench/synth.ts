/**
 * Processor time to synthesize 1,000 and 2,000 domains, beside the same stacks in bare cdktf. It fails if the
 * stacks differ, if a list takes longer than the bare app, or if the time is not linear.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './main';

/** Of the time of twice the domains: the collector of garbage has more to do. */
const GROWTH_MAXIMUM = 2.3;

type Measurement = ReturnType<typeof measureOnce>;

function measureOnce(kind: 'listed' | 'bare', count: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  try {
    const outdir = path.join(folder, 'out');
    mkdirSync(outdir);
    const args = ['--require', 'tsx/cjs', path.join(__dirname, 'synth-app.ts'), kind, `${count}`, outdir];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const { userCPUTime, systemCPUTime } = JSON.parse(stdout) as NodeJS.ResourceUsage;
    const hash = createHash('sha256');
    for (let index = 0; index < count; index++) {
      const file = path.join(outdir, 'stacks', `d${index}.example.com`, 'cdk.tf.json');
      const { output, resource, ...stack } = JSON.parse(readFileSync(file, 'utf8'));
      // By what was applied to its end an unchanged stack is passed over: bare cdktf has nothing like it.
      for (const name of ['applied', 'begun', 'record_name']) delete output[name];
      delete resource.terraform_data.applied;
      // Sentences for people cost no synthesis.
      const isSentence = (key: string): boolean => key === 'error_message' || key === 'description';
      const withoutSentences = (key: string, value: unknown) => (isSentence(key) ? undefined : value);
      hash.update(JSON.stringify([stack, resource, output], withoutSentences));
    }
    // Of the processor: a machine that is busy with other things does not lengthen it.
    return { seconds: (userCPUTime + systemCPUTime) / 1e6, digest: hash.digest('hex') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 3;
  const measured = (smallest ? [1] : [1_000, 2_000]).map((count) => {
    // In turns, so that both see the same machine.
    const taken = Array.from({ length: rounds }, () => [
      measureOnce('listed', count),
      measureOnce('bare', count),
    ]);
    const [listed, bare] = taken.reduce((best, round) =>
      best.map((each, at) => (each.seconds <= round[at]!.seconds ? each : round[at]!)),
    ) as [Measurement, Measurement];
    return { count, listed, bare, ratio: listed.seconds / bare.seconds };
  });
  const failures = measured.flatMap(({ count, listed, bare, ratio }) => [
    ...(listed.digest === bare.digest ? [] : [`${count} domains: the bare app makes other stacks`]),
    ...(smallest || ratio <= 1 ? [] : [`${count} domains: ${ratio.toFixed(2)} times the bare app`]),
  ]);
  const [once, twice] = measured;
  if (twice && twice.listed.seconds > GROWTH_MAXIMUM * once!.listed.seconds)
    failures.push(`${twice.count} domains take more than ${GROWTH_MAXIMUM} times as long as ${once!.count}`);
  const rows = measured.map(({ count, listed, bare, ratio }) => ({
    ...{ domains: count, 'list, s': listed.seconds.toFixed(2), 'bare cdktf, s': bare.seconds.toFixed(2) },
    times: ratio.toFixed(2),
  }));
  const note = `Processor time of whole processes, tsx included; the quickest of ${rounds}. The bare app has no control stack.`;
  return { rows, note, failures };
};
