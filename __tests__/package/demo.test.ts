import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { runProcess } from '../support/run-process';

/**
 * With the real `cdktf` command, which launches the engine, which launches the provider: seconds each, minutes on a
 * machine that has much else to do. The limit finds what hangs.
 */
const LIMIT_MS = 600_000;

describe('npm run demo', () => {
  it(
    'tells the whole story, and leaves nothing behind',
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-demo-test-'));
      const home = path.join(folder, 'home');
      const before = readdirSync(PROJECT_ROOT);
      try {
        mkdirSync(home);
        const picture = path.join(home, 'apply.svg');
        const run = await runProcess(`npm run demo -- --picture ${picture}`, { TMPDIR: folder, HOME: home });
        expect(run.exitCode === 0 ? 'told' : run.output).toBe('told');
        expect(run.output).toContain('DNS_TXT_NOT_READY');
        expect(run.output).toContain('no changes: applying twice is applying once');
        expect(run.output).toMatch(
          /12 minutes later the armed revert has fired: SES says SUCCESS, .* selector s1/,
        );
        expect(run.output).toContain('a change is refused by the read-only alias (NOT_ALLOWED), and by IAM');
        // By a verifier that is not ours: without an aligned MAIL FROM domain, and with one.
        expect(run.output).toContain('not signed; mailauth says DMARC fail (p=reject)');
        expect(run.output).toContain('not signed; mailauth says DMARC pass by SPF (bounce.example.com)');
        expect(run.output).toMatch(/rotated and confirmed: SES says SUCCESS, origin EXTERNAL, selector s2/);
        expect(run.output).toMatch(/9 steps in \d+\.\d s/);
        // The README's: `npm run demo -- --picture docs/images/apply.svg` draws it.
        expect(readFileSync(picture, 'utf8')).toBe(
          readFileSync(path.join(PROJECT_ROOT, 'docs/images/apply.svg'), 'utf8'),
        );
        expect(run.leftRunning).toEqual([]);
        // tsx keeps what it has compiled, for whoever uses it next.
        expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual(['home']);
        // npm keeps its logs. Above all no provider in the engine's cache, where a real deploy would find it.
        expect(readdirSync(home).filter((name) => !['.npm', 'apply.svg'].includes(name))).toEqual([]);
        expect(readdirSync(PROJECT_ROOT).filter((name) => !before.includes(name))).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});
