import type { TestKey } from '../../../support/world';

const RUN = 24;

function* runs(text: string): Generator<string> {
  for (let start = 0; start + RUN <= text.length; start += 1) yield text.slice(start, start + RUN);
}

/** Finds any run of 24 characters of a private key's base64 that is not in its public half's as well. */
export class SecretScan {
  private readonly secret = new Set<string>();

  constructor(keys: readonly TestKey[]) {
    for (const { der, pem } of keys) for (const run of [...runs(der), ...runs(pem)]) this.secret.add(run);
    for (const { publicKey, value } of keys)
      for (const run of [...runs(publicKey.spki), ...runs(value)]) this.secret.delete(run);
    for (const run of [...this.secret]) if (/-----/.test(run)) this.secret.delete(run);
  }

  /** `undefined`: nothing was found. */
  find(text: string): string | undefined {
    for (const [word] of text.matchAll(/[A-Za-z0-9+/=\n]{24,}/g))
      for (const run of runs(word)) if (this.secret.has(run)) return run;
    return undefined;
  }
}
