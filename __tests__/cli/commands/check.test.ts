import { createPrivateKey } from 'node:crypto';
import { EXIT } from '../../../cli/exit-codes';
import type { InvokeFunction } from '../../../cli/world/world';
import { systemClock } from '../../../handlers/clock';
import { recordName } from '../../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { Stack } from '../../handlers/transaction/support';
import { FakeCloud, newTestKey, testKey } from '../../support/world';
import { awsError, functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const NAME = recordName('example.com', 's1');
describe('check', () => {
  const key = testKey();
  let dns: DnsServer;
  let second: DnsServer;
  /** A list whose gate asks the servers of the test. */
  let list: string;

  beforeAll(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    second = await startDnsServer({ zones: { 'example.com': {} } });
    list = `
control: { functionName: mail-keys }
defaults:
  region: ap-northeast-1
  gate: { nameservers: ['${dns.address}', '${second.address}'], resolvers: [] }
domains:
  example.com: { selector: s1 }
`;
  });
  afterAll(() => Promise.all([dns.close(), second.close()]));
  beforeEach(() => {
    for (const server of [dns, second]) {
      server.setTxt(NAME, key.value);
      server.behave();
    }
  });

  const GIVEN = ['--key-file', 'k.pem'];
  const check = (...more: string[]) =>
    byodkim(['check', 'example.com', ...GIVEN, ...more], {
      readFile: files({ 'domains.yaml': list, 'k.pem': key.pem }),
    });

  it('exits with 0 if every server has the record of the key in a file, and prints none of the file', async () => {
    const { exitCode, stdout, stderr } = await check();
    expect(stdout).toContain('is published');
    expect(stdout).toContain(dns.address);
    expect(stdout + stderr).not.toContain('PRIVATE');
    expect(exitCode).toBe(0);
  });

  const pkcs1 = createPrivateKey(key.pem).export({ type: 'pkcs1', format: 'pem' }) as string;
  it.each<[string, string, string | undefined, number, ...RegExp[]]>([
    [
      'PKCS#1',
      pkcs1,
      key.value,
      0,
      /Yes: RSA-1024 in PKCS#1/,
      /\nYes\./,
      /ready on 2/,
      /SES has given up; set/,
    ],
    ['PKCS#8', key.pem, key.value, 0, /Yes: RSA-1024 in PKCS#8\. Pass SES the base64/],
    [
      'no record',
      pkcs1,
      undefined,
      2,
      /nothing is published/,
      /missing on 2 of 2/,
      /72 hours, and then reports FAILED/,
    ],
    ['another key', pkcs1, newTestKey().value, 3, /No: the record of another key/],
  ])(
    'explains to a stranger, without AWS, why SES has not verified: %s',
    async (_, pem, value, code, ...says) => {
      for (const server of [dns, second])
        if (value === undefined) server.removeTxt(NAME);
        else server.setTxt(NAME, value);
      const { exitCode, stdout } = await byodkim(['check', 'example.com', ...GIVEN], {
        readFile: files({ 'domains.yaml': list, 'k.pem': pem }),
      });
      for (const words of says) expect(stdout).toMatch(words);
      expect(exitCode).toBe(code);
      expect(stdout).not.toContain('PRIVATE');
    },
  );

  it.each([
    ['every server has the record', 'ready', 'same-key'],
    ['no server has one', 'missing', 'nothing'],
    ['no server answers', 'silent', 'unknown'],
  ] as const)('reports a code, and keeps three outcomes of DNS apart: %s', async (_, state, published) => {
    for (const server of [dns, second]) {
      if (state === 'missing') server.removeTxt(NAME);
      if (state === 'silent') server.misbehave({ rcode: 'SERVFAIL' });
    }
    const { answers } = JSON.parse((await check('--json')).stdout);
    expect(answers).toEqual([
      expect.objectContaining({ code: 'KEY_FORM', facts: { form: 'PKCS#8', bits: 1024, file: 'k.pem' } }),
      expect.objectContaining({ code: 'KEY_PAIR', facts: { published } }),
      expect.objectContaining({ code: 'EVERY_SERVER' }),
      expect.objectContaining({ code: 'SES_STATUS', facts: { isPublished: state === 'ready' } }),
    ]);
  });

  it('requires as much proof as the list does', async () => {
    const asked = async (from: string, to: string, ...more: string[]) => {
      const readFile = files({ 'domains.yaml': list.replace(from, to), 'k.pem': key.pem });
      const { exitCode, stdout } = await byodkim(['check', 'example.com', ...GIVEN, ...more], { readFile });
      return `${exitCode} ${stdout}`;
    };
    const own = 'record: { hostedZoneId: Z0123456789, delegation: { zone: k.example, selectors: [s1, s2] } }';
    expect(await asked('selector', `${own}, selector`)).toMatch(/^2 .*must be a CNAME to s1\..*k\.example/s);
    // Receivers do not mind.
    expect(await asked('selector', `${own}, selector`, '--all')).toMatch(
      /DKIM +\S+ +ok +ready on 2 of 2 servers\n/,
    );
    second.misbehave({ rcode: 'SERVFAIL' });
    expect(await asked('resolvers: []', 'resolvers: [], strict: true')).toMatch(/^4 .*gate\.strict/s);
    expect((await check()).exitCode).toBe(EXIT.ok);
  });

  describe('of a domain with mailFrom', () => {
    const listed = () =>
      byodkimIn([
        ['bounce.example.com', 'MX', '10 feedback-smtp.ap-northeast-1.amazonses.com'],
        ['bounce.example.com', 'TXT', 'v=spf1 include:amazonses.com ~all'],
      ]);
    const byodkimIn =
      (records: readonly (readonly [string, string, string])[]) =>
      async (...more: string[]) => {
        for (const server of [dns, second])
          for (const [name, type, value] of records) server.setRecords(name, type, [value]);
        const listed = list.replace('selector: s1', 'selector: s1, mailFrom: { subdomain: bounce }');
        return byodkim(['check', 'example.com', ...GIVEN, ...more], {
          readFile: files({ 'domains.yaml': listed, 'k.pem': key.pem }),
          ...world,
        });
      };
    const cloud = new FakeCloud();
    let world: { invoke?: InvokeFunction };
    beforeEach(() => {
      const mailFrom = {
        domain: 'bounce.example.com',
        status: 'SUCCESS',
        onMxFailure: 'use-default',
      } as const;
      cloud.ses.give('example.com', { mailFrom });
      world = { invoke: functionIn(cloud) };
    });
    afterEach(() => {
      for (const server of [dns, second]) {
        for (const type of ['MX', 'TXT']) server.setRecords('bounce.example.com', type, []);
        server.removeTxt('_dmarc.example.com');
      }
    });

    it('does not claim that unsigned mail passes without having asked SES', async () => {
      for (const server of [dns, second]) server.setTxt('_dmarc.example.com', 'v=DMARC1; p=reject');
      world = {};
      const { stdout, exitCode } = await listed()('--all');
      expect(stdout).toMatch(/Unsigned mail: not known: the MAIL FROM domain in SES could not be read: /);
      expect(stdout).toMatch(/DMARC +_dmarc\.example\.com +ok/);
      expect(exitCode).toBe(0);
    });

    it('exits with 2 while its records are missing, and with 3 if they are wrong', async () => {
      const missing = await byodkimIn([])();
      expect(missing.stdout).toContain('is not ready');
      expect(missing.exitCode).toBe(2);
      const wrong = await byodkimIn([['bounce.example.com', 'MX', '10 mail.example.com']])('--json');
      expect(JSON.parse(wrong.stdout)).toMatchObject({
        ready: false,
        code: 'MAIL_FROM_INVALID',
        mailFrom: { ready: false },
        unsignedMail: { outcome: 'bulk-refused' },
        exitCode: 3,
      });
      expect(wrong.exitCode).toBe(3);
    });

    it('--all prints every record by which receivers judge mail', async () => {
      for (const server of [dns, second]) {
        server.setTxt('_dmarc.example.com', 'v=DMARC1; p=reject');
        server.setTxt('_smtp._tls.example.com', 'v=TLSRPTv1; rua=mailto:tls@example.com');
      }
      const { stdout, exitCode } = await listed()('--all');
      const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
      expect(rows).toEqual(
        expect.arrayContaining([
          ['record', 'name', 'verdict', 'found'],
          ['DKIM', NAME, 'ok', 'ready on 2 of 2 servers'],
          [
            'MAIL FROM',
            'bounce.example.com',
            'ok',
            '10 feedback-smtp.ap-northeast-1.amazonses.com, on every server',
          ],
          ['SPF', 'bounce.example.com', 'ok', 'v=spf1 include:amazonses.com ~all'],
          ['DMARC', '_dmarc.example.com', 'ok', 'v=DMARC1; p=reject'],
          ['MTA-STS', '_mta-sts.example.com', 'none', '-'],
          ['TLS-RPT', '_smtp._tls.example.com', 'shown', 'v=TLSRPTv1; rua=mailto:tls@example.com'],
          ['BIMI', 'default._bimi.example.com', 'none', '-'],
        ]),
      );
      expect(stdout).toContain('The MAIL FROM domain bounce.example.com has its MX and SPF records');
      expect(stdout).toContain('Unsigned mail: passes DMARC by SPF.');
      expect(exitCode).toBe(0);
    });
  });

  it('prints only the outcome with --json', async () => {
    second.removeTxt(NAME);
    const { stdout, stderr } = await check('--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      domain: 'example.com',
      selector: 's1',
      ready: false,
      code: 'DNS_TXT_NOT_READY',
      exitCode: 2,
      expectedFingerprint: key.publicKey.fingerprint,
      servers: [{ verdict: 'ready' }, { verdict: 'missing' }],
    });
  });

  it('asks the function for the expected key, and takes the selector and the function’s name from the list', async () => {
    const cloud = new FakeCloud();
    cloud.giveKey('example.com', 's1', { key });
    const calls: Parameters<ReturnType<typeof functionIn>>[0][] = [];
    const { exitCode, stdout } = await byodkim(['check', 'example.com', '--json'], {
      readFile: files({ 'domains.yaml': list }),
      invoke: functionIn(cloud, calls),
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).expectedFrom).toBe('function mail-keys in ap-northeast-1');
    expect(calls).toEqual([
      expect.objectContaining({
        functionName: 'mail-keys',
        region: 'ap-northeast-1',
        payload: { action: 'record', domain: 'example.com', selector: 's1', region: 'ap-northeast-1' },
      }),
    ]);
  });

  it('exits with 3 if the record is missing or has another key while SES signs with it, and advises publishing it again', async () => {
    const cloud = new FakeCloud();
    cloud.giveKey('example.com', 's1', { key });
    cloud.ses.give('example.com');
    const asked = () =>
      byodkim(['check', 'example.com'], {
        readFile: files({ 'domains.yaml': list }),
        invoke: functionIn(cloud),
      });
    second.removeTxt(NAME);
    expect(await asked()).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('then deploy again'),
    });

    await new Stack(cloud).apply('t1', 's1');
    const some = await asked();
    dns.removeTxt(NAME);
    const all = await asked();

    expect(some.stdout).toContain(
      `and some receivers cannot verify its mail. ${NAME}: ready on 1 of 2 servers only.`,
    );
    expect(all.stdout).toContain(
      `SES signs with selector s1 now, and receivers cannot verify its mail. ${NAME}: missing on 2 of 2 servers.`,
    );
    expect(all.stdout).toContain('Publish the record again; `byodkim record example.com -s s1`');
    expect(all.stdout).not.toContain('Please wait');
    for (const server of [dns, second]) server.setTxt(NAME, newTestKey().value);
    const other = await asked();
    expect(other.stdout).toContain(
      `receivers cannot verify its mail. ${NAME}: record of another key on 2 of 2 servers.`,
    );
    expect(other.stdout).not.toContain('only if');
    expect([some.exitCode, all.exitCode, other.exitCode]).toEqual([3, 3, 3]);
  });

  it('advises replacing a record that has the value of the selector in force', async () => {
    const cloud = new FakeCloud();
    const before = cloud.giveKey('example.com', 's0', { key: newTestKey() });
    cloud.ses.give('example.com');
    cloud.dns.publish(recordName('example.com', 's0'), before.value);
    await new Stack(cloud).apply('t1', 's0');
    cloud.giveKey('example.com', 's1', { key });
    for (const server of [dns, second]) server.setTxt(NAME, before.value);

    const { stdout, exitCode } = await byodkim(['check', 'example.com'], {
      readFile: files({ 'domains.yaml': list }),
      invoke: functionIn(cloud),
    });
    expect(stdout).toContain('The published key is the one of selector s0.');
    expect(stdout).toContain(
      `Replace the record ${NAME} with one that reads: ${key.value}; leave the record of s0`,
    );
    expect(stdout).not.toContain('use a new selector');
    expect(exitCode).toBe(3);
  });

  it.each([
    ['CredentialsProviderError', undefined, 'AWS does not know who you are'],
    ['AccessDeniedException', 403, 'You are not allowed to call lambda:InvokeFunction on function mail-keys'],
    ['ResourceNotFoundException', 404, 'There is no function mail-keys in ap-northeast-1'],
    ['ECONNREFUSED', undefined, 'lambda:InvokeFunction on function mail-keys in ap-northeast-1 failed'],
  ])('fails with advice if the function cannot be asked: %s', async (name, status, words) => {
    const { exitCode, stderr } = await byodkim(['check', 'example.com'], {
      readFile: files({ 'domains.yaml': list }),
      invoke: async () => {
        throw awsError(name, status);
      },
    });
    expect(stderr).toContain(words);
    expect(exitCode).toBe(1);
  });

  it.each([
    [['check', 'no-domain', '-s', 's1'], 'is not a domain name'],
    [['check', 'example.com'], 'No selector for example.com.'],
    [['check', 'example.com', '-s', 'a.b'], 'is not a selector'],
    [['check', 'example.com', '-s', 's1'], 'No region for example.com.'],
    [['check', 'example.com', '-s', 's1', '--key-file', 'x.pem'], 'There is no key file x.pem'],
    [['check', 'example.com', '-s', 's1', '--wait', '-1'], 'Expected a whole number'],
  ])('refuses %j', async (args, words) => {
    const { exitCode, stderr, stdout } = await byodkim(args);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });

  it('asks the given servers, without a list', async () => {
    second.removeTxt(NAME);
    const asked = (...servers: string[]) =>
      byodkim(['check', 'example.com', '-s', 's1', ...GIVEN, ...servers], {
        readFile: files({ 'k.pem': key.pem }),
      });
    const resolver = ['--resolver', dns.address];
    expect(await asked('--nameserver', dns.address, ...resolver)).toMatchObject({ exitCode: EXIT.ok });
    expect(
      await asked('--nameserver', dns.address, '--nameserver', second.address, ...resolver),
    ).toMatchObject({ exitCode: EXIT.notReady });
  });

  it('asks the given name server, although the list only allows resolvers', async () => {
    second.removeTxt(NAME);
    const listed = list
      .replace('mail-keys }', 'mail-keys, allow: { recursive: true } }')
      .replace('resolvers: []', `mode: recursive, resolvers: ['${dns.address}']`);
    const readFile = files({ 'domains.yaml': listed, 'k.pem': key.pem });
    const asked = (...more: string[]) => byodkim(['check', 'example.com', ...GIVEN, ...more], { readFile });
    expect(await asked()).toMatchObject({ exitCode: EXIT.ok });
    expect(await asked('--nameserver', second.address)).toMatchObject({ exitCode: EXIT.notReady });
  });

  it('refuses a list with an impossible server', async () => {
    const listed = list.replace(`'${dns.address}', `, '0.0.0.0, ');
    const { exitCode, stderr } = await byodkim(['check', 'example.com', ...GIVEN], {
      readFile: files({ 'domains.yaml': listed, 'k.pem': key.pem }),
    });
    expect(stderr).toMatch(/^gate\.nameservers: "0\.0\.0\.0" is an address that is never asked/);
    expect(exitCode).toBe(1);
  });

  it('refuses a list with mistakes, and prints them', async () => {
    const { exitCode, stderr } = await byodkim(['check', 'example.com'], {
      readFile: files({
        'domains.yaml':
          'domains:\n  example.com: { selector: a_b, region: eu-west-1 }\n  b.example: { selector: s, region: eu-west-1 }\n',
      }),
    });
    expect(stderr).toContain('domains.example.com.selector: found "a_b"');
    expect(exitCode).toBe(1);
  });

  it('exits with 130 when interrupted', async () => {
    second.removeTxt(NAME);
    const interruption = new AbortController();
    const sleep = async (_ms: number, signal?: AbortSignal) => {
      interruption.abort(new Error('SIGINT'));
      signal?.throwIfAborted();
    };
    const { exitCode, stderr } = await byodkim(['check', 'example.com', ...GIVEN, '--wait', '60'], {
      readFile: files({ 'domains.yaml': list, 'k.pem': key.pem }),
      clock: { now: systemClock.now, sleep },
      signal: interruption.signal,
    });
    expect(stderr).toContain('Interrupted');
    expect(exitCode).toBe(130);
  });
});
