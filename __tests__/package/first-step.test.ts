import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { EmptyProject, pack } from './support/empty-project';

// The package is built, packed and installed.
jest.setTimeout(600_000);

const DOMAIN = 'example.com';
const SECOND_MS = 1_000;
/** Lets the pauses of the command pass on the clock of the sandbox. */
const SANDBOX_TIME = path.join(__dirname, '../support/sandbox-time.cjs');

describe('a stranger with the package, credentials and one domain', () => {
  let folder: string;
  let project: EmptyProject;
  let dns: DnsServer;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-first-step-'));
    project = new EmptyProject();
    project.install(pack(folder).file, {});
    dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
    sandbox = await startSandbox({ dns: [dns.address] });
  });
  afterAll(async () => {
    await Promise.all([sandbox.close(), dns.close()]);
    project.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const set = (...more: string[]) =>
    new Promise<{ readonly exitCode: number; readonly output: string }>((resolve) => {
      const place = ['--region', sandbox.region, '--nameserver', dns.address, '--resolver', dns.address];
      const args = ['set', DOMAIN, '-s', 's1', '--key-file', 'key.pem', '--yes', ...place, ...more];
      const { PATH, HOME } = process.env;
      const time = { NODE_OPTIONS: `--require ${SANDBOX_TIME}`, SANDBOX_URL: sandbox.controlUrl };
      const env = { PATH, HOME, ...sandbox.environment, ...time };
      execFile(
        'npx',
        ['--no-install', 'byodkim', ...args],
        { cwd: project.folder, env },
        (error, stdout, stderr) => resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });

  /** The time that the clock of the sandbox has skipped: what this machine takes does not count. */
  const skippedMs = () => sandbox.clock.now() - Date.now();

  it('has SES sign with a new key two minutes later, if the record takes 30 seconds and SES takes 60', async () => {
    sandbox.service<SesService>('ses').pace({ delayMs: 60 * SECOND_MS });
    const startedAt = skippedMs();
    const first = await set('--make-key');
    expect(first).toMatchObject({ exitCode: 2, output: expect.stringContaining('is not yet available') });

    const [, name = '', value = ''] = /^(\S+)\. \d+ IN TXT "(.*)"$/m.exec(first.output)!;
    await sandbox.clock.advance(30 * SECOND_MS);
    dns.setTxt(name, value.replaceAll('" "', ''));
    const second = await set('--wait', '3600');
    expect(second).toMatchObject({ exitCode: 0, output: expect.stringContaining('SES has verified') });
    const { DkimAttributes } = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN });
    expect(DkimAttributes).toMatchObject({ Status: 'SUCCESS', SigningEnabled: true, Tokens: ['s1'] });

    const seconds = Math.round((skippedMs() - startedAt) / SECOND_MS);
    expect(seconds).toBeGreaterThanOrEqual(90);
    expect(seconds).toBeLessThanOrEqual(120);
  });
});
