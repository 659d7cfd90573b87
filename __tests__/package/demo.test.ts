import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PROJECT_ROOT } from '../../constructs/built-handler';

// The real `cdktf` command launches the engine, which launches the provider: the limit finds what hangs.
jest.setTimeout(600_000);

/** Lists the command lines of processes that have this in their environment, where the system shows it (/proc). */
function runningWith(variable: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      // Ended meanwhile, or somebody else's.
      return '';
    }
  };
  return (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'environ').includes(variable))
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '));
}

test('npm run demo tells the whole story, and leaves nothing behind', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-demo-test-'));
  const home = path.join(folder, 'home');
  const before = readdirSync(PROJECT_ROOT);
  try {
    mkdirSync(home);
    const picture = path.join(home, 'apply.svg');
    const mark = randomUUID();
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'demo', '--', '--picture', picture], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, TMPDIR: folder, HOME: home, BYODKIM_TEST_PROCESS: mark },
      encoding: 'utf8',
    });
    const output = stripVTControlCharacters(stdout + stderr);
    expect(status === 0 ? 'told' : output).toBe('told');
    expect(output).toContain('DNS_TXT_NOT_READY');
    expect(output).toContain('no changes: applying twice is applying once');
    expect(output).toMatch(/12 minutes later the armed revert has fired: SES says SUCCESS, .* selector s1/);
    expect(output).toContain('a change is refused by the read-only alias (NOT_ALLOWED), and by IAM');
    // By a verifier that is not ours. While SES verifies, it sends nothing, by the stricter reading.
    expect(output).toContain('signed by s1 for example.com; mailauth says pass, DMARC pass (p=reject)');
    expect(output.match(/while SES verifies: refused by SES \(MessageRejected\)/g)).toHaveLength(2);
    expect(output).toMatch(/rotated and confirmed: SES says SUCCESS, origin EXTERNAL, selector s2/);
    expect(output).toMatch(/9 steps in \d+\.\d s/);
    // The README's: `npm run demo -- --picture docs/images/apply.svg` draws it.
    expect(readFileSync(picture, 'utf8')).toBe(
      readFileSync(path.join(PROJECT_ROOT, 'docs/images/apply.svg'), 'utf8'),
    );
    expect(runningWith(mark)).toEqual([]);
    // tsx keeps its compiled files for its next user.
    expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual(['home']);
    // npm keeps its logs. Above all no provider in the engine's cache, where a real deploy would find it.
    expect(readdirSync(home).filter((name) => !['.npm', 'apply.svg'].includes(name))).toEqual([]);
    expect(readdirSync(PROJECT_ROOT).filter((name) => !before.includes(name))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
