import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { controlStackId } from '../../list/domain-list';
import type { Engine } from '../../packages/engine/find-engine';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import { type InProcessProvider, serveInProcess } from '../../packages/terraform/provider/in-process';
import { makeKey } from '../../tools/demo/keys';
import { SandboxStage } from '../../tools/demo/sandbox-stage';
import { ADMIN } from './deployment';
import { COMMAND } from './stacks-command';

/** Shortens the pauses of the command, which is loaded after it: at the pace of SES a list of three takes a minute. */
const SHORT_SLEEPS = path.join(__dirname, 'short-sleeps.cjs');

const CDKTF = require.resolve('cdktf-cli/bundle/bin/cdktf');

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A list, the built command and app, and the provider of this process. */
export class ListDeployment {
  private readonly key = makeKey('pkcs1');
  /** Whether the command sleeps as long as it says. */
  private keepsTime = false;

  private constructor(
    readonly domains: readonly string[],
    readonly stage: SandboxStage,
    private readonly provider: InProcessProvider,
  ) {
    this.control = controlStackId(stage.region);
  }

  readonly control: string;

  /** @param engine the one of this machine, when it is left out */
  static async start(domains: readonly string[], engine?: Engine): Promise<ListDeployment> {
    const stage = await SandboxStage.open(engine);
    // It is looked at many times at once.
    stage.sandbox.sesRate.requestsPerSecond = Number.POSITIVE_INFINITY;
    const provider = await serveInProcess({
      account: stage.sandbox,
      environment: stage.sandbox.environment,
      workingDirectory: path.join(stage.outdir, 'stacks', controlStackId(stage.region)),
    });
    const deployment = new ListDeployment(domains, stage, provider);
    deployment.writeList();
    return deployment;
  }

  /** Points the command and its engine at the sandbox. */
  get environment(): Readonly<Record<string, string>> {
    return { ...this.stage.environment, ...this.provider.environment };
  }

  async close(): Promise<void> {
    await this.provider.close();
    await this.stage.close();
  }

  /** From now on SES takes a call a second, and nobody's second is shorter. */
  keepTime(): void {
    this.keepsTime = true;
    this.stage.sandbox.sesRate.requestsPerSecond = 1;
    this.stage.sandbox.service<LambdaService>('lambda').configure({ sleep: 'real' });
  }

  writeList(selectors: Readonly<Record<string, string>> = {}, control = {}, domain = {}): void {
    const { bucket, dns, listFile, region } = this.stage;
    const list = {
      control: { keyStore: { bucket, protect: false, writers: [ADMIN] }, ...control },
      defaults: { region, selector: 's1', gate: { nameservers: [dns.address], resolvers: [] } },
      domains: Object.fromEntries(
        this.domains.map((name) => [
          name,
          { ...(selectors[name] && { selector: selectors[name] }), ...domain },
        ]),
      ),
    };
    writeFileSync(listFile, stringify(list));
  }

  async ready(domain: string, selector = 's1'): Promise<void> {
    await this.stage.storeKey(selector, this.key, domain);
    this.stage.dns.setTxt(recordName(domain, selector), recordValue({ spki: this.key.publicKey }));
  }

  /** Starts the command. */
  start(...args: string[]) {
    return this.startWith({}, ...args);
  }

  startWith(env: Readonly<Record<string, string>>, ...args: string[]) {
    return this.spawn([...this.command, ...args], env);
  }

  /** Runs the real `cdktf`, without a terminal or a registry. */
  cdktf(command: 'deploy' | 'diff' | 'destroy', ...args: string[]): Promise<Ended> {
    const more = command === 'diff' ? [] : ['--auto-approve'];
    return this.spawn([process.execPath, CDKTF, command, ...args, ...more], { CI: '1' }).ended;
  }

  /** Starts the command with sleeps that last as long as it says. */
  startAtPace(...args: string[]) {
    return this.spawn([process.execPath, COMMAND, ...args], {});
  }

  private get command(): readonly string[] {
    return [process.execPath, ...(this.keepsTime ? [] : ['--require', SHORT_SLEEPS]), COMMAND];
  }

  /** Starts the command with an engine that can be killed. */
  startKillable(...args: string[]) {
    const { folder, cdktf } = this.stage;
    const [programs, pid] = [path.join(folder, 'killable'), path.join(folder, 'killable.pid')];
    mkdirSync(programs, { recursive: true });
    const script = `#!/bin/sh\necho $$ > '${pid}'\nexec '${cdktf.engine.path}' "$@"\n`;
    writeFileSync(path.join(programs, cdktf.engine.kind), script, { mode: 0o755 });
    const PATH = `${programs}${path.delimiter}${process.env.PATH}`;
    const kill = () => process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    return { ...this.startWith({ PATH }, ...args), kill };
  }

  /** Starts the command at a terminal of its own, where it asks. */
  atTerminal(...args: string[]) {
    const line = [...this.command, ...args].map((word) => `'${word}'`).join(' ');
    return this.spawn(['script', '-qefc', line, '/dev/null'], { NO_COLOR: '1' });
  }

  private spawn([program, ...args]: string[], env: Readonly<Record<string, string>>) {
    const child = spawn(program!, args, {
      cwd: this.stage.folder,
      env: { ...process.env, ...this.environment, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let heard = () => {};
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        heard();
      });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, output }));
    });
    /** Returns the output once it matches, or once the command has ended without a match. */
    const printed = async (pattern: RegExp) => {
      let isEnded = false;
      while (!pattern.test(output) && !isEnded)
        await Promise.race([
          new Promise<void>((resolve) => {
            heard = resolve;
          }),
          ended.then(() => {
            isEnded = true;
          }),
        ]);
      return output;
    };
    return { child, ended, printed };
  }

  readonly run = (...args: string[]): Promise<Ended> => this.start(...args).ended;

  /** Runs a command that has to pass, and returns its output. */
  async passes(...args: string[]): Promise<string> {
    const { exitCode, output } = await this.run(...args);
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}:\n${output}`);
    return output;
  }

  /** Returns the selector that SES has; undefined where it has none. */
  async signs(domain: string): Promise<string | undefined> {
    try {
      const { DkimAttributes } = await this.stage.sandbox.call('ses', 'GetEmailIdentity', {
        EmailIdentity: domain,
      });
      return DkimAttributes.Tokens?.[0];
    } catch {
      return undefined;
    }
  }

  allSign = (): Promise<(string | undefined)[]> => Promise.all(this.domains.map((each) => this.signs(each)));
}
