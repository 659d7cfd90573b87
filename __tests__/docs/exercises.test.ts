import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROGRAMS } from '../../tools/build/programs';
import { writeApp } from '../../tools/demo/app';
import { fencesOf, PROJECT, readPage } from './support/pages';

const PAGE = readPage('docs/exercises.md');
const SETUP = /^npm run sandbox -- (--zone .*)$/;

/** A command of the page, and what its comment says of its end. */
interface Step {
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly prints: string;
}

function stepOf(line: string): Step {
  const [, command = line, comment = ''] = /^(.*?)\s+# (.*)$/.exec(line) ?? [];
  const [, exitCode, prints = ''] = /^(\d)?\s?(.*)$/.exec(comment)!;
  return { command, exitCode: exitCode === undefined ? undefined : Number(exitCode), prints };
}

const lines = fencesOf(PAGE, 'sh').flatMap((fence) => fence.trim().split('\n'));
const zones = lines.flatMap((line) => SETUP.exec(line)?.[1] ?? []).join(' ');
const steps = lines.filter((line) => !SETUP.test(line)).map(stepOf);

/**
 * The scripts of the project, from any folder: `npm run` would begin in the project's, and build it each time. The command
 * is the built one, since each start from the sources takes a second.
 */
const SANDBOX = `node --no-warnings --require ${require.resolve('tsx/cjs')} ${PROJECT}/packages/terraform/cli/main.ts`;
const BYODKIM = `node --no-warnings ${path.join(PROJECT, PROGRAMS.cli.file)}`;
const NPM = `npm() {
  shift; [ "$1" = --silent ] && shift; local script=$1; shift; [ "$1" = -- ] && shift
  case $script in
    sandbox) ${SANDBOX} "$@" ;;
    byodkim) ${BYODKIM} "$@" ;;
    deploy) ${BYODKIM} deploy "$@" ;;
  esac
}`;

describe('the exercises, followed literally', () => {
  let folder: string;
  let environmentFile: string;
  let sandbox: ReturnType<typeof spawn>;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'byodkim-exercises-'));
    sandbox = spawn('bash', ['-c', `exec ${SANDBOX} ${zones}`], { cwd: folder });
    for await (const line of createInterface({ input: sandbox.stdout! })) {
      const [, file] = /^\s*\. (\S+\/environment)$/.exec(line) ?? [];
      if (file === undefined) continue;
      environmentFile = file;
      break;
    }
    const [, dns] = /SANDBOX_DNS='?([\d.:]+)/.exec(readFileSync(environmentFile, 'utf8'))!;
    writeApp(folder);
    const [list] = fencesOf(PAGE, 'yaml');
    writeFileSync(path.join(folder, 'domains.yaml'), list!.replace('127.0.0.1:5300', dns!));
  });
  afterAll(() => {
    sandbox.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command of the page. @returns its exit code, and all that it has printed */
  const run = (command: string): Promise<{ exitCode: number; printed: string }> =>
    new Promise((resolve) => {
      const script = `${NPM}\n. ${environmentFile}\n${command}`;
      execFile('bash', ['-c', script], { cwd: folder }, (error, stdout, stderr) => {
        resolve({ exitCode: Number(error?.code ?? 0), printed: `${stdout}${stderr}` });
      });
    });

  // Each continues where the one before it has ended.
  it.each(steps.map((step) => [step.command, step] as const))('%s', async (_, step) => {
    const { exitCode, printed } = await run(step.command);
    expect({ exitCode, printed }).toEqual({
      exitCode: step.exitCode ?? exitCode,
      printed: expect.stringContaining(step.prints),
    });
    if (step.exitCode === undefined && step.prints === '') expect(exitCode).toBe(0);
  });
});
