import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { findHandlerErrors } from '../../cli/deploy/handler-errors';
import { EXIT, exitCodeOfError } from '../../cli/exit-codes';
import { realWorld } from '../../cli/real-world';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import { createProgram as createSandbox } from '../../packages/sandbox/cli/program';
import { type Practice, startPractice } from '../../packages/sandbox/practice/practice';
import { byodkim } from '../cli/support/terminal';
import { type Fence, fencesOf, readPage } from '../docs/support/pages';
import { unframe } from '../support/unframe';
import { Workplace } from '../support/workplace';

const DOMAIN = 'example.com';
const PAGE = readPage('docs/exercises.md');
const exercisesIn = (language: string): Fence[] =>
  fencesOf(PAGE, language).filter(({ info }) => info === 'exercise');
const EXERCISES = exercisesIn('sh');

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Somebody who does as the page says, in a terminal that has sourced the file. */
class Trainee {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'byodkim-exercise-'));
  private readonly before = { ...process.env };
  private readonly workplace: Workplace;
  /** Regions that have a control stack. */
  private readonly controlled = new Set<string>();

  constructor(
    private readonly practice: Practice,
    list: string,
  ) {
    Object.assign(process.env, practice.environment, { BYODKIM_DOMAINS: this.listFile });
    writeFileSync(this.listFile, list);
    const { control, defaults } = parse(list);
    this.workplace = new Workplace(practice.sandbox, { control, defaults });
  }

  async close(): Promise<void> {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    await this.workplace.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async type(line: string): Promise<Ended> {
    const inner = /\$\(([^()]*)\)/.exec(line);
    if (inner) {
      const { output } = await this.type(inner[1]!);
      const value = output.trim();
      return this.type(line.replace(`"${inner[0]}"`, `'${value}'`).replace(inner[0], value));
    }
    const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      (found) => found.slice(1).find(Boolean)!,
    );
    const [program, ...args] = words.filter((word) => word !== '--silent');
    if (program === 'sed') return this.edit(args);
    if (program === 'aws') return this.aws(args);
    const [, script = '', , ...rest] = args;
    const run = { sandbox: this.sandbox, byodkim: this.byodkim, deploy: this.deploy }[script];
    if (program !== 'npm' || !run) throw new Error(`the exercise says ${line}, which nobody plays`);
    return run.call(this, rest);
  }

  private get listFile(): string {
    return path.join(this.folder, 'domains.yaml');
  }

  private async sandbox(args: readonly string[]): Promise<Ended> {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const { environment } = this.practice;
    const program = createSandbox({ environment, print, ended: async () => {} });
    await program.parseAsync(args, { from: 'user' });
    return { exitCode: 0, output: lines.join('\n') };
  }

  private async byodkim(args: readonly string[]): Promise<Ended> {
    const { stdout: _out, stderr: _err, prove: _prove, ...world } = realWorld(new AbortController().signal);
    const { exitCode, stdout, stderr } = await byodkim(args, world);
    return { exitCode, output: stdout + stderr };
  }

  private async deploy([domain = '']: readonly string[]): Promise<Ended> {
    const [, region = this.workplace.list.defaults.region] = domain.split('@');
    if (!this.controlled.has(region)) await this.workplace.deployControl(undefined, region);
    this.controlled.add(region);
    const settings = parse(readFileSync(this.listFile, 'utf8')).domains[domain];
    const { exitCode, output } = await this.workplace.deploy(domain, settings);
    const [error] = findHandlerErrors(unframe(output));
    if (error || exitCode !== 0) return { exitCode: error ? exitCodeOfError(error.code) : exitCode, output };
    return /^verified = false$/m.test(output)
      ? { exitCode: EXIT.notReady, output: 'waits for SES' }
      : { exitCode: EXIT.ok, output: 'done' };
  }

  /** `sed -i s/one/other/ FILE` */
  private async edit([, expression = '']: readonly string[]): Promise<Ended> {
    const [, from = '', to = ''] = expression.split('/');
    writeFileSync(this.listFile, readFileSync(this.listFile, 'utf8').replaceAll(from, to));
    return { exitCode: 0, output: '' };
  }

  /** `aws sesv2 some-operation --some-member value --no-other-member` */
  private async aws([, operation = '', ...flags]: readonly string[]): Promise<Ended> {
    const pascal = (text: string) => text.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
    const input = Object.fromEntries(
      flags
        .join(' ')
        .split('--')
        .filter((flag) => flag !== '')
        .map((flag) => flag.trim().split(' '))
        .map(([name = '', value]) =>
          name.startsWith('no-') ? [pascal(name.slice(3)), false] : [pascal(name), value ?? true],
        ),
    );
    const output = JSON.stringify(await this.practice.sandbox.call('ses', pascal(operation), input));
    return { exitCode: 0, output };
  }
}

describe('the exercises', () => {
  let practice: Practice;
  let trainee: Trainee;
  beforeAll(async () => {
    practice = await startPractice({ zones: [DOMAIN, 'example.net'] });
    // Whoever practises waits with the function, a minute for SES.
    practice.sandbox.service<LambdaService>('lambda').configure({ sleep: { factor: 0.02 } });
    const [list] = exercisesIn('yaml');
    trainee = new Trainee(practice, list!.body.replace('127.0.0.1:5300', practice.dns.address));
  });
  afterAll(async () => {
    await trainee.close();
    await practice.close();
  });

  // Each begins where the one before has ended.
  it.each(EXERCISES.map(({ body }, index) => [index + 1, body]))(
    '%d goes as the page says',
    async (_, body) => {
      for (const line of body.trim().split('\n')) {
        const [, command = '', exitCode, shown = ''] = /^(.*?)(?:\s+# (?:(\d) )?(.*))?$/.exec(line)!;
        const ended = await trainee.type(command);
        if (exitCode !== undefined)
          expect({ command, ...ended }).toMatchObject({ command, exitCode: Number(exitCode) });
        expect({ command, output: ended.output }).toEqual({
          command,
          output: expect.stringContaining(shown),
        });
      }
    },
  );
});
