import type { OwnKey } from './deployment';

/** A run of a key's base64 this long is a leak. */
const RUN = 24;

/**
 * Finds runs of a private key's base64 that its public half does not have: PKCS#1 and the DKIM record hold the modulus
 * at the same base64 alignment, and what is published is no secret.
 */
export function leaks(text: string, { privateKey, publicKey }: OwnKey): string[] {
  const secret = new Set(runs(privateKey.replace(/-----[^-]+-----|\s/g, '')));
  for (const run of runs(publicKey)) secret.delete(run);
  const flat = text.replace(/\\n|\s/g, '');
  return [...runs(flat)].filter((run) => secret.has(run));
}

function* runs(text: string): Generator<string> {
  for (let start = 0; start + RUN <= text.length; start++) yield text.slice(start, start + RUN);
}
