import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type TerraformStack } from 'cdktf';
import { stringify } from 'yaml';
import type { HandlerCode } from '../../constructs';
import { handlerCode } from '../../constructs/built-handler';
import { controlStackId } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';
import { compose } from '../../main';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import type { EngineRun } from '../../packages/terraform/engine/run-engine';

/** Settings of one domain in the list, and the other parts of its stack. */
export interface StackSettings {
  readonly [setting: string]: unknown;
}

/** What a user adds to a stack, the same each time. */
export type Extend = (stack: TerraformStack) => void;

/** A list without its domains. */
export interface ListParts {
  readonly control: object;
  readonly defaults: { readonly region: string; readonly [setting: string]: unknown };
}

/** The function's code, which is looked at once: it is as the run's set-up has built it. */
let code: HandlerCode | undefined;

const APPLY = ['apply', '-auto-approve'];
const PLAN = ['plan', '-detailed-exitcode'];
const DESTROY = ['destroy', '-auto-approve'];

/** A machine that deploys: a folder with a list, state of its own, and the real engine. */
export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'byodkim-test-'));
  private readonly engine: InProcessEngine;
  /** The list of which each stack lies there, and what was added to it. */
  private readonly synthesized = new Map<string, { readonly text: string; readonly extend?: Extend }>();

  /** Entries of the list in addition to the deployed one. Those that share its key matter to it. */
  others: Readonly<Record<string, StackSettings>> = {};

  /** @param environment whose calls these are. @default the administrator's */
  constructor(
    readonly sandbox: Sandbox,
    public list: ListParts,
    private readonly environment: Readonly<Record<string, string>> = sandbox.environment,
  ) {
    this.engine = new InProcessEngine(sandbox, { ...environment, AWS_REGION: list.defaults.region });
  }

  async close(): Promise<void> {
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  deployControl(extend?: Extend, region?: string): Promise<EngineRun> {
    return this.runControl(APPLY, extend, region);
  }

  /** Exit code 0: nothing to do; 2: changes. */
  planControl(): Promise<EngineRun> {
    return this.runControl(PLAN);
  }

  destroyControl(): Promise<EngineRun> {
    return this.runControl(DESTROY);
  }

  /**
   * Applies the stack of one entry as the list would make it.
   * @param entry such as `example.com`, `example.com@us-east-1`
   */
  deploy(entry: string, settings: StackSettings, extend?: Extend): Promise<EngineRun> {
    return this.run(entry, { [entry]: settings }, APPLY, extend);
  }

  /**
   * Exit code 0: nothing to do; 2: changes.
   * @param file is given the plan.
   */
  plan(domain: string, settings: StackSettings, extend?: Extend, file?: string): Promise<EngineRun> {
    const out = file === undefined ? [] : [`-out=${file}`];
    return this.run(domain, { [domain]: settings }, [...PLAN, ...out], extend);
  }

  destroy(entry: string, settings: StackSettings, extend?: Extend): Promise<EngineRun> {
    return this.run(entry, { [entry]: settings }, DESTROY, extend);
  }

  /**
   * Writes one domain's stack as the list would make it.
   * @returns its folder
   */
  write(domain: string, settings: StackSettings): string {
    this.synthesize(domain, { [domain]: settings });
    return this.folderOf(domain);
  }

  /** Any command of the engine in a stack that has been deployed. */
  command(stackId: string, ...args: string[]): Promise<EngineRun> {
    return this.engineIn(this.folderOf(stackId), ...args);
  }

  /** Goes on from what another machine keeps of a stack. */
  takeState(stackId: string, state: string): void {
    mkdirSync(this.folderOf(stackId), { recursive: true });
    writeFileSync(path.join(this.folderOf(stackId), 'terraform.tfstate'), state);
  }

  /** What the engine keeps of a stack that has been deployed, as it wrote it. */
  state(stackId: string): string {
    return readFileSync(path.join(this.folderOf(stackId), 'terraform.tfstate'), 'utf8');
  }

  private folderOf(stackId: string): string {
    return path.join(this.folder, 'out', 'stacks', stackId);
  }

  /** Any command of the engine in a folder that holds a configuration. */
  engineIn(cwd: string, ...args: string[]): Promise<EngineRun> {
    return this.engine.run(args, { cwd, env: this.environment });
  }

  private runControl(
    command: readonly string[],
    extend?: Extend,
    region = this.list.defaults.region,
  ): Promise<EngineRun> {
    const entry = { [`unused.example@${region}`]: { selector: 'unused' } };
    return this.run(controlStackId(region), entry, command, extend);
  }

  private async run(
    stackId: string,
    domains: Record<string, StackSettings>,
    [command = '', ...args]: readonly string[],
    extend?: Extend,
  ): Promise<EngineRun> {
    this.synthesize(stackId, domains, extend);
    return this.command(stackId, command, '-no-color', ...args);
  }

  /**
   * Writes that one stack: the others of the list take as long, and nobody runs them now. Without a backend, since the
   * engine then needs no `init`, and keeps its state beside the stack.
   */
  private synthesize(stackId: string, domains: Record<string, StackSettings>, extend?: Extend): void {
    const outdir = path.join(this.folder, 'out');
    mkdirSync(outdir, { recursive: true });
    const text = stringify({ ...this.list, domains: { ...this.others, ...domains } });
    const before = this.synthesized.get(stackId);
    if (before?.text === text && before.extend === extend) return;
    this.synthesized.delete(stackId);
    const app = new App({ outdir });
    code ??= handlerCode();
    compose(app, parseDomainList(text, path.join(this.folder, 'domains.yaml')), code);
    const stack = app.node.findChild(stackId) as TerraformStack;
    extend?.(stack);
    stack.addOverride('terraform.backend', undefined);
    for (const { id } of app.node.children.map(({ node }) => node))
      if (id !== stackId) app.node.tryRemoveChild(id);
    app.synth();
    this.synthesized.set(stackId, { text, ...(extend && { extend }) });
  }
}
