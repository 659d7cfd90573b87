import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ADVICE_LABEL } from '../../handlers/contract/contract';
import type { KnownEngine } from '../../packages/engine/engine-version';
import type { HandlerError } from '../words/failures';

/** A change of one resource in a plan. */
export interface PlannedChange {
  /** e.g. `aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D`. */
  readonly address: string;
  /** The name that the engine gives it: `create`, `update`, `delete`, `replace`, … */
  readonly action: string;
  /** The engine's reason for replacing or deleting it: `tainted`, `requested`, `cannot_update`, … */
  readonly reason?: string;
}

/** The parts of a resource in a plan's `show -json` that are read here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

/** Result of one run of the engine. */
export interface EngineEnd {
  readonly exitCode: number;
  /** Its output as text. */
  readonly output: string;
  /** Errors of its JSON output. */
  readonly errors: readonly {
    readonly summary: string;
    readonly detail?: string;
    /** The resource that it concerns. */
    readonly address?: string;
  }[];
  readonly changes: readonly PlannedChange[];
  /** Number of resources that it would change or has changed; undefined if it failed before that. */
  readonly counts: { readonly add: number; readonly change: number; readonly remove: number } | undefined;
  /** The stack's output `verified`, after an apply. */
  readonly verified: unknown;
  /** Providers that `init` has installed and that may not be started. */
  readonly refusal?: {
    readonly code: 'FOREIGN_PROVIDER' | 'PROVIDER_NOT_LOCKED';
    readonly providers: readonly string[];
  };
  /** The signal that ended it, such as SIGKILL, if it did not end by itself. */
  readonly killedBy?: string;
}

/** Receives the events of an apply as they happen. */
export interface EngineEvents {
  /** Receives the progress of a resource, in the engine's words. */
  onLine?(line: string): void;
  /** Receives the address of a resource that has not been made for ten seconds. */
  onWait?(address: string): void;
}

/**
 * Runs the engine once, without questions, in its own process group. A terminal interrupts every process of its group, and an
 * engine that is interrupted twice leaves its lock behind.
 * @param signal aborted by an interrupt, after which the engine is interrupted once, releases its lock and ends by itself
 */
export async function runEngine(
  engine: KnownEngine,
  args: readonly string[],
  { cwd, cache, signal }: { readonly cwd: string; readonly cache: string; readonly signal: AbortSignal },
  events?: EngineEvents,
): Promise<EngineEnd> {
  const child = spawn(engine.path, args, {
    cwd,
    env: {
      ...process.env,
      ...ENVIRONMENT,
      TF_PLUGIN_CACHE_DIR: cache,
      // `show` refuses options of init, plan and apply, such as `-lock-timeout`.
      ...(args[0] === 'show' && { TF_CLI_ARGS: '' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // The signal goes to the whole group, since a version manager or a wrapper in between need not pass it on.
  const interrupt = () => {
    try {
      process.kill(-child.pid!, 'SIGINT');
    } catch {
      child.kill('SIGINT');
    }
  };
  signal.addEventListener('abort', interrupt, { once: true });
  const lines: EngineLine[] = [];
  child.on('error', ({ message }) => lines.push(readLine(`Error: ${message}`)));
  const reading = [child.stdout, child.stderr].map(async (input) => {
    for await (const line of createInterface({ input })) lines.push(readLine(line, events));
  });
  const [exitCode, killedBy] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  signal.removeEventListener('abort', interrupt);
  await Promise.all(reading);
  return { ...endOf(exitCode ?? 1, lines), ...(killedBy && { killedBy }) };
}

/** No question is asked, and no version is looked up over the network. */
const ENVIRONMENT = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' } as const;

/** The parts of a line of `plan -json` and `apply -json` that are read here, or the text of `init` and `show`. */
interface EngineLine {
  readonly '@message': string;
  readonly type?: string;
  readonly diagnostic?: EngineEnd['errors'][number] & { readonly severity: string };
  readonly change?: Omit<PlannedChange, 'address'> & { readonly resource: { readonly addr: string } };
  readonly hook?: { readonly resource?: { readonly addr: string } };
  readonly changes?: EngineEnd['counts'];
  readonly outputs?: { readonly verified?: { readonly value?: unknown } };
}

export function readLine(text: string, events: EngineEvents = {}): EngineLine {
  const line = parseLine(text);
  const { '@message': message, type = '', hook } = line;
  if (type.startsWith('apply_')) events.onLine?.(message);
  if (type === 'apply_progress' && hook?.resource) events.onWait?.(hook.resource.addr);
  return line;
}

function parseLine(text: string): EngineLine {
  try {
    if (text.startsWith('{"@level"')) return JSON.parse(text);
  } catch {
    // A line that is cut off is text.
  }
  return { '@message': text };
}

export const endOf = (exitCode: number, lines: readonly EngineLine[]): EngineEnd => ({
  exitCode,
  output: lines
    .map(({ '@message': message, diagnostic }) => [message, diagnostic?.detail].filter(Boolean).join('\n\n'))
    .join('\n'),
  errors: lines.flatMap(({ diagnostic }) => (diagnostic?.severity === 'error' ? diagnostic : [])),
  changes: lines.flatMap(({ type, change }) =>
    type === 'planned_change' && change ? { ...change, address: change.resource.addr } : [],
  ),
  counts: lines.findLast(({ type }) => type === 'change_summary')?.changes,
  verified: lines.findLast(({ type }) => type === 'outputs')?.outputs?.verified?.value,
});

/** Lambda's payload of a function that threw: a flat object. */
const PAYLOAD = /\{\s*"error(?:Type|Message)"\s*:(?:"(?:[^"\\]|\\.)*"|[^"}])*\}/g;

/**
 * Matches the domain in one of our commands. The advice is the same for several domains, and the entry is inserted when it is
 * printed.
 */
const OF_DOMAIN = /(byodkim (?:[a-z]+ )+)\S+ --region [\w-]+/g;

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
    return [{ code: errorType, message: errorMessage, advice: advice?.replace(OF_DOMAIN, '$1<domain>') }];
  } catch {
    return [];
  }
}
