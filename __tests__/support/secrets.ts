import type { OwnKey } from './deployment';

/** A run of a key's base64 this long is a leak. */
const RUN = 24;
/** Base64 that may hold a text which holds a key. */
const LONG_BASE64 = /[A-Za-z0-9+/]{64,}={0,2}/g;
/** Where alone a run can be. */
const ANY_BASE64 = /[A-Za-z0-9+/=]{24,}/g;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const secrets = new WeakMap<OwnKey, ReadonlySet<string>>();

/**
 * Finds runs of a private key's base64 that its public half does not have: PKCS#1 and the DKIM record hold the modulus
 * at the same base64 alignment, and what is published is no secret. Also found are base64url, percent-encoding, line
 * breaks of any kind in between, and base64 of a text that holds it.
 */
export function leaks(text: string, key: OwnKey): string[] {
  const secret = secretOf(key);
  return [text, ...decoded(text)].flatMap((each) => runs(flat(each)).filter((run) => secret.has(run)));
}

/** The texts, by name, in which a piece of a private key is, or any PEM of one. */
export function leakingTexts(texts: ReadonlyMap<string, string>, keys: readonly OwnKey[]): string[] {
  // Most files are the same from one step to the next.
  const names = new Map([...texts].map(([name, text]) => [text, name]));
  return [...names].flatMap(([text, name]) => {
    const found = keys.flatMap((key) => leaks(text, key)).slice(0, 1);
    return PEM.test(text) || found.length > 0 ? [`${name}: ${found[0] ?? 'PEM'}`] : [];
  });
}

function secretOf(key: OwnKey): ReadonlySet<string> {
  const known = secrets.get(key);
  if (known) return known;
  const made = new Set(runs(key.privateKey.replace(/-----[^-]+-----|\s/g, '')));
  for (const run of runs(key.publicKey)) made.delete(run);
  secrets.set(key, made);
  return made;
}

const decoded = (text: string): string[] =>
  (text.match(LONG_BASE64) ?? []).map((base64) => Buffer.from(base64, 'base64').toString('latin1'));

const flat = (text: string): string =>
  text
    .replace(/\\[rn]|\s/g, '')
    .replace(/%2B/gi, '+')
    .replace(/%2F/gi, '/')
    .replaceAll('\\/', '/')
    .replaceAll('-', '+')
    .replaceAll('_', '/');

const runs = (text: string): string[] =>
  (text.match(ANY_BASE64) ?? []).flatMap((base64) =>
    Array.from({ length: base64.length - RUN + 1 }, (_, start) => base64.slice(start, start + RUN)),
  );
