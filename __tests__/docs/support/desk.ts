import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { parseDocument, stringify } from 'yaml';
import type { LambdaService } from '../../../packages/sandbox/aws/services/lambda';
import { type Practice, startPractice } from '../../../packages/terraform/practice/practice';
import { type InProcessProvider, serveInProcess } from '../../../packages/terraform/provider/in-process';
import type { Person } from '../../support/people';
import { PROJECT } from './pages';
import { CLONE, type Way } from './ways';

/** Lets pauses of the command last a hundredth of their time. */
const SHORT_SLEEPS = path.join(PROJECT, '__tests__/support/short-sleeps.cjs');
/** Commands that would empty the `node_modules` that the clone shares with the project. */
const FORBIDDEN = /\bnpm (?:ci|i|install)\b/;

export interface Typed {
  readonly exitCode: number;
  readonly output: string;
}

/** Somebody's desk: a fresh clone or a project with the package, a terminal, and the sandbox in place of AWS and DNS. */
export class Desk {
  /** Variables that the terminal has in addition to those of the sandbox. */
  variables: Readonly<Record<string, string>> = {};
  /** People whom the page names, by their roles. */
  readonly people: Record<string, Person> = {};
  /** Everything that the last block has printed. */
  printed = '';
  /** What is typed if a command asks. */
  answer: string | undefined;
  /** Options that each command of `byodkim` has in addition to those of the page. */
  moreOptions = '';
  private readonly ends: (() => void)[] = [];
  /** The clone, or the project that has the package. */
  readonly clone: string;
  /** Where the terminal is; each block begins in the clone. */
  private cwd: string;

  private constructor(
    private readonly way: Way,
    private readonly folder: string,
    readonly practice: Practice,
    private readonly provider: InProcessProvider,
  ) {
    this.clone = path.join(folder, 'clone');
    this.cwd = this.clone;
  }

  static async open(zones: readonly string[], way: Way = CLONE): Promise<Desk> {
    const practice = await startPractice({ zones });
    const { sandbox, cdktf } = practice;
    sandbox.service<LambdaService>('lambda').configure({ sleep: { factor: 0.01 } });
    sandbox.sesRate.requestsPerSecond = Number.POSITIVE_INFINITY;
    const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-desk-'));
    const clone = path.join(folder, 'clone');
    way.fill(clone);
    mkdirSync(path.join(folder, 'bin'));
    for (const name of ['tofu', 'terraform']) symlinkSync(cdktf.engine.path, path.join(folder, 'bin', name));
    const provider = await serveInProcess({
      account: sandbox,
      environment: sandbox.environment,
      workingDirectory: path.join(clone, 'cdktf.out/stacks', `byodkim-control-${sandbox.region}`),
    });
    const desk = new Desk(way, folder, practice, provider);
    desk.askSandbox();
    return desk;
  }

  async close(): Promise<void> {
    this.provider.close();
    await this.practice.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Names the sandbox's DNS server in the list, as its README says. */
  askSandbox(): void {
    this.editList((list) =>
      list.setIn(['defaults', 'gate'], { nameservers: [this.practice.dns.address], resolvers: [] }),
    );
  }

  get list(): string {
    return readFileSync(path.join(this.clone, 'domains.yaml'), 'utf8');
  }

  editList(edit: (list: ReturnType<typeof parseDocument>) => void): void {
    const list = parseDocument(this.list);
    edit(list);
    this.writeList(list);
  }

  writeList(list: unknown): void {
    writeFileSync(path.join(this.clone, 'domains.yaml'), stringify(list));
  }

  /** Goes back to the clone, where a block begins. */
  beginBlock(): void {
    this.cwd = this.clone;
    this.printed = '';
  }

  /** Does something once the block has been typed. */
  atEndOfBlock(act: () => void): void {
    this.ends.push(act);
  }

  endBlock(): void {
    for (const act of this.ends.splice(0)) act();
  }

  /** Types a line that has to pass. */
  async passes(line: string): Promise<void> {
    const { exitCode, output } = await this.type(line);
    if (exitCode !== 0) throw new Error(`${line}\nended with ${exitCode}:\n${output}`);
  }

  /** Types a line into a terminal, and waits until its commands have ended. */
  async type(line: string): Promise<Typed> {
    if (FORBIDDEN.test(line)) throw new Error(`Not here: ${line}`);
    const place = path.join(this.folder, 'cwd');
    const script = `${this.way.asTyped(line)}${/ byodkim /.test(line) ? this.moreOptions : ''}\ncode=$?; pwd > '${place}'; exit $code`;
    const typed = await (this.answer === undefined
      ? this.run('sh', ['-c', script])
      : this.atTerminal(script));
    this.cwd = readFileSync(place, 'utf8').trim();
    this.printed += typed.output;
    return typed;
  }

  private atTerminal(script: string): Promise<Typed> {
    const file = path.join(this.folder, 'typed.sh');
    writeFileSync(file, script);
    return this.run('script', ['-qefc', `sh '${file}'`, '/dev/null']);
  }

  private run(program: string, args: readonly string[]): Promise<Typed> {
    const { answer } = this;
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.cwd, env: this.environment, stdio: 'pipe' });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          if (
            answer !== undefined &&
            /(?:to continue|Enter a value): *$/.test(stripVTControlCharacters(text))
          )
            child.stdin.write(`${answer}\n`);
        });
      if (answer === undefined) child.stdin.end();
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ exitCode: code ?? 1, output: stripVTControlCharacters(output).replaceAll('\r', '') }),
      );
    });
  }

  private get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.practice.environment,
      // The clone is nobody else's, so the engine's data lies where the pages say.
      CDKTF_OUTDIR: undefined,
      ...this.provider.environment,
      NODE_OPTIONS: `--require ${SHORT_SLEEPS}`,
      NO_COLOR: '1',
      PATH: `${path.join(this.folder, 'bin')}${path.delimiter}${process.env.PATH}`,
      ...this.variables,
    };
  }
}
