import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ADVICE_LABEL } from '../../handlers/contract/contract';
import type { KnownEngine } from '../../packages/engine/engine-version';

/** A change of one resource in a plan. */
export interface PlannedChange {
  /** e.g. `aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D`. */
  readonly address: string;
  /** The name that the engine gives it: `create`, `update`, `delete`, `replace`, … */
  readonly action: string;
  /** Why it is replaced or deleted, as the engine names it: `tainted`, `requested`, `cannot_update`, … */
  readonly reason?: string;
}

/** A resource of `show -json` of a plan, as far as it is read here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

/** How one run of the engine ended. */
export interface EngineEnd {
  readonly exitCode: number;
  /** Its output as text. */
  readonly output: string;
  /** Errors of its JSON output. */
  readonly errors: readonly { readonly summary: string; readonly detail?: string }[];
  readonly changes: readonly PlannedChange[];
  /** How many resources it would change or has changed; absent if it failed before. */
  readonly counts?: { readonly add: number; readonly change: number; readonly remove: number };
  /** Values of the stack's outputs, after an apply. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface EngineSurroundings {
  /** The stack's folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted by an interrupt: the engine is interrupted once, releases its lock and ends by itself. */
  readonly signal: AbortSignal;
}

/** Receives what happens during an apply, as it comes. */
export interface EngineEvents {
  /** Receives the progress of a resource, in the engine's words. */
  onLine?(line: string): void;
  /** Receives the address of a resource that has not been made for ten seconds. */
  onWait?(address: string): void;
}

/**
 * Runs the engine once, without asking, in a process group of its own: a terminal interrupts every process of its group,
 * and an engine that is interrupted twice leaves its lock behind.
 */
export async function runEngine(
  engine: KnownEngine,
  args: readonly string[],
  { cwd, env, signal }: EngineSurroundings,
  events?: EngineEvents,
): Promise<EngineEnd> {
  const child = spawn(engine.path, args, {
    cwd,
    env: { ...process.env, ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // Its whole group: what stands between (a version manager, a wrapper) need not pass it on.
  const interrupt = () => {
    try {
      process.kill(-child.pid!, 'SIGINT');
    } catch {
      child.kill('SIGINT');
    }
  };
  signal.addEventListener('abort', interrupt, { once: true });
  const reader = new EngineReader(events);
  child.on('error', ({ message }) => reader.read(`Error: ${message}`));
  const lines = [child.stdout, child.stderr].map(async (input) => {
    for await (const line of createInterface({ input })) reader.read(line);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  signal.removeEventListener('abort', interrupt);
  await Promise.all(lines);
  return reader.end(exitCode ?? 1);
}

/** No question is asked, and no version is looked up over the network. */
const ENVIRONMENT = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' } as const;

/** A line of `plan -json` and `apply -json`, as far as it is read here. */
interface EngineEvent {
  readonly '@message': string;
  readonly type?: string;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail?: string };
  readonly change?: {
    readonly resource: { readonly addr: string };
    readonly action: string;
    readonly reason?: string;
  };
  readonly hook?: { readonly resource?: { readonly addr: string } };
  readonly changes?: { readonly add: number; readonly change: number; readonly remove: number };
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Reads an engine's lines: events of its JSON output, and the text of `init` and `show`. */
export class EngineReader {
  private readonly lines: string[] = [];
  private readonly errors: EngineEnd['errors'][number][] = [];
  private readonly changes: PlannedChange[] = [];
  private counts: EngineEnd['counts'];
  private outputs: EngineEnd['outputs'] = {};

  constructor(private readonly events: EngineEvents = {}) {}

  read(line: string): void {
    const event = eventIn(line);
    if (event === undefined) {
      this.lines.push(line);
      return;
    }
    const { '@message': message, type = '', diagnostic, change, changes, outputs, hook } = event;
    if (diagnostic?.severity === 'error') this.errors.push(diagnostic);
    if (type === 'planned_change' && change) {
      const { resource, action, reason } = change;
      this.changes.push({ address: resource.addr, action, ...(reason && { reason }) });
    }
    if (type === 'change_summary') this.counts = changes;
    if (type === 'outputs' && outputs)
      this.outputs = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    this.lines.push(diagnostic ? [message, diagnostic.detail].filter(Boolean).join('\n\n') : message);
    if (type.startsWith('apply_')) this.events.onLine?.(message);
    if (type === 'apply_progress' && hook?.resource) this.events.onWait?.(hook.resource.addr);
  }

  end(exitCode: number): EngineEnd {
    const { lines, errors, changes, counts, outputs } = this;
    return { exitCode, output: lines.join('\n'), errors, changes, outputs, ...(counts && { counts }) };
  }
}

function eventIn(line: string): EngineEvent | undefined {
  if (!line.startsWith('{"@level"')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** An error that the function threw, as an engine prints it. */
export interface HandlerError {
  /** The code, such as DNS_TXT_NOT_READY. */
  readonly code: string;
  /** What happened. */
  readonly message: string;
  /** What to do, if the error itself has it. */
  readonly advice?: string | undefined;
}

/** Lambda's payload of a function that threw: a flat object. */
const PAYLOAD = /\{\s*"error(?:Type|Message)"\s*:(?:"(?:[^"\\]|\\.)*"|[^"}])*\}/g;

/** A domain in a command of ours: what to do is the same for several, and names the entry once it is printed. */
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
