/** A private key that no redactor knows, as a PEM. */
export const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(20)}\n-----END PRIVATE KEY-----`;
export const KEY = 'MIIEvQ';

/** Facts that choose a sentence, and so are not text from outside. */
const CHOOSING = [
  ...['kind', 'use', 'failure', 'object', 'type', 'problem', 'policy', 'action', 'role', 'verdict'],
  ...['of', 'check', 'stage', 'by', 'onMxFailure', 'topic', 'topics'],
];

/** Puts a private key into every text of the facts. */
export function poisoned<Facts>(facts: Facts, name = ''): Facts {
  if (Array.isArray(facts)) return facts.map((each) => poisoned(each, name)) as Facts;
  if (typeof facts === 'object' && facts !== null)
    return Object.fromEntries(
      Object.entries(facts).map(([key, each]) => [key, poisoned(each, key)]),
    ) as Facts;
  return typeof facts === 'string' && !CHOOSING.includes(name) ? (PEM as Facts) : facts;
}
