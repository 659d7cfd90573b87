import { stripVTControlCharacters } from 'node:util';
import { ADVICE_LABEL } from '../../handlers/contract';

/** An error that the function threw, as it is found in an engine's output. */
export interface HandlerError {
  /** The code, such as DNS_TXT_NOT_READY. */
  readonly code: string;
  /** What happened. */
  readonly message: string;
  /** What to do, where the error itself says it. */
  readonly advice?: string;
}

const START = /\{\s*"error(?:Type|Message)"\s*:/g;

/**
 * The function's errors in an engine's output, each once. The engine frames what it prints with a bar at the left, cdktf
 * puts the stack's name before it, and long lines are broken at a space.
 */
export function findHandlerErrors(output: string): HandlerError[] {
  const text = unframe(output);
  const found = new Map<string, HandlerError>();
  for (const match of text.matchAll(START)) {
    const payload = parseFrom(text, match.index);
    if (payload) found.set(`${payload.code} ${payload.message}`, payload);
  }
  return [...found.values()];
}

function unframe(output: string): string {
  return stripVTControlCharacters(output)
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[A-Za-z0-9._-]+\s{1,})?[│╷╵|]\s?/u, '').trimEnd())
    .join(' ')
    .replace(/ {2,}/g, ' ');
}

/** The JSON object that begins at `start`, which something else may follow. */
function parseFrom(text: string, start: number): HandlerError | undefined {
  const end = endOfObject(text, start);
  if (end === undefined) return undefined;
  try {
    const { errorType, errorMessage, trace } = JSON.parse(text.slice(start, end)) as Record<string, unknown>;
    if (typeof errorType !== 'string' || typeof errorMessage !== 'string') return undefined;
    const told = Array.isArray(trace) ? trace.slice(1).join('\n') : '';
    const advice = told.startsWith(ADVICE_LABEL) ? told.slice(ADVICE_LABEL.length) : undefined;
    return { code: errorType, message: errorMessage, advice };
  } catch {
    return undefined;
  }
}

function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return index + 1;
  }
  return undefined;
}
