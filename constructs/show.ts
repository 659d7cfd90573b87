const SHOWN_LENGTH = 40;

/**
 * Formats a value for a message, cut to fit one line. A private key that was put into a setting by mistake is not repeated.
 */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  if (/PRIVATE KEY/.test(text)) return '(a private key)';
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
