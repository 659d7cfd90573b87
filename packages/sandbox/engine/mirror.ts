import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { generate } from 'selfsigned';
import { PROVIDER_ADDRESSES } from '../provider/in-process';
import { CERTIFICATE_FILE, type PluginCertificate } from '../provider/launched';
import { type ProviderSource, STAND_IN } from './provider-source';

/** The version of the real provider that this one stands for. */
export const PROVIDER_VERSION = '6.25.0';

export type Mirror = Awaited<ReturnType<typeof prepareMirror>>;

/**
 * Prepares the engine's CLI configuration, and where it finds the aws provider. The stand-in is laid out in a
 * filesystem mirror, as a small program that starts Node on the bundled provider: for whoever launches the engine by
 * other means (`cdktf`), and for tests of the launch itself; `InProcessEngine` is faster. Another program takes its
 * place in the mirror; the real one is fetched by the engine itself. All of it is in a folder of its own in
 * `temporaryDirectory`.
 */
export async function prepareMirror(temporaryDirectory = os.tmpdir(), source: ProviderSource = STAND_IN) {
  const directory = mkdtempSync(path.join(temporaryDirectory, 'sandbox-mirror-'));
  const mirror = path.join(directory, 'mirror');
  const configuration = path.join(directory, 'engine.tfrc');
  const environment: Record<string, string> = { TF_CLI_CONFIG_FILE: configuration };
  if (source.kind === 'registry') writeFileSync(configuration, cachingConfiguration(directory));
  else {
    writeFileSync(configuration, mirrorConfiguration(mirror));
    if (source.kind === 'stand-in') Object.assign(environment, await prepareStandIn(directory));
    for (const address of PROVIDER_ADDRESSES) {
      const program = programPath(mirror, address);
      if (source.kind === 'file') symlinkSync(source.file, program);
      else writeFileSync(program, SHIM, { mode: 0o755 });
    }
  }
  return {
    /** What the engine needs so that it finds and launches the provider. */
    environment: environment as Readonly<Record<string, string>>,
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Bundles the stand-in; what its shim needs to find it. */
async function prepareStandIn(directory: string): Promise<Record<string, string>> {
  const program = path.join(directory, 'program', 'provider.cjs');
  const start = path.join(path.dirname(program), 'start.cjs');
  const [certificate] = await Promise.all([makeCertificate(), bundle(program)]);
  // The program reads AWS's models from where they are beside it in the sources.
  cpSync(path.join(__dirname, '..', 'models'), path.join(directory, 'models'), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts'),
  });
  writeFileSync(path.join(path.dirname(program), CERTIFICATE_FILE), JSON.stringify(certificate), {
    mode: 0o600,
  });
  writeFileSync(start, START);
  return { SANDBOX_PROVIDER_NODE: process.execPath, SANDBOX_PROVIDER_PROGRAM: start };
}

async function makeCertificate(): Promise<PluginCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  return { key, certificate: cert };
}

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(__dirname, '..', 'provider', 'main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

/**
 * Runs the bundle as `node provider.cjs` would, in half the time: the engine starts it four times a run. What the first
 * one has compiled lies beside it for the others; V8 looks whether it is the same source, compiled by the same V8.
 */
const START = `
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { Script } = require('node:vm');
const filename = require('node:path').join(__dirname, 'provider.cjs');
const compiled = filename + '.compiled';
let cachedData;
try { cachedData = readFileSync(compiled); } catch {}
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
if (cachedData === undefined || script.cachedDataRejected)
  process.on('exit', () => {
    try {
      writeFileSync(compiled + process.pid, script.createCachedData());
      renameSync(compiled + process.pid, compiled);
    } catch {}
  });
script.runInThisContext()(exports, require, module, filename, __dirname);
`;

/**
 * The engine locks the hash of what lies here, so its bytes are always the same: where Node and the provider are
 * comes from the environment.
 */
const SHIM = '#!/bin/sh\nexec "$SANDBOX_PROVIDER_NODE" "$SANDBOX_PROVIDER_PROGRAM"\n';

function programPath(mirror: string, address: string): string {
  const directory = path.join(mirror, address, PROVIDER_VERSION, platform());
  mkdirSync(directory, { recursive: true });
  return path.join(directory, `terraform-provider-aws_v${PROVIDER_VERSION}`);
}

/** The platform as the engine names it. */
function platform(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${process.platform}_${arch}`;
}

function mirrorConfiguration(mirror: string): string {
  const addresses = JSON.stringify(PROVIDER_ADDRESSES);
  return `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ${addresses}
  }
  direct {
    exclude = ${addresses}
  }
}
`;
}

/** Once fetched, it is taken from the cache: each stack would fetch it anew. */
function cachingConfiguration(directory: string): string {
  const cache = path.join(directory, 'cache');
  mkdirSync(cache);
  return `disable_checkpoint = true
plugin_cache_dir = ${JSON.stringify(cache)}
plugin_cache_may_break_dependency_lock_file = true
`;
}
