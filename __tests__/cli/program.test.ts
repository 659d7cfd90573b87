import type { Command } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world/world';
import { byodkim } from './support/terminal';

const program = createProgram({} as CliWorld, () => async () => undefined);
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

// Sizes are decided, not found out: what does not fit makes room first.
describe('the command line', () => {
  it('has at most 16 commands', () => {
    expect(program.commands.length).toBeLessThanOrEqual(16);
  });

  it('has at most 38 flags, each counted once', () => {
    const flags = new Set(all(program).flatMap(({ options }) => options.map(({ long }) => long)));
    expect([...flags].sort().length).toBeLessThanOrEqual(38);
  });

  it.each([
    [['status', '--wiat'], '--wait? It is an option of set, deploy, check.'],
    [['deploy', '--wiat=3'], '--wait?'],
    [['status', '--regoin', 'x'], '--region?'],
  ])('suggests the intended option: %j', async (args, proposal) => {
    const { exitCode, stderr } = await byodkim(args);
    expect(exitCode).toBe(1);
    expect(stderr.match(/Did you mean .*/g)).toEqual([`Did you mean ${proposal})`]);
  });

  it.each([
    ['audit', 'byodkim status --live --problems'],
    ['evidence', 'byodkim status <domain> --keys'],
    ['update', 'docs/runbook.md'],
  ])('names what has replaced %s', async (name, instead) => {
    const { exitCode, stderr } = await byodkim([name, 'example.com']);
    expect(stderr).toContain(instead);
    expect(exitCode).toBe(1);
  });

  it.each([
    [['status', '--wiat'], 'command-line', /^unknown option '--wiat'/],
    [['bogus'], 'command-line', /^unknown command 'bogus'/],
    [['evidence'], 'command-line', /^unknown command 'evidence'/],
    [['check'], 'command-line', /^missing required argument 'domain'/],
    [
      ['record', 'a.example', '--form', 'x'],
      'command-line',
      /^option '--form <form>' argument 'x' is invalid/,
    ],
    [[], 'no-command', /^Pass a command/],
    [['key'], 'no-command', /^Pass a command/],
  ])('reports a mistake as JSON with --json: %j', async (args, kind, message) => {
    const { exitCode, stdout } = await byodkim(['--json', ...args]);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
      facts: { kind },
      exitCode: 1,
    });
    expect(exitCode).toBe(1);
  });

  it.each([['--help'], ['--version']])('prints no JSON for %s', async (option) => {
    const { exitCode, stdout } = await byodkim(['--json', option]);
    expect(stdout).toMatch(/^(Usage:|\d)/);
    expect(exitCode).toBe(0);
  });

  it('refuses a malformed region', async () => {
    const { exitCode, stderr } = await byodkim([
      'status',
      '--region',
      'ap-northeast1',
      '--no-list',
      'a.example',
    ]);
    expect(stderr).toContain("'ap-northeast1' is invalid. Expected an AWS region such as ap-northeast-1.");
    expect(exitCode).toBe(1);
  });
});
