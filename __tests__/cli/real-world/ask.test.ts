import { spawn, spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { COMMAND } from '../../support/stacks-command';

/** util-linux's `script` gives a process a terminal. */
const hasTerminals = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const ASKS = `node ${COMMAND} revert example.com --no-list --region ap-northeast-1 --function none`;

/** Runs a command that asks, and types once the question is there. */
function atTerminal(types: string): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['--quiet', '--flush', '--return', '--command', ASKS, '/dev/null'], {
      cwd: PROJECT_ROOT,
    });
    let output = '';
    let hasTyped = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (hasTyped || !output.includes('Type "yes" to continue:')) return;
      hasTyped = true;
      child.stdin.write(types);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}

(hasTerminals ? describe : describe.skip)('a question at the terminal', () => {
  it('exits with 130 on Ctrl-C, without a stack trace', async () => {
    const { exitCode, output } = await atTerminal('\u0003');
    expect(exitCode).toBe(130);
    expect(output.match(/interrupted/gi)).toHaveLength(1);
    expect(output).toContain('Interrupted. Nothing was changed.');
    expect(output).not.toMatch(/^ +at /m);
  });

  it('treats every answer except yes as a no', async () => {
    const { exitCode, output } = await atTerminal('perhaps\r');
    expect(exitCode).toBe(2);
    expect(output).toContain('Nothing was changed: the answer was not "yes".');
  });
});
