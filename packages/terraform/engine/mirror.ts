import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Account } from '../provider/aws-call';
import { PROVIDER_ADDRESSES } from '../provider/in-process';
import { type PluginCertificate, serveLaunched } from '../provider/launched';
import { LAUNCHED, type Launches, serveLaunches } from './launches';

/** The version of the real provider that this one replaces. */
export const PROVIDER_VERSION = '6.25.0';

export interface MirrorOptions {
  readonly temporaryDirectory?: string;
  /** The program of the real provider. @default the stand-in */
  readonly providerFile?: string;
}

export interface Mirror {
  /** Folder that is removed when the mirror is closed. */
  readonly folder: string;
  /** Variables by which the engine finds and launches the provider. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the number of launched plugins that are being served. */
  served(): number;
  close(): Promise<void>;
}

/**
 * Prepares the engine's CLI configuration, and a filesystem mirror in which it finds the aws provider: the stand-in, as
 * a small program that hands over to this process, or a given program. `InProcessEngine`, which needs no mirror, is
 * faster. The mirror has a folder of its own in `temporaryDirectory`.
 */
export async function prepareMirror(
  account: Account,
  { temporaryDirectory = os.tmpdir(), providerFile }: MirrorOptions = {},
): Promise<Mirror> {
  const directory = mkdtempSync(path.join(temporaryDirectory, 'sandbox-mirror-'));
  const mirror = path.join(directory, 'mirror');
  const configuration = path.join(directory, 'engine.tfrc');
  const launches = providerFile === undefined ? await serveStandIn(directory, account) : undefined;
  writeFileSync(configuration, mirrorConfiguration(mirror));
  for (const address of PROVIDER_ADDRESSES) {
    const program = programPath(mirror, address);
    if (providerFile === undefined) writeFileSync(program, LAUNCHED, { mode: 0o755 });
    else symlinkSync(providerFile, program);
  }
  return {
    folder: directory,
    environment: { TF_CLI_CONFIG_FILE: configuration, ...launches?.environment },
    served: () => launches?.count() ?? 0,
    close: async () => {
      launches?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Serves the stand-in to every engine that launches it, until the mirror is closed. */
async function serveStandIn(directory: string, account: Account): Promise<Launches> {
  const certificate = await makeCertificate();
  return serveLaunches(path.join(directory, 'launches'), (launched, onShutdown) =>
    serveLaunched({ account, ...launched }, certificate, onShutdown),
  );
}

async function makeCertificate(): Promise<PluginCertificate> {
  // Loaded on use, since it takes half a second to load.
  const { generate } = await import('selfsigned');
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

/** Returns the platform in the engine's notation. */
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
