import { execFileSync } from 'node:child_process';
import { COMPLETION_SCRIPTS } from '../../../cli/completion/scripts';
import { byodkim } from '../support/terminal';

const LIST = 'defaults: { region: ap-northeast-1, selector: s1 }\ndomains:\n  example.com:\n  example.org:\n';

async function complete(words: string[], list: string | null = LIST): Promise<string[]> {
  const { stdout, exitCode, stderr } = await byodkim(['complete', '--', ...words], {
    readFile: async () => {
      if (list === null) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return Buffer.from(list);
    },
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  it.each<[string[], string[]]>([
    [['st'], ['status']],
    [
      ['key', ''],
      ['create', 'show'],
    ],
    [
      ['policy', 'deploy-'],
      ['deploy-control', 'deploy-domain'],
    ],
    [['record', 'example.com', '--form', 'n'], ['nsupdate']],
    [['record', '--sel'], ['--selector']],
    [['check', 'example.o'], ['example.org']],
    [['status', 'example.com', 'example.o'], ['example.org']],
    [['--region', 'eu-west-1', 'check', 'example.o'], ['example.org']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['record', 'example.com', ''], []],
    [['no-such-command', 'x'], []],
  ])('of %j is %j', async (words, expected) => {
    expect(await complete(words)).toEqual(expect.arrayContaining(expected));
    if (words.at(-1) !== '' || expected.length === 0) expect(await complete(words)).toEqual(expected);
  });

  it('names every command that help names, and not itself', async () => {
    const { stdout } = await byodkim(['--help']);
    for (const name of await complete([''])) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(await complete([''])).not.toContain('complete');
  });

  it.each([
    ['none', null],
    ['a broken one', 'domains: ['],
  ])('complains of no list: %s', async (_, list) => {
    expect(await complete(['check', ''], list)).toEqual([]);
  });

  it('gives a shell plain words only, whatever stands in a list', async () => {
    const list = `${LIST}  "$(touch x).example":\n  '\`id\`.example':\n`;
    expect(await complete(['check', ''], list)).toEqual(['example.com', 'example.org']);
  });

  it('works in bash', () => {
    const script = `${COMPLETION_SCRIPTS.bash}
byodkim() { printf '%s\\n' "$@" >&2; printf 'two words\\nexample.org\\n'; }
COMP_WORDS=(byodkim check 'example.o'); COMP_CWORD=2; _byodkim
printf '[%s]' "\${COMPREPLY[@]}"`;
    expect(
      execFileSync('bash', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    ).toBe('[two words][example.org]');
  });

  it('refuses a shell that it does not know', async () => {
    const { exitCode, stderr } = await byodkim(['completion', 'tcsh']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
