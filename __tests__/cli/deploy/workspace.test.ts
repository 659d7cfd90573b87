import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../../cli/deploy/workspace';

describe('the output of a plan', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-workspace-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Plans with an engine whose `init` ends with that exit code. */
  async function plan(exitCode: number): Promise<{ exitCode: number; lines: string[] }> {
    const engine = path.join(folder, 'engine');
    writeFileSync(engine, `#!/bin/sh\necho "$1 speaks"\n[ "$1" = plan ] || exit ${exitCode}\n`);
    chmodSync(engine, 0o755);
    mkdirSync(path.join(folder, 'stacks/example.com'), { recursive: true });
    const known = { kind: 'tofu', path: engine, from: 'PATH', version: '1.10.0' } as const;
    const workspace = new Workspace(folder, known as never, new AbortController().signal, false);
    const lines: string[] = [];
    const end = await workspace.plan('example.com', false, (line) => lines.push(line));
    return { exitCode: end.exitCode, lines };
  }

  it('leaves out what init says', async () => {
    expect(await plan(0)).toEqual({ exitCode: 0, lines: ['plan speaks'] });
  });

  it('is what init says where that fails', async () => {
    expect(await plan(3)).toEqual({ exitCode: 1, lines: ['init speaks'] });
  });
});
