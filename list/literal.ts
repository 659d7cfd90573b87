/** Marks a value of cdktf's own anywhere in a text; escaping does not help. */
const TOKEN_MARKER = 'TfToken[';

export const TOKEN_ALLOWED = `text without "${TOKEN_MARKER}"`;
export const holdsToken = (text: string): boolean => text.includes(TOKEN_MARKER);

/**
 * Escapes every text and key of a value, so that an engine takes it literally: in a template `${…}` and `%{…}` are
 * expressions, which could read files of the machine that deploys.
 */
export function literal<T>(value: T): T {
  return convert(value) as T;
}

function convert(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/([$%])(?=\{)/g, '$1$1');
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [convert(key), convert(inner)]));
}
