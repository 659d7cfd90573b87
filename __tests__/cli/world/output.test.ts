import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { testKey } from '../../support/world';
import { byodkim, files, memorySink } from '../support/terminal';

const ESCAPE = '\u001b';

describe('on a terminal', () => {
  let dns: DnsServer;
  beforeAll(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    dns.setTxt('s1._domainkey.example.com', testKey().value);
  });
  afterAll(() => dns.close());

  const check = (world: Parameters<typeof byodkim>[1], ...more: string[]) =>
    byodkim(['check', 'example.com', '--key-file', 'k.pem', ...more], {
      readFile: files({
        'domains.yaml': `
defaults: { region: eu-west-1, gate: { nameservers: ['${dns.address}'], resolvers: [] } }
domains: { example.com: { selector: s1 } }`,
        'k.pem': testKey().pem,
      }),
      ...world,
    });

  it('results are coloured', async () => {
    const { stdout } = await check({ stdout: memorySink(true) });
    expect(stdout).toContain(`${ESCAPE}[32mDNS TXT record for s1._domainkey.example.com is published`);
  });

  it.each([
    ['it is no terminal', {}],
    ['NO_COLOR is set', { stdout: memorySink(true), env: { NO_COLOR: '1' } }],
    ['the terminal is dumb', { stdout: memorySink(true), env: { TERM: 'dumb' } }],
  ])('results are plain if %s', async (_, world) => {
    const { stdout } = await check(world);
    expect(stdout).toContain('is published');
    expect(stdout).not.toContain(ESCAPE);
  });

  it('long work shows its progress on stderr, and removes it again', async () => {
    const { stdout, stderr } = await check({ stderr: memorySink(true) });
    expect(stderr).toContain('Asking DNS for s1._domainkey.example.com…');
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
    expect(stdout).not.toContain('Asking DNS');
  });
});
