/** What cdktf takes for one of its own values wherever it stands in a text; escaping does not stop it. */
const TOKEN_MARKER = 'TfToken[';

export const TOKEN_ALLOWED = `text without "${TOKEN_MARKER}"`;
export const holdsToken = (text: string): boolean => text.includes(TOKEN_MARKER);

/**
 * The same value, so written that an engine reads every text and key of it as it stands: in a template `${…}` and
 * `%{…}` are expressions, which could read files of the machine that deploys.
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
