import type { CliWorld } from '../../../cli/world';
import { recordName } from '../../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { compose } from '../../../packages/sandbox/mail/compose';
import { FakeCloud, newTestKey, type TestKey, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim } from '../support/terminal';

const NAME = recordName('example.com', 's1');

describe('verify-mail', () => {
  const key = testKey();
  let dns: DnsServer;
  let second: DnsServer;
  let cloud: FakeCloud;

  beforeAll(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    second = await startDnsServer({ zones: { 'example.com': {} } });
  });
  afterAll(() => Promise.all([dns.close(), second.close()]));
  beforeEach(() => {
    cloud = new FakeCloud();
    for (const server of [dns, second]) {
      server.setTxt(NAME, key.value);
      server.behave();
    }
  });

  /** A message, signed by each in turn. */
  async function mail(...signers: { selector?: string; domain?: string; by?: TestKey }[]): Promise<Buffer> {
    const letter = {
      messageId: 'a',
      date: new Date(0),
      from: 'Ops <ops@example.com>',
      to: ['reader@example.net'],
      cc: [],
      replyTo: [],
      subject: 'Grüße',
      text: 'line\n.\nline',
    };
    let raw = Buffer.from(await compose(letter, undefined), 'latin1');
    for (const { selector = 's1', domain = 'example.com', by = key } of signers)
      raw = Buffer.from(await compose({ raw }, { domain, selector, privateKey: by.pem }), 'latin1');
    return raw;
  }

  const save = (message: Buffer | string): CliWorld['readStart'] => {
    const bytes = Buffer.from(message);
    return async (_, most) => bytes.subarray(0, most);
  };
  const verify = (message: Buffer | string, ...args: string[]) =>
    byodkim(
      [
        ...['verify-mail', 'saved.eml', '--no-list', '--region', 'ap-northeast-1'],
        ...['--nameserver', `${dns.address},${second.address}`, ...args],
      ],
      {
        readStart: save(message),
        invoke: functionIn(cloud),
        clock: { now: () => cloud.clock.now(), sleep: async () => {} },
      },
    );

  /** As a deploy leaves it. */
  async function deployed(selector = 's1', by = key): Promise<void> {
    cloud.giveKey('example.com', selector, { key: by });
    if (selector === 's1') cloud.ses.give('example.com');
    const event = { transaction: `t-${selector}`, domain: 'example.com', selector, tf: { action: 'create' } };
    await cloud.invoke({ ...event, resource: 'Signing' });
    await cloud.invoke({ ...event, resource: 'Confirmation' });
  }

  it('ends with 0 when it is signed by the selector and key that the ledger says, and verifies', async () => {
    await deployed();
    const { exitCode, stdout } = await verify(await mail({}));
    expect(stdout).toContain(
      'Selector s1 signed it, and it verifies; the ledger has the same selector and key.',
    );
    expect(stdout).toMatch(new RegExp(`s1 for example\\.com +rsa-sha256 +- +${dns.address} +verifies`));
    expect(exitCode).toBe(0);
  });

  it('says of several signatures which one counts, and leaves those of others alone', async () => {
    await deployed();
    const message = await mail({}, { selector: 'k1', domain: 'amazonses.com' }, { selector: 'old' });
    const { exitCode, stdout } = await verify(message);
    expect(stdout).toContain('Also signed by k1 for amazonses.com: not checked.');
    expect(stdout).toMatch(/old for example\.com .* does not verify: .* says that the name does not exist/);
    expect(stdout).toContain('Selector s1 signed it, and it verifies');
    expect(exitCode).toBe(0);
  });

  it('ends with 3 if the message is not signed for the domain', async () => {
    await deployed();
    const { exitCode, stdout } = await verify(await mail({ selector: 'k1', domain: 'amazonses.com' }));
    expect(stdout).toContain(
      'The message is not signed for example.com, only for amazonses.com, although SES signs with s1 now',
    );
    expect(exitCode).toBe(3);
  });

  it('ends with 2 if the message is not signed while SES looks for the record', async () => {
    cloud.ses.verifySeconds = 3600;
    await deployed();
    const { exitCode, stdout } = await verify(await mail());
    expect(stdout).toContain('SES has not verified selector s1 yet (PENDING), and does not sign until then.');
    expect(exitCode).toBe(2);
  });

  it('names the selector in force after a rotation that waited for SES was rolled back', async () => {
    await deployed();
    cloud.ses.verifySeconds = 3600;
    await deployed('s2', testKey('s2'));
    await cloud.invoke({ action: 'revert', domain: 'example.com' });
    await cloud.clock.advance(2 * 3_600_000);

    expect((await verify(await mail())).stdout).toContain('although SES signs with s1 now');
    expect(await verify(await mail({}))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('the ledger has the same selector and key.'),
    });
  });

  it('does not claim that SES signs after a change by others', async () => {
    await deployed();
    cloud.ses.give('example.com');
    const { exitCode, stdout } = await verify(await mail());
    expect(stdout).toContain(
      'SES does not sign with s1 now (AWS_SES, signing on): byodkim status example.com',
    );
    expect(exitCode).toBe(3);
  });

  it('ends with 3 when it was changed after it was signed', async () => {
    await deployed();
    const changed = (await mail({})).toString('latin1').replace('line', 'lime');
    const { exitCode, stdout } = await verify(Buffer.from(changed, 'latin1'));
    expect(stdout).toContain(
      'Selector s1 signed it, and it does not verify: body hash did not verify. The published key is the one in force, so',
    );
    expect(exitCode).toBe(3);
  });

  it('ends with 3 when another key is published', async () => {
    for (const server of [dns, second]) server.setTxt(NAME, newTestKey().value);
    const { exitCode, stdout } = await verify(await mail({}), '--no-aws');
    expect(stdout).toContain('it does not verify: bad signature.');
    expect(exitCode).toBe(3);
  });

  it('ends with 3 if another key signs under the selector', async () => {
    await deployed();
    const other = newTestKey();
    for (const server of [dns, second]) server.setTxt(NAME, other.value);
    const { exitCode, stdout } = await verify(await mail({ by: other }));
    expect(stdout).toContain(`with key ${other.publicKey.fingerprint}; the ledger has`);
    expect(exitCode).toBe(3);
  });

  it('asks the next server if one does not answer', async () => {
    dns.misbehave({ rcode: 'SERVFAIL' });
    const { exitCode, stdout } = await verify(await mail({}), '--no-aws');
    expect(stdout).toContain(second.address);
    expect(exitCode).toBe(0);
  });

  it('ends with 4 if no server answers', async () => {
    for (const server of [dns, second]) server.misbehave({ rcode: 'SERVFAIL' });
    expect((await verify(await mail({}), '--no-aws')).exitCode).toBe(4);
  });

  it('shows what DNS says when the ledger cannot be asked, and does not end with 0', async () => {
    const { exitCode, stdout } = await byodkim(
      ['verify-mail', '-', '--no-list', '--region', 'ap-northeast-1', '--nameserver', dns.address],
      {
        readStart: save(await mail({})),
        invoke: async () => ({ payload: { statusCode: 403, error: 'ACCESS_DENIED', message: 'no' } }),
      },
    );
    expect(stdout).toContain('The ledger could not be asked. ACCESS_DENIED: no');
    expect(stdout).toContain('Selector s1 signed it, and it verifies.');
    expect(exitCode).toBe(1);
  });

  it('takes the listed domain that the sender lies in, and its servers', async () => {
    const list = [
      'defaults:',
      '  region: ap-northeast-1',
      '  selector: s1',
      `  gate: { nameservers: ['${dns.address}'], resolvers: [] }`,
      'domains: { example.com: }',
    ].join('\n');
    const message = (await mail({})).toString('latin1');
    const { exitCode, stdout } = await byodkim(['verify-mail', 'm.eml', '--no-aws', '--json'], {
      readStart: save(message),
      readFile: async () => Buffer.from(list),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      domain: 'example.com',
      from: ['ops@example.com'],
      signatures: [{ selector: 's1', server: dns.address, verifies: true }],
      exitCode: 0,
    });
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      'too large a message',
      () => Buffer.concat([Buffer.from('A: b\n\n'), Buffer.alloc(50 * 2 ** 20)]),
      'MiB',
    ],
    ['too long a header', () => `A: ${'b'.repeat(2 ** 21)}`, 'its header'],
    ['too many signatures', () => 'DKIM-Signature: v=1\r\n'.repeat(21), 'it has 21 signatures'],
  ])('refuses %s', async (_, message, why) => {
    const { exitCode, stderr } = await verify(message());
    expect(stderr).toMatch(new RegExp(`^MESSAGE_TOO_LARGE: .*${why}`));
    expect(exitCode).toBe(1);
  });

  it('lets nothing of a message move the cursor or begin a line', async () => {
    const raw = [
      'From: ops@example.com',
      'DKIM-Signature: v=1; a=rsa-sha256; d=ex\u001b[2Jample.com; s=s\u001b1; h=from; bh=x; b=y',
      '',
      'body',
    ].join('\r\n');
    const { stdout } = await verify(raw, '--no-aws');
    expect(stdout).not.toContain('\u001b');
  });
});
