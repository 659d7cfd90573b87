/**
 * Measures the processor time of synthesizing 1,000 and 2,000 domains, and of the same stacks in bare cdktf. It fails
 * if the stacks differ, if a list takes longer than the bare app, or if the time is not linear.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './main';

/** Limits the growth of the time for twice the domains. It exceeds 2, since the garbage collector has more to do. */
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
      // Leaves out the parts by which the command recognises an unchanged stack. Bare cdktf has no equivalent.
      for (const name of ['applied', 'begun', 'record_name']) delete output[name];
      delete resource.terraform_data.applied;
      // Leaves out sentences for people, which do not affect the synthesis.
      const isSentence = (key: string): boolean => key === 'error_message' || key === 'description';
      const withoutSentences = (key: string, value: unknown) => (isSentence(key) ? undefined : value);
      hash.update(JSON.stringify([stack, resource, output], withoutSentences));
    }
    // Measures processor time, which other load on the machine does not lengthen.
    return { seconds: (userCPUTime + systemCPUTime) / 1e6, digest: hash.digest('hex') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 3;
  const measured = (smallest ? [1] : [1_000, 2_000]).map((count) => {
    // Alternates the two, so that both run under the same conditions.
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
