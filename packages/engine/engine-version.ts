import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { type Engine, EngineError } from './find-engine';

/** The numbers of a release: `1.11.4`. A suffix such as `-beta1` is ignored. */
export type Version = readonly [major: number, minor: number, patch: number];

/** An engine, and the version that it reports. */
export interface KnownEngine extends Engine {
  /** As the engine prints it: `1.11.4`, `1.17.0-beta1`. */
  readonly version: string;
}

/**
 * Asks an engine for its version.
 * @throws EngineError
 */
export function readEngineVersion(engine: Engine): KnownEngine {
  const { stdout, stderr, error } = spawnSync(engine.path, ['version', '-json'], {
    // Asks outside the stack's directory, whose lock file is irrelevant here and may be broken.
    cwd: tmpdir(),
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    encoding: 'utf8',
    timeout: 30_000,
  });
  const version = versionIn(stdout ?? '');
  if (version !== undefined) return { ...engine, version };
  const answer = (error?.message ?? `${stdout}${stderr}`).trim().split('\n').slice(0, 3).join(' ');
  throw new EngineError(
    `${engine.path} does not say which version it is (\`version -json\`): found ${JSON.stringify(answer.slice(0, 200))}. ` +
      'Is it Terraform or OpenTofu?',
  );
}

/** Finds the version in an answer, which is JSON or text. Warnings may precede it. */
export function versionIn(output: string): string | undefined {
  const found =
    /"terraform_version"\s*:\s*"v?(\d+\.\d+\.\d+[^"]*)"/.exec(output) ??
    /^(?:Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)/m.exec(output);
  return found?.[1];
}

export const numbersOf = (version: string): Version => {
  const [major = 0, minor = 0, patch = 0] = version.split(/[-+]/)[0]!.split('.').map(Number);
  return [major, minor, patch];
};

export function isBefore(version: string, other: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(other)];
  const differing = a.findIndex((number, index) => number !== b[index]);
  return differing >= 0 && a[differing]! < b[differing]!;
}

/** Returns the display name: `Terraform 1.11.4`. */
export const engineName = ({ kind, version }: Pick<KnownEngine, 'kind' | 'version'>): string =>
  `${kind === 'tofu' ? 'OpenTofu' : 'Terraform'} ${version}`;
