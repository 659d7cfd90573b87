import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { generate } from 'selfsigned';
import { PROVIDER_ADDRESSES } from '../provider/in-process';
import { CERTIFICATE_FILE, type PluginCertificate } from '../provider/launched';

/** The version of the real provider that this one stands for. */
const PROVIDER_VERSION = '6.25.0';

export interface Mirror {
  /** What the engine's environment needs so that it finds and launches the provider. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes everything that was prepared. */
  close(): Promise<void>;
}

/**
 * Lays out the provider where the engine can find it without a registry: a filesystem mirror with a small program
 * that starts Node on the bundled provider. For whoever launches the engine by other means (`cdktf`), and for tests
 * of the launch itself; `inProcessEngine` is faster. All of it is in a folder of its own in `temporaryDirectory`.
 */
export async function prepareMirror(temporaryDirectory = os.tmpdir()): Promise<Mirror> {
  const directory = mkdtempSync(path.join(temporaryDirectory, 'sandbox-mirror-'));
  const program = path.join(directory, 'program', 'provider.cjs');
  const mirror = path.join(directory, 'mirror');
  const configuration = path.join(directory, 'engine.tfrc');
  const [certificate] = await Promise.all([makeCertificate(), bundle(program)]);
  // The program reads AWS's models from where they are beside it in the sources.
  cpSync(path.join(__dirname, '..', 'models'), path.join(directory, 'models'), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts'),
  });
  writeFileSync(path.join(path.dirname(program), CERTIFICATE_FILE), JSON.stringify(certificate), {
    mode: 0o600,
  });
  for (const address of PROVIDER_ADDRESSES) layOut(mirror, address);
  writeFileSync(configuration, engineConfiguration(mirror));
  return {
    environment: {
      TF_CLI_CONFIG_FILE: configuration,
      SANDBOX_PROVIDER_NODE: process.execPath,
      SANDBOX_PROVIDER_PROGRAM: program,
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
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
 * The engine locks the hash of what lies here, so its bytes are always the same: where Node and the provider are
 * comes from the environment.
 */
const SHIM = '#!/bin/sh\nexec "$SANDBOX_PROVIDER_NODE" "$SANDBOX_PROVIDER_PROGRAM"\n';

function layOut(mirror: string, address: string): void {
  const directory = path.join(mirror, address, PROVIDER_VERSION, platform());
  const shim = path.join(directory, `terraform-provider-aws_v${PROVIDER_VERSION}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(shim, SHIM);
  chmodSync(shim, 0o755);
}

/** The platform as the engine names it. */
function platform(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${process.platform}_${arch}`;
}

function engineConfiguration(mirror: string): string {
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
