import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
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

/** An error as the JSON output of the engine has it. */
export interface EngineError {
  readonly summary: string;
  readonly detail?: string;
}

/** How one run of the engine ended. */
export interface EngineEnd {
  readonly exitCode: number;
  /** Its output as text. */
  readonly output: string;
  readonly errors: readonly EngineError[];
  readonly changes: readonly PlannedChange[];
  /** How many resources it would change or has changed; absent if it failed before. */
  readonly counts?: { readonly add: number; readonly change: number; readonly remove: number };
  /** Values of the stack's outputs, after an apply. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface EngineCall {
  readonly engine: KnownEngine;
  readonly args: readonly string[];
  /** The stack's folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted by an interrupt: the engine is interrupted once, releases its lock and ends by itself. */
  readonly signal: AbortSignal;
  /** Receives the progress of each resource. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs the engine once, without asking, in a process group of its own: a terminal interrupts every process of its group,
 * and an engine that is interrupted twice leaves its lock behind.
 */
export function runEngine({ engine, args, cwd, env, signal, onLine }: EngineCall): Promise<EngineEnd> {
  return new Promise((resolve, reject) => {
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
    const reader = new EngineReader(onLine);
    const lines = [child.stdout, child.stderr].map(async (input) => {
      for await (const line of createInterface({ input })) reader.read(line);
    });
    child.on('error', reject);
    child.on('close', async (code) => {
      signal.removeEventListener('abort', interrupt);
      await Promise.all(lines);
      resolve(reader.end(code ?? 1));
    });
  });
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
  readonly changes?: { readonly add: number; readonly change: number; readonly remove: number };
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Reads an engine's lines: events of its JSON output, and the text of `init` and `show`. */
export class EngineReader {
  private readonly lines: string[] = [];
  private readonly errors: EngineError[] = [];
  private readonly changes: PlannedChange[] = [];
  private counts: EngineEnd['counts'];
  private outputs: EngineEnd['outputs'] = {};

  constructor(private readonly onLine: (line: string) => void = () => {}) {}

  read(line: string): void {
    const event = eventIn(line);
    if (event === undefined) {
      this.lines.push(line);
      return;
    }
    const { '@message': message, type = '', diagnostic, change, changes, outputs } = event;
    if (diagnostic?.severity === 'error') this.errors.push(diagnostic);
    if (type === 'planned_change' && change) {
      const { resource, action, reason } = change;
      this.changes.push({ address: resource.addr, action, ...(reason && { reason }) });
    }
    if (type === 'change_summary') this.counts = changes;
    if (type === 'outputs' && outputs)
      this.outputs = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    this.lines.push(diagnostic ? [message, diagnostic.detail].filter(Boolean).join('\n\n') : message);
    if (type.startsWith('apply_')) this.onLine(message);
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
