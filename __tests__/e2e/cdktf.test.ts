import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { makeKey } from '../../demo/keys';
import { DOMAIN, SandboxStage } from '../../demo/sandbox-stage';
import { type ProcessRun, runProcess } from '../support/run-process';

/**
 * With the real `cdktf` command, which launches the engine, which launches the provider: seconds each, minutes on a
 * machine that has much else to do. The limit finds what hangs; how long things take is measured by the processor.
 */
const LIMIT_MS = 600_000;

describe('npm run demo', () => {
  it(
    'tells the whole story within a minute, and leaves nothing behind',
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-demo-test-'));
      const before = readdirSync(PROJECT_ROOT);
      try {
        const run = await runProcess('npm run demo', { TMPDIR: folder });
        expect(run.exitCode === 0 ? 'told' : run.output).toBe('told');
        expect(run.output).toContain('DNS_TXT_NOT_READY');
        expect(run.output).toContain('no changes: applying twice is applying once');
        expect(run.output).toMatch(
          /12 minutes later the armed revert has fired: SES says SUCCESS, .* selector s1/,
        );
        expect(run.output).toContain('a change is refused by the reading door (NOT_ALLOWED), and by IAM');
        expect(run.output).toMatch(/rotated and confirmed: SES says SUCCESS, origin EXTERNAL, selector s2/);
        expect(run.output).toMatch(/in all \d+\.\d s/);
        // Not by the clock on the wall: other tests run beside.
        expect(run.cpuSeconds).toBeLessThan(60);
        expect(run.leftRunning).toEqual([]);
        // tsx keeps what it has compiled, for whoever uses it next.
        expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
        expect(readdirSync(PROJECT_ROOT).filter((name) => !before.includes(name))).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});

describe('npm run deploy, diff and destroy', () => {
  let stage: SandboxStage;
  /** What somebody's own `cdktf synth` may have left is none of the test's business. */
  let inTheTree: string[];
  const key = makeKey('pkcs1');

  beforeAll(async () => {
    inTheTree = readdirSync(PROJECT_ROOT);
    stage = await SandboxStage.open();
    stage.writeList({ selector: 's1' });
  });
  afterAll(() => stage.close());

  const npm = (command: string): Promise<ProcessRun> =>
    runProcess(`npm run --silent ${command} ${stage.cdktf.args.join(' ')}`, stage.environment);

  it('refuse a domain that is not in the list, with those that are', async () => {
    const { exitCode, output } = await npm('deploy -- exmaple.com');
    expect(output).toContain(
      '"exmaple.com" is not in the list. Did you mean example.com? There are: example.com.',
    );
    expect(exitCode).toBe(1);
  });

  it(
    'say who has to do what when the function refuses',
    async () => {
      // The control plane is deployed on the way; the key is not there.
      const { exitCode, output } = await npm(`deploy -- ${DOMAIN}`);
      expect(output).toMatch(/^Error +CERTIFICATE_NOT_FOUND$/m);
      expect(output).toMatch(/^Reason +There is no private key at\s+s3:\/\/example-dkim-keys\//m);
      expect(output).toMatch(/^SES now +as before; nothing was written$/m);
      expect(output).toMatch(/^Who +/m);
      expect(output).toMatch(/^To do +/m);
      expect(exitCode).toBe(2);
      expect(await stage.dkim()).toBeNull();
    },
    LIMIT_MS,
  );

  it(
    'deploy what is ready',
    async () => {
      await stage.storeKey('s1', key);
      await stage.publish('s1', key);
      const { exitCode, output } = await npm(`deploy -- ${DOMAIN}`);
      expect(output).not.toMatch(/^Error/m);
      expect(exitCode).toBe(0);
      expect(await stage.dkim()).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
    },
    LIMIT_MS,
  );

  it(
    'show no changes then',
    async () => {
      const { exitCode, output } = await npm(`diff -- ${DOMAIN}`);
      expect(output.match(/No changes\./g)).toHaveLength(2);
      expect(exitCode).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'destroy the domain when told so, and leave the control plane',
    async () => {
      const unasked = await npm(`destroy -- ${DOMAIN}`);
      expect(unasked.output).toContain('To destroy example.com unasked: --auto-approve.');
      expect(unasked.exitCode).toBe(1);

      const { exitCode, output } = await npm(`destroy -- ${DOMAIN} --auto-approve`);
      expect(exitCode === 0 ? 'destroyed' : output).toBe('destroyed');
      expect(await stage.dkim()).toBeNull();
      const { Functions } = await stage.sandbox.call('lambda', 'ListFunctions', {});
      expect(Functions).toHaveLength(1);
      expect(readdirSync(PROJECT_ROOT).filter((name) => !inTheTree.includes(name))).toEqual([]);
    },
    LIMIT_MS,
  );
});
