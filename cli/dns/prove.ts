import type { GateSettings } from '../../handlers/contract';
import type { GateOutcome } from '../../handlers/gate-outcome';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import { usageError } from '../cli-error';
import type { CliWorld } from '../world';

export interface Proof {
  readonly domain: string;
  readonly selector: string;
  readonly expected: RsaPublicKey;
  readonly settings: Omit<GateSettings, 'mode'> & { readonly mode: 'authoritative' | 'recursive' };
  readonly waitSeconds?: number;
}

/** The function's own gate, from where the operator stands. @throws CliError for a malformed server */
export async function prove(world: CliWorld, proof: Proof): Promise<GateOutcome> {
  const { domain, selector, expected, settings, waitSeconds = 0 } = proof;
  try {
    return await world.prove(
      { domain, selector, expected, ...settings, waitSeconds },
      { clock: world.clock, remainingMs: () => Number.POSITIVE_INFINITY, signal: world.signal },
    );
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'VALIDATION_ERROR') throw usageError(message);
    throw error;
  }
}
