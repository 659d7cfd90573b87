/** A path into a JSON value. */
export type Place = readonly (string | number)[];

/** Lists every place of a JSON value, itself first. */
export const placesIn = (value: unknown, at: Place = []): Place[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

/** Returns what stands there. */
export const valueAt = (value: any, at: Place): unknown => at.reduce((inner, key) => inner?.[key], value);

/** Returns a copy of the value in which `to` stands there. */
export function withAt(value: any, [key, ...rest]: Place, to: unknown): any {
  if (key === undefined) return to;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = withAt(value?.[key], rest, to);
  return copy;
}
