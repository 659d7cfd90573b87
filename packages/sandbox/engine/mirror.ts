import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { PROVIDER_ADDRESSES } from '../provider/in-process';
import { type PluginCertificate, serveLaunched } from '../provider/launched';
import { LAUNCHED, type Launches, serveLaunches } from './launches';
import { type ProviderSource, STAND_IN } from './provider-source';

/** The version of the real provider that this one stands for. */
export const PROVIDER_VERSION = '6.25.0';

export type Mirror = Awaited<ReturnType<typeof prepareMirror>>;

/**
 * Prepares the engine's CLI configuration, and where it finds the aws provider. The stand-in is laid out in a
 * filesystem mirror, as a small program that has it served by this process: for whoever launches the engine by other
 * means (`cdktf`), and for tests of the launch itself; `InProcessEngine` is faster. Another program takes its place in
 * the mirror; the real one is fetched by the engine itself. All of it is in a folder of its own in
 * `temporaryDirectory`.
 */
export async function prepareMirror(temporaryDirectory = os.tmpdir(), source: ProviderSource = STAND_IN) {
  const directory = mkdtempSync(path.join(temporaryDirectory, 'sandbox-mirror-'));
  const mirror = path.join(directory, 'mirror');
  const configuration = path.join(directory, 'engine.tfrc');
  const launches = source.kind === 'stand-in' ? await serveStandIn(directory) : undefined;
  if (source.kind === 'registry') writeFileSync(configuration, cachingConfiguration(directory));
  else {
    writeFileSync(configuration, mirrorConfiguration(mirror));
    for (const address of PROVIDER_ADDRESSES) {
      const program = programPath(mirror, address);
      if (source.kind === 'file') symlinkSync(source.file, program);
      else writeFileSync(program, LAUNCHED, { mode: 0o755 });
    }
  }
  return {
    /** Removed when it is closed. */
    folder: directory,
    /** What the engine needs so that it finds and launches the provider. */
    environment: { TF_CLI_CONFIG_FILE: configuration, ...launches?.environment } as Readonly<
      Record<string, string>
    >,
    close: async () => {
      launches?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Serves the stand-in to whatever engine launches it, until the mirror is closed. */
async function serveStandIn(directory: string): Promise<Launches> {
  const certificate = await makeCertificate();
  return serveLaunches(path.join(directory, 'launches'), (environment, onShutdown) =>
    serveLaunched({ environment, workingDirectory: environment.PWD ?? '' }, certificate, onShutdown),
  );
}

async function makeCertificate(): Promise<PluginCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  return { key, certificate: cert };
}

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
