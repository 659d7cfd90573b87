/**
 * Compares the programs that the engine has installed for a stack with those that its configuration asks for. `init` also
 * installs each provider that a state names, and `plan` starts it, so whoever may write a state could choose a program.
 */
import { readFileSync } from 'node:fs';
import type { KnownEngine } from '../../packages/engine/engine-version';

/** The lock file of providers, which `init` writes in the folder of a stack. */
export const LOCK_FILE = '.terraform.lock.hcl';

/** Returns the addresses of the providers in a lock file: `registry.terraform.io/hashicorp/aws`. */
export const lockedProviders = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/\bprovider\s*"([^"]*)"/g)].map(([, address = '']) =>
    address.toLowerCase(),
  );

/** Returns the addresses of the providers that a stack's configuration asks for (`cdk.tf.json`). */
export function requestedProviders(file: string, kind: KnownEngine['kind']): string[] {
  const { terraform = {} } = JSON.parse(readFileSync(file, 'utf8'));
  const requested = Object.entries<{ readonly source?: string }>(terraform.required_providers ?? {});
  return requested.map(([name, { source = name }]) => addressOf(source.toLowerCase(), kind));
}

/** The registry of providers whose source names no host. */
const REGISTRIES = { terraform: 'registry.terraform.io', tofu: 'registry.opentofu.org' } as const;

/** Completes a source as the engine does: `aws`, `hashicorp/aws`. */
function addressOf(source: string, kind: KnownEngine['kind']): string {
  const parts = source.split('/');
  return ['hashicorp', REGISTRIES[kind]]
    .slice(Math.max(0, parts.length - 1))
    .reduce((address, part) => `${part}/${address}`, source);
}
