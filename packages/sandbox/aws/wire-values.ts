/**
 * Values of the SDK's shapes as JSON, for `/_sandbox/call`: bytes travel as `{"$base64": "…"}`, times as
 * `{"$date": "<ISO 8601>"}`. What is undefined is left out.
 */
export function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $base64: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, toWire(member)]),
  );
}

/** The way back. Bytes become Buffers. */
export function fromWire(value: unknown): any {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [key, member] = entries[0]!;
    if (key === '$base64' && typeof member === 'string') return Buffer.from(member, 'base64');
    if (key === '$date' && typeof member === 'string') return new Date(member);
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, fromWire(member)]));
}
