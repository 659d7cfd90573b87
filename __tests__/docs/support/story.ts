import type { Page } from './pages';

/** A block of commands, as a page gives it. */
export interface Block {
  /** The line of the page on which it begins. */
  readonly at: number;
  /** The heading above it. */
  readonly heading: string;
  readonly commands: readonly string[];
  /** Why nobody can type it here; undefined if it can be typed. */
  readonly notRun?: string;
  /** Why nobody types it who has the package in place of a clone; undefined if they do. */
  readonly onlyInClone?: string;
  /** What somebody else does while it is typed, or before each of its commands. */
  readonly meanwhile: readonly string[];
  readonly beforeEach: readonly string[];
  /** The exit codes of its commands, if they are not 0. */
  readonly exitCodes?: readonly number[];
}

/** A block, or what happens between two blocks. */
export type Scene = Block | { readonly play: string };

/**
 * Matches a note to the player of a page, which stands in its source:
 * - `<!-- not run: REASON -->` before a block that cannot be typed here
 * - `<!-- only in a clone: REASON -->` for all blocks below it, which nobody types who has the package
 * - `<!-- play: NAME -->` for what happens at this place of the page
 * - `<!-- meanwhile: NAME -->` before a block, for what somebody else does while it is typed
 * - `<!-- before each: NAME -->` before a block whose commands are alternatives
 * - `<!-- exit codes: 2 0 -->` before a block whose commands do not all end with 0
 */
const NOTE = /^ *<!-- (not run|only in a clone|play|meanwhile|before each|exit codes): (.+) -->$/;
const BEGIN = /^( *)```(\w*)/;
const HEADING = /^#{1,6} (.+)$/;

/** Reads a page as a story: its blocks of commands, and what happens in between, in the order of the page. */
export function storyOf({ file, text }: Page): Scene[] {
  const scenes: Scene[] = [];
  const lines = text.split('\n');
  let heading = '';
  let onlyInClone: string | undefined;
  let notes: [kind: string, text: string][] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const [, kind, said] = NOTE.exec(line) ?? [];
    if (kind === 'play') scenes.push({ play: said! });
    else if (kind === 'only in a clone') onlyInClone = said;
    else if (kind !== undefined) notes.push([kind, said!]);
    heading = HEADING.exec(line)?.[1] ?? heading;
    const [, indent = '', language] = BEGIN.exec(line) ?? [];
    if (language === undefined) continue;
    const end = lines.findIndex((each, index) => index > at && /^ *```$/.test(each));
    if (language === 'sh') {
      const body = lines.slice(at + 1, end).map((each) => each.slice(indent.length));
      scenes.push({
        at: at + 1,
        heading,
        commands: commandsOf(body),
        ...(onlyInClone !== undefined && { onlyInClone }),
        ...notesOf(notes),
      });
      notes = [];
    } else if (notes.length > 0) throw new Error(`${file}:${at + 1}: a note before a block of ${language}`);
    at = end;
  }
  if (notes.length > 0) throw new Error(`${file}: a note without a block: ${notes.map(String).join('; ')}`);
  return scenes;
}

/** A line of a block is a command, unless it only comments, or continues the one above. */
const commandsOf = (lines: readonly string[]): string[] =>
  lines
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));

function notesOf(notes: readonly [string, string][]) {
  const all = (kind: string) => notes.filter(([each]) => each === kind).map(([, text]) => text);
  const [notRun] = all('not run');
  const [codes] = all('exit codes');
  return {
    meanwhile: all('meanwhile'),
    beforeEach: all('before each'),
    ...(notRun !== undefined && { notRun }),
    ...(codes !== undefined && { exitCodes: codes.split(' ').map(Number) }),
  };
}
