/**
 * The one place where secrets are taken out of text that leaves the process: answers, thrown errors, log lines,
 * notices. Whoever reads a private key registers it here; nobody redacts at the call.
 */

/** A run of a key's base64 this long counts as a leak. */
const RUN_LENGTH = 24;
const PEM_BLOCK = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** Words that may hold such a run; its last two characters may be padding. */
const BASE64_TEXT = /[A-Za-z0-9+/]{22,}={0,2}/g;
const MASK = '[REDACTED]';

export class Redactor {
  private readonly secretRuns = new Set<string>();

  /**
   * @param der base64 of a private key.
   * @param publicKey base64 of its public half: PKCS#1 holds the modulus at the same base64 alignment as the DKIM
   *   record does, and what is published in DNS is no secret.
   */
  register(der: string, publicKey: string): void {
    for (const run of runs(der)) this.secretRuns.add(run);
    for (const run of runs(publicKey)) this.secretRuns.delete(run);
  }

  redact(text: string): string {
    const withoutPem = text.replace(PEM_BLOCK, MASK);
    if (this.secretRuns.size === 0) return withoutPem;
    return withoutPem.replace(BASE64_TEXT, (word) => (this.holdsSecret(word) ? MASK : word));
  }

  /** Redacts every string inside a JSON value, names of fields included. */
  redactValue<T>(value: T): T {
    const text = JSON.stringify(value);
    return text === undefined ? value : (this.redactJson(JSON.parse(text)) as T);
  }

  /** String by string: text that was cut out of JSON as a whole might leave no JSON behind. */
  private redactJson(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.redactJson(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.redact(name), this.redactJson(item)]),
    );
  }

  private holdsSecret(word: string): boolean {
    for (const run of runs(word)) if (this.secretRuns.has(run)) return true;
    return false;
  }
}

function* runs(text: string): Generator<string> {
  for (let start = 0; start + RUN_LENGTH <= text.length; start++) yield text.slice(start, start + RUN_LENGTH);
}
