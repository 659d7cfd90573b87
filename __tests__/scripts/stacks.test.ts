import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROJECT = path.resolve(__dirname, '../..');

describe('the deploy commands refuse', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-stacks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (list: string, ...args: string[]) => {
    const file = path.join(folder, 'domains.yaml');
    writeFileSync(file, list);
    return spawnSync(process.execPath, ['--import', 'tsx', 'scripts/stacks.ts', ...args], {
      cwd: PROJECT,
      env: { ...process.env, BYODKIM_DOMAINS: file },
      input: '',
      encoding: 'utf8',
    });
  };
  const LIST = 'defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: , example.org: }\n';

  it.each([
    [
      'an unknown domain, listing those there are',
      LIST,
      ['deploy', 'other.test'],
      '"other.test" is not in the list. There are: example.com, example.org.\n',
    ],
    [
      'to destroy where nobody can be asked',
      LIST,
      ['destroy', 'example.com'],
      'There is no terminal to ask on. To destroy example.com unasked: --auto-approve.\n',
    ],
    ['an unknown command', LIST, ['remove'], 'Found "remove", allowed: deploy, diff, destroy.\n'],
    [
      'a list with mistakes, one on each line',
      'domains: { excom: , example.com: 5 }\n',
      ['deploy', 'example.com'],
      /domains\.yaml:1:12: domains: found "excom".*\n.*\n.*\n.*:1:34: domains\.example\.com: found 5, allowed: settings, as key: value\n$/,
    ],
  ])('%s', (_, list, args, message) => {
    const { status, stdout, stderr } = run(list, ...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
