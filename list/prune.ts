import type { PathSegment } from './source';

/** Wraps a value of which nothing is broken. */
export const whole = (value: unknown): Pruned => ({ value, touches: () => false, takenFrom: () => [] });

/** A value without its broken parts, and where those were. */
export interface Pruned {
  readonly value: unknown;
  /** Whether this part, something in it, or what it is in was broken. */
  touches(path: readonly PathSegment[]): boolean;
  /** Keys of a block that were taken out of it. */
  takenFrom(path: readonly PathSegment[]): string[];
}

/**
 * Takes what has the wrong shape out of a list, so that the rest is checked in the same run and every mistake is reported at
 * once.
 * @param find what is broken in a value; called again until nothing is
 */
export function prune(value: unknown, find: (value: unknown) => readonly (readonly PathSegment[])[]): Pruned {
  const rest: unknown = JSON.parse(JSON.stringify(value ?? null));
  const broken: (readonly PathSegment[])[] = [];
  for (let paths = find(rest); paths.length > 0; paths = find(rest)) {
    for (const path of paths) {
      const taken = takeOut(rest, path);
      if (taken === undefined) return { value: undefined, touches: () => true, takenFrom: () => [] };
      broken.push(taken);
    }
  }
  const begins = (path: readonly PathSegment[], beginning: readonly PathSegment[]): boolean =>
    beginning.every((segment, index) => path[index] === segment);
  return {
    value: rest,
    touches: (path) => broken.some((taken) => begins(taken, path) || begins(path, taken)),
    takenFrom: (path) =>
      broken
        .filter((taken) => taken.length === path.length + 1 && begins(taken, path))
        .map((taken) => String(taken.at(-1))),
  };
}

/** Deletes a part, or the smallest that holds it where it is missing. Returns what was deleted. */
function takeOut(root: unknown, path: readonly PathSegment[]): readonly PathSegment[] | undefined {
  for (let length = path.length; length > 0; length--) {
    const holder = path.slice(0, length - 1).reduce<unknown>(child, root);
    const last = path[length - 1]!;
    if (holder === null || typeof holder !== 'object' || !Object.hasOwn(holder, last)) continue;
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete (holder as Record<PathSegment, unknown>)[last];
    return path.slice(0, length);
  }
  return undefined;
}

const child = (value: unknown, segment: PathSegment): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, segment)
    ? (value as Record<PathSegment, unknown>)[segment]
    : undefined;
