import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeApp } from '../../tools/demo/app';
import { COMMAND } from '../support/stacks-command';

const PROJECT = path.resolve(__dirname, '../..');

describe('the deploy commands refuse', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-stacks-'));
    writeApp(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (list: string, env: Record<string, string>, ...args: string[]) => {
    const file = path.join(folder, 'domains.yaml');
    writeFileSync(file, list);
    return spawnSync(process.execPath, [COMMAND, ...args], {
      cwd: folder,
      env: { ...process.env, ...env, BYODKIM_DOMAINS: file },
      input: '',
      encoding: 'utf8',
    });
  };
  /** Puts an engine into the folder. @returns how it was called */
  const engine = (script: string) => {
    const program = path.join(folder, 'terraform');
    writeFileSync(program, `#!/bin/sh\necho "$@" >> "$0.calls"\n${script}\n`, { mode: 0o755 });
    return () => readFileSync(`${program}.calls`, 'utf8');
  };
  const LIST = 'defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: , example.org: }\n';

  it('to destroy without --yes if nobody can be asked', () => {
    const { status, stdout, stderr } = run(LIST, {}, 'destroy', 'example.com');
    expect(stderr).toBe('There is no terminal to confirm at. Pass --yes to destroy example.com.\n');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  it('to lose the state with a CI runner', () => {
    const { status, stderr } = run(LIST, { CI: 'true' }, 'deploy', 'example.com', '--yes');
    expect(stderr).toMatch(/^LOCAL_STATE_IN_CI: .*\nTo do: Set backend\.s3 in the list\./);
    expect(status).toBe(1);
  });

  it('an unknown domain, even through npm, and suggest the likely one', () => {
    const file = path.join(folder, 'domains.yaml');
    writeFileSync(file, LIST);
    const { status, stderr } = spawnSync('npm', ['run', '--silent', 'deploy', '--', 'exmaple.com'], {
      cwd: PROJECT,
      env: { ...process.env, BYODKIM_DOMAINS: file },
      input: '',
      encoding: 'utf8',
    });
    expect(stderr).toContain('"exmaple.com" is not in the list. Did you mean example.com? The list has: ');
    expect(status).toBe(1);
  });

  it.each([
    [
      'an engine that is known to be bad',
      'deploy',
      '1.16.0',
      LIST,
      /^ENGINE_REFUSED: Terraform 1\.16\.0 \(.*\) is refused: it loses destroys .* Install 1\.16\.1 or newer/,
    ],
    [
      'an engine that cannot lock as the list says',
      'destroy',
      '1.9.8',
      `backend: { s3: { bucket: acme-state, region: us-east-1 } }\n${LIST}`,
      /^ENGINE_REFUSED: Terraform 1\.9\.8 \(.*\) is refused for this list: .*Install 1\.10 or newer/,
    ],
  ])('%s before anything runs', (_, action, version, list, message) => {
    const calls = engine(`echo '{"terraform_version": "${version}"}'`);
    const { status, stdout, stderr } = run(list, { PATH: folder }, action, 'example.com', '--yes');
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(calls()).toBe('version -json\n');
  });

  it('to begin once interrupted, however early', () => {
    const calls = engine(`kill -INT $PPID\necho '{"terraform_version": "1.11.4"}'`);
    const { status } = run(LIST, { PATH: folder }, 'deploy', 'example.com', '--yes');
    expect([status, calls()]).toEqual([130, 'version -json\n']);
  });
});
