import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../../constructs/built-handler';

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly exitCode: number;
  /** Of everything that was run. */
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What expressions of a workflow refer to, by their paths: `github.token`. */
export type Context = Readonly<Record<string, string>>;

/**
 * One job of a workflow on a machine of its own, as far as its steps are ours: `run`, and actions of the repository.
 * Checkouts are clones, `npm ci` borrows what is installed, artifacts are files; credentials and tools are left out.
 */
export class Job {
  private readonly temp: string;
  private readonly workspace: string;
  private readonly outputs: Record<string, string> = {};
  private output = '';

  constructor(
    private readonly folder: string,
    /** A repository, and what each checkout without a `ref` is of. */
    private readonly repository: { readonly url: string; readonly ref: string },
    private readonly artifacts: string,
    private readonly context: Context,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.temp = path.join(folder, 'temp');
    this.workspace = path.join(folder, 'workspace');
    mkdirSync(this.temp, { recursive: true });
  }

  async run(steps: readonly Step[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
    let exitCode = 0;
    for (const step of steps)
      if (exitCode === 0 || step.if?.includes('always()'))
        exitCode = (await this.step(step, more)) || exitCode;
    return { exitCode, output: this.output, outputs: this.outputs };
  }

  private async step(step: Step, more: Readonly<Record<string, string>>): Promise<number> {
    const { uses, run } = step;
    if (run !== undefined) return this.shell(run, step.env ?? {}, this.workspace);
    const [action = ''] = uses!.split('@');
    if (action.startsWith('./')) return this.ownAction(action, { ...step.with, ...more });
    if (!action.startsWith('actions/') || action === 'actions/setup-node') return 0;
    const given = this.filled(step.with ?? {});
    if (action === 'actions/checkout') this.checkout(given);
    if (action === 'actions/upload-artifact')
      cpSync(given.path!, path.join(this.artifacts, path.basename(given.path!)));
    if (action === 'actions/download-artifact') cpSync(this.artifacts, given.path!, { recursive: true });
    return 0;
  }

  private checkout({ ref = this.repository.ref, path: below = '.' }: Record<string, string>): void {
    const folder = path.join(this.workspace, below);
    execFileSync('git', ['clone', '--quiet', '--no-checkout', this.repository.url, folder]);
    execFileSync('git', ['checkout', '--quiet', ref], { cwd: folder });
  }

  private async ownAction(place: string, given: Readonly<Record<string, string>>): Promise<number> {
    const folder = path.join(this.workspace, place);
    const { inputs = {}, runs } = parse(readFileSync(path.join(folder, 'action.yml'), 'utf8'));
    const context: Record<string, string> = { ...this.context };
    for (const [name, input] of Object.entries<{ default: string }>(inputs))
      context[`inputs.${name}`] = given[name] ?? this.fill(input.default);
    const action = new Job(this.folder, this.repository, this.artifacts, context, {
      ...this.environment,
      GITHUB_ACTION_PATH: folder,
    });
    const { exitCode, output, outputs } = await action.run(runs.steps);
    this.output += output;
    Object.assign(this.outputs, outputs);
    return exitCode;
  }

  private async shell(script: string, env: Readonly<Record<string, string>>, cwd: string): Promise<number> {
    if (script === 'npm ci --ignore-scripts') {
      symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(cwd, 'node_modules'));
      return 0;
    }
    const file = path.join(this.temp, 'output');
    const exitCode = await new Promise<number>((resolve) => {
      const options = {
        cwd,
        env: {
          PATH: process.env.PATH,
          HOME: this.folder,
          RUNNER_TEMP: this.temp,
          GITHUB_OUTPUT: file,
          GITHUB_STEP_SUMMARY: path.join(this.temp, 'summary'),
          ...this.environment,
          ...this.filled(env),
        },
      };
      execFile('bash', ['-e', '-c', script], options, (error, stdout, stderr) => {
        this.output += stdout + stderr;
        resolve(error === null ? 0 : Number(error.code) || 1);
      });
    });
    if (existsSync(file))
      for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
        const at = line.indexOf('=');
        this.outputs[line.slice(0, at)] = line.slice(at + 1);
      }
    writeFileSync(file, '');
    return exitCode;
  }

  private readonly filled = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, this.fill(text)]));

  /** Replaces each `${{ path }}`. @throws Error for one that nothing is known of */
  private fill(text: unknown): string {
    return String(text).replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => {
      const known = { 'runner.temp': this.temp, ...this.context, ...this.ofSteps() };
      if (!(name in known)) throw new Error(`nothing is known of ${name}`);
      return known[name as keyof typeof known] as string;
    });
  }

  private ofSteps(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.outputs).map(([name, value]) => [`steps.review.outputs.${name}`, value]),
    );
  }
}
