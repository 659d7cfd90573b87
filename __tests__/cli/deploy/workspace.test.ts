import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../../cli/deploy/workspace';

describe('a workspace', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-workspace-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** With an engine that is this script. */
  function workspace(script: string): Workspace {
    const engine = path.join(folder, 'engine');
    writeFileSync(engine, `#!/bin/sh\n${script}\n`);
    chmodSync(engine, 0o755);
    mkdirSync(path.join(folder, 'stacks/example.com'), { recursive: true });
    const known = { kind: 'tofu', path: engine, from: 'PATH', version: '1.10.0' } as const;
    const { signal } = new AbortController();
    return new Workspace({ outdir: folder, engine: known as never, signal, colours: false });
  }

  it('plans only where init has passed, and ends with the words of what failed', async () => {
    const ending = (exitCode: number) => `echo "Error: $1"; [ "$1" = plan ] || exit ${exitCode}`;
    expect(await workspace(ending(0)).plan('example.com', 'deploy')).toMatchObject({
      exitCode: 0,
      output: 'Error: plan',
    });
    expect(await workspace(ending(3)).plan('example.com', 'deploy')).toMatchObject({
      exitCode: 1,
      output: 'Error: init',
    });
  });

  it.each([
    ['{"verified":{"sensitive":false,"type":"bool","value":false}}', false],
    ['{"verified":{"sensitive":false,"type":"bool","value":true}}', true],
    ['{}', true],
  ])('reads from outputs %s whether SES had verified', async (outputs, expected) => {
    expect(await workspace(`echo '${outputs}'`).wasVerified('example.com')).toBe(expected);
  });

  it('takes no lock for a diff, since the role that plans in CI may not', async () => {
    const calls = path.join(folder, 'stacks/example.com/calls');
    for (const action of ['deploy', 'diff', 'destroy'] as const)
      await workspace('echo "$*" >> calls').plan('example.com', action);
    const plans = readFileSync(calls, 'utf8').match(/^plan .*$/gm)!;
    expect(plans.map((args) => args.includes('-lock=false'))).toEqual([false, true, false]);
  });
});
