import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordName } from '../../handlers/contract/contract';
import { readSigningKey } from '../../handlers/keys/format/pem';
import { recordValue } from '../../handlers/keys/format/public-key';
import { until } from '../../packages/sandbox/__tests__/until';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { Person, roleOf } from '../support/people';
import { actionsOf, callsOf, granted, unused, used } from '../support/permissions';
import { COMMAND } from '../support/stacks-command';

const DOMAIN = 'example.com';
const ROLE = roleOf('set-domain');
const PUT = 'PutEmailIdentityDkimSigningAttributes';
const MINUTE_MS = 60_000;
const SHORT_SLEEPS = path.join(__dirname, '../support/short-sleeps.cjs');

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The built command as a process, with real sockets and exactly the policy that it asks for. */
describe('byodkim set', () => {
  let dns: DnsServer;
  let sandbox: Sandbox;
  let ses: SesService;
  let person: Person;
  let folder: string;
  /** Everything that any process has printed. */
  let printed = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-set-'));
    dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
    sandbox = await startSandbox({ dns: [dns.address], sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    ses = sandbox.service<SesService>('ses');
    person = await Person.of(sandbox, 'set-domain', 'domains: {}\n', ROLE, [
      DOMAIN,
      '--no-list',
      '--region',
      sandbox.region,
    ]);
  });
  afterAll(async () => {
    await Promise.all([sandbox.close(), dns.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    ses.pace({ delayMs: 0, retryIntervalMs: 0, ending: 'asPublished' });
    await sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity: DOMAIN }).catch(() => {});
  });
  afterEach(() => sandbox.faults.clear());

  const easyDkim = () => sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: DOMAIN });
  const state = async () =>
    (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN })).DkimAttributes;
  const puts = () => callsOf({ sandbox }, ROLE).filter(({ operation }) => operation === PUT).length;

  function start(...more: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
    const servers = ['--nameserver', dns.address, '--resolver', dns.address];
    const args = ['set', DOMAIN, '-s', 's1', '--region', sandbox.region, '--key-file', 'key.pem', ...servers];
    const child = spawn(process.execPath, ['--require', SHORT_SLEEPS, COMMAND, ...args, '--yes', ...more], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...person.environment },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        printed += text;
      });
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (exitCode) => resolve({ exitCode, output })),
    );
    return { child, ended };
  }
  const run = (...more: string[]): Promise<Ended> => start(...more).ended;
  /** Starts a run, and waits until it has Put the key. */
  async function untilPut(): Promise<ReturnType<typeof start>> {
    const before = puts();
    const started = start();
    await until(() => puts() > before);
    return started;
  }
  const publish = (): void => {
    const { publicKey } = readSigningKey(readFileSync(path.join(folder, 'key.pem')), 'key.pem');
    dns.setTxt(recordName(DOMAIN, 's1'), recordValue(publicKey));
  };

  it('makes a key that only its owner may read, waits for its record, and sets it', async () => {
    const { ended } = start('--make-key', '--wait', '3600');
    await until(() => /IN TXT/.test(printed));
    expect(statSync(path.join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
    publish();
    expect(await ended).toMatchObject({ exitCode: 0, output: expect.stringContaining('SES has verified') });
    expect(await state()).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Status: 'SUCCESS' });
    const before = puts();
    expect(await run()).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Nothing was changed'),
    });
    expect(puts()).toBe(before);
  });

  it('waits while SES takes its time and is busy', async () => {
    await easyDkim();
    ses.pace({ delayMs: 25 * MINUTE_MS });
    sandbox.faults.add({ operation: 'ses:*', kind: 'throttle', times: 3 });
    const { ended } = await untilPut();
    await sandbox.clock.advance(30 * MINUTE_MS);
    expect(await ended).toMatchObject({ exitCode: 0 });
  });

  it('restores Easy DKIM that is switched off, and deletes an identity that it has made, if SES gives up', async () => {
    ses.pace({ ending: 'fails' });
    expect(await run()).toMatchObject({ exitCode: 3, output: expect.stringContaining('was deleted again') });
    await expect(state()).rejects.toThrow(/does not exist/);
    await easyDkim();
    await sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: DOMAIN,
      SigningEnabled: false,
    });
    expect(await run()).toMatchObject({
      exitCode: 3,
      output: expect.stringContaining('SES was rolled back'),
    });
    expect(await state()).toMatchObject({ SigningAttributesOrigin: 'AWS_SES', SigningEnabled: false });
  });

  it('restores Easy DKIM when it is interrupted, however often', async () => {
    await easyDkim();
    ses.pace({ delayMs: 60 * MINUTE_MS });
    const { child, ended } = await untilPut();
    child.kill('SIGINT');
    await until(() => /the prior state is restored now/.test(printed));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      exitCode: 130,
      output: expect.stringContaining('Interrupted. SES was rolled back: Easy DKIM as before (signing on).'),
    });
    expect(await state()).toMatchObject({ SigningAttributesOrigin: 'AWS_SES', SigningEnabled: true });
  });

  it('leaves its key if its process dies, and sets it in the next run', async () => {
    await easyDkim();
    ses.pace({ delayMs: 60 * MINUTE_MS });
    const { child, ended } = await untilPut();
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ exitCode: null });
    expect(await state()).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Status: 'NOT_STARTED' });
    ses.pace({ delayMs: 0 });
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(await state()).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Status: 'SUCCESS' });
  });

  it('needs the five actions of its policy on this one identity, all of them, and no other', async () => {
    const policy = granted({ sandbox }, ROLE);
    expect(actionsOf(policy)).toHaveLength(5);
    expect(new Set(policy.flatMap(({ Resource }) => Resource))).toEqual(
      new Set([`arn:aws:ses:${sandbox.region}:${sandbox.accountId}:identity/${DOMAIN}`]),
    );
    const demands = used({ sandbox }, ROLE);
    expect(unused(policy, demands)).toEqual([]);
    expect(callsOf({ sandbox }, ROLE).filter(({ outcome }) => /AccessDenied/.test(outcome))).toEqual([]);
  });

  it('prints nothing of the private key', () => {
    const [, begin] = /-----\n(.{40})/.exec(readFileSync(path.join(folder, 'key.pem'), 'utf8'))!;
    expect(printed).not.toContain(begin);
  });
});
