import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world/world';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { rsaKey } from '../support/keys-of-the-run';
import { Recorder } from '../support/recorder';
import { EmptyProject, pack, passed } from './support/empty-project';

// A clone builds first, and the packed package is installed.
jest.setTimeout(600_000);

const DOMAIN = 'example.com';
/** What follows each command, and whom it asks until the first refusal. */
const COMMANDS: Readonly<Record<string, readonly [args: readonly string[], asks: readonly string[]]>> = {
  set: [
    [DOMAIN, '-s', 's1', '--key-file', 'key.pem', '--yes'],
    ['lambda', 'ses'],
  ],
  deploy: [[DOMAIN, '--yes'], ['engine init']],
  diff: [[DOMAIN], ['engine init']],
  destroy: [[DOMAIN, '--yes'], ['engine init']],
  check: [[DOMAIN, '--key-file', 'key.pem'], ['dns']],
  status: [[], ['lambda']],
  review: [[], ['lambda', 'dns']],
  record: [[DOMAIN], ['lambda']],
  manual: [[DOMAIN], ['lambda']],
  // It prints, and asks nobody.
  policy: [['put-keys'], []],
  adopt: [[], ['ses', 's3']],
  'key put': [
    [DOMAIN, 'key.pem'],
    ['sts', 'dns', 's3'],
  ],
  'key create': [[DOMAIN], ['lambda']],
  rotate: [[DOMAIN], ['lambda']],
  drill: [[], ['lambda']],
  confirm: [[DOMAIN], ['lambda']],
  revert: [[DOMAIN, '--yes'], ['lambda']],
};

/** The commands of `--help`, those of a group with its name. */
function commandsOf(parent: Command, before: readonly string[] = []): string[] {
  return parent.commands.flatMap((each) => {
    const name = [...before, each.name()];
    return each.commands.length > 0 ? commandsOf(each, name) : name.join(' ');
  });
}

/** A folder in which the command is typed, and its first words. */
interface Way {
  readonly folder: string;
  readonly words: readonly string[];
}

let folder: string;
let recorder: Recorder;
let project: EmptyProject;
const ways: Record<string, Way> = {};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-commands-'));
  recorder = await Recorder.open(folder);
  const clone = path.join(folder, 'clone');
  passed(folder, 'git', 'clone', '--quiet', PROJECT_ROOT, clone);
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(clone, 'node_modules'));
  ways.clone = { folder: clone, words: ['npm', 'run', '--silent', 'byodkim', '--'] };
  project = new EmptyProject();
  project.install(pack(folder).file, {});
  // The stacks of the list are the same ones, whoever writes them.
  project.write('cdktf.json', JSON.stringify({ app: `node ${path.join(clone, 'tools/start.js')} app` }));
  ways.package = { folder: project.folder, words: ['npx', '--no-install', 'byodkim'] };
  // For `review`, which compares with a commit.
  passed(project.folder, 'git', 'init', '--quiet');
  passed(project.folder, 'cp', path.join(clone, 'domains.yaml'), '.');
  passed(project.folder, 'git', 'add', 'domains.yaml');
  passed(
    project.folder,
    'git',
    ...['-c', 'user.name=a', '-c', 'user.email=a@example.com'],
    'commit',
    '-qm',
    'a',
  );
  for (const way of Object.values(ways)) prepare(way.folder);
});
afterAll(async () => {
  project.close();
  await recorder.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the list of an operator, and a key. */
function prepare(place: string): void {
  writeFileSync(path.join(place, 'domains.yaml'), recorder.list);
  writeFileSync(path.join(place, 'key.pem'), rsaKey(2048).export({ type: 'pkcs8', format: 'pem' }));
}

/** Types a command of byodkim. */
const type = ({ folder: cwd, words }: Way, ...typed: readonly string[]) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const [program = '', ...args] = [...words, ...typed];
    execFile(program, args, { cwd, env: recorder.environment }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    ).stdin?.end();
  });

test('every command is typed here', () => {
  const program = createProgram({ stdout: {}, stderr: {} } as CliWorld, () => async () => {});
  expect(Object.keys(COMMANDS)).toEqual(commandsOf(program));
});

describe.each(['clone', 'package'])('with a %s', (way) => {
  it.each(Object.entries(COMMANDS))('byodkim %s gets as far as a refusal', async (name, [args, asks]) => {
    const { stdout, stderr } = await type(ways[way]!, ...name.split(' '), ...args);
    const asked = recorder.takeAsked();
    expect(stdout + stderr).not.toContain('UNEXPECTED');
    expect(asked).toEqual(new Set(asks));
  });
});

test('a clone runs its sources as they are now, and prints nothing else on stdout', async () => {
  const { clone } = ways;
  const version = async () => (await type(clone!, '--version')).stdout;
  const file = path.join(clone!.folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  expect(await version()).toBe(`${manifest.version}\n`);
  writeFileSync(file, JSON.stringify({ ...manifest, version: '9.9.9' }));
  expect(await version()).toBe('9.9.9\n');
});
