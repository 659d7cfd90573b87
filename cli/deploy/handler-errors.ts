import { ADVICE_LABEL } from '../../handlers/contract/contract';

/** An error that the function threw, as an engine prints it. */
export interface HandlerError {
  /** The code, such as DNS_TXT_NOT_READY. */
  readonly code: string;
  /** What happened. */
  readonly message: string;
  /** What to do, if the error itself has it. */
  readonly advice?: string;
}

/** Lambda's payload of a function that threw: a flat object. */
const PAYLOAD = /\{\s*"error(?:Type|Message)"\s*:(?:"(?:[^"\\]|\\.)*"|[^"}])*\}/g;

/** Returns the function's errors in an engine's output, each once. */
export function findHandlerErrors(output: string): HandlerError[] {
  const found = [...output.matchAll(PAYLOAD)].flatMap(([payload]) => parsePayload(payload));
  return [...new Map(found.map((error) => [`${error.code} ${error.message}`, error])).values()];
}

function parsePayload(text: string): HandlerError[] {
  try {
    const { errorType, errorMessage, trace } = JSON.parse(text) as Record<string, unknown>;
    if (typeof errorType !== 'string' || typeof errorMessage !== 'string') return [];
    const rest = Array.isArray(trace) ? trace.slice(1).join('\n') : '';
    const advice = rest.startsWith(ADVICE_LABEL) ? rest.slice(ADVICE_LABEL.length) : undefined;
    return [{ code: errorType, message: errorMessage, advice }];
  } catch {
    return [];
  }
}
