import { stripVTControlCharacters } from 'node:util';

/**
 * Joins the lines of what cdktf prints: the engine puts a bar at the left of an error, cdktf puts the stack's name before
 * it, and long lines are broken at a space.
 */
export const unframe = (output: string): string =>
  stripVTControlCharacters(output)
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[A-Za-z0-9._-]+\s{1,})?[│╷╵|]\s?/u, '').trimEnd())
    .join(' ')
    .replace(/ {2,}/g, ' ');
