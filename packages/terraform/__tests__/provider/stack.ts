import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../../engine/find-engine';
import type { EngineRun } from '../../engine/run-engine';

type Run = (
  args: readonly string[],
  options: { readonly cwd: string; readonly engine?: Engine },
) => Promise<EngineRun>;

/** A stack in a directory of its own, written as Terraform JSON, run by an engine. */
export interface Stack {
  readonly directory: string;
  /** Replaces the configuration, except `terraform` and `provider`. */
  write(configuration: object): void;
  run(...args: string[]): Promise<EngineRun>;
  /** Applies, and fails the test when the engine does. */
  apply(configuration?: object): Promise<string>;
  /** Whether a plan says that nothing is to be done. */
  planIsEmpty(): Promise<boolean>;
  destroy(): Promise<string>;
  output(): Promise<Record<string, any>>;
  /** The resources of the state: `type.name` → attributes. */
  state(): Promise<Record<string, any>>;
  /** Whether anything is in state. */
  isEmpty(): boolean;
  remove(): void;
}

export async function makeStack(
  runner: {
    readonly run: Run;
    /** Where the engine launches the provider itself: one that is served to it needs none. */
    readonly needsInit?: boolean;
  },
  provider: object = {},
  engine?: Engine,
): Promise<Stack> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'stack-'));
  const run: Stack['run'] = (...args) => runner.run([...args, '-no-color'], { cwd: directory, engine });
  const succeed = async (...args: string[]): Promise<EngineRun> => {
    const done = await run(...args);
    if (done.exitCode !== 0) throw new Error(`${args.join(' ')} failed:\n${done.output}`);
    return done;
  };
  const stack: Stack = {
    directory,
    write: (configuration) => {
      const terraform = { required_providers: { aws: { source: 'aws', version: '6.25.0' } } };
      const whole = {
        terraform,
        provider: { aws: [{ region: 'ap-northeast-1', ...provider }] },
        ...configuration,
      };
      writeFileSync(path.join(directory, 'main.tf.json'), JSON.stringify(whole));
    },
    run,
    apply: async (configuration) => {
      if (configuration) stack.write(configuration);
      return (await succeed('apply', '-auto-approve')).output;
    },
    planIsEmpty: async () => {
      const { exitCode, output } = await run('plan', '-detailed-exitcode');
      if (exitCode === 1) throw new Error(`plan failed:\n${output}`);
      if (exitCode === 2) console.error(output);
      return exitCode === 0;
    },
    destroy: async () => (await succeed('destroy', '-auto-approve')).output,
    output: async () => {
      const values = JSON.parse((await succeed('output', '-json')).stdout);
      return Object.fromEntries(Object.entries<any>(values).map(([name, { value }]) => [name, value]));
    },
    state: async () => {
      const { values } = JSON.parse((await succeed('show', '-json')).stdout);
      return Object.fromEntries(
        (values?.root_module.resources ?? []).map((it: any) => [it.address, it.values]),
      );
    },
    isEmpty: () => {
      const file = path.join(directory, 'terraform.tfstate');
      return !existsSync(file) || JSON.parse(readFileSync(file, 'utf8')).resources.length === 0;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  stack.write({});
  if (runner.needsInit) await succeed('init');
  return stack;
}

/** A reference, as Terraform JSON writes it. */
export const ref = (expression: string): string => `\${${expression}}`;
