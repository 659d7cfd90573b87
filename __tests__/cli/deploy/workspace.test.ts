import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
    return new Workspace(folder, known as never, new AbortController().signal, false);
  }

  it('plans only where init has passed, and ends with the words of what failed', async () => {
    const ending = (exitCode: number) => `echo "Error: $1"; [ "$1" = plan ] || exit ${exitCode}`;
    expect(await workspace(ending(0)).plan('example.com', false)).toMatchObject({
      exitCode: 0,
      errors: [{ summary: 'plan' }],
    });
    expect(await workspace(ending(3)).plan('example.com', false)).toMatchObject({
      exitCode: 1,
      errors: [{ summary: 'init' }],
    });
  });

  it.each([
    ['{"verified":{"sensitive":false,"type":"bool","value":false}}', false],
    ['{"verified":{"sensitive":false,"type":"bool","value":true}}', true],
    ['{}', true],
  ])('reads from outputs %s whether SES had verified', async (outputs, expected) => {
    expect(await workspace(`echo '${outputs}'`).wasVerified('example.com')).toBe(expected);
  });
});
