import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../engine/find-engine';
import { NoProviderError } from './provider-source';
import { runEngine } from './run-engine';

/**
 * Has the engine fetch a version of the real provider into its cache, once, before anything depends on it.
 * @param environment names the CLI configuration that has the cache
 * @throws NoProviderError where no registry can be reached, or has no such version
 */
export async function fetchProvider(
  engine: Engine,
  version: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'sandbox-provider-'));
  const terraform = { required_providers: { aws: { source: 'hashicorp/aws', version } } };
  writeFileSync(path.join(cwd, 'main.tf.json'), JSON.stringify({ terraform }));
  try {
    const { exitCode, output } = await runEngine(['init', '-no-color'], { cwd, engine, env: environment });
    if (exitCode !== 0)
      throw new NoProviderError(`hashicorp/aws ${version} cannot be had: ${reason(output)}`);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** The engine's own words, without its frame, as one sentence. */
function reason(output: string): string {
  const plain = output.replace(/[╷│╵]/gu, ' ').replace(/\s+/g, ' ');
  const told =
    /Error: (?:Failed to query available provider packages|Failed to install provider)? *(.*)$/.exec(plain);
  return (told?.[1] ?? plain)
    .replace(/ To see which modules.*/, '')
    .trim()
    .slice(0, 300);
}
