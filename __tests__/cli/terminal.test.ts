import { Progress } from '../../cli/terminal/progress';
import { systemClock } from '../../handlers/clock';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { testKey } from '../support/world';
import { byodkim, memorySink } from './support/terminal';

const ESCAPE = '\u001b';

describe('on a terminal', () => {
  let dns: DnsServer;
  beforeAll(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    dns.setTxt('s1._domainkey.example.com', testKey().value);
  });
  afterAll(() => dns.close());

  const check = (world: Parameters<typeof byodkim>[1], ...more: string[]) =>
    byodkim(
      [
        ...['check', 'example.com', '-s', 's1', '--no-list', '--record', testKey().value],
        ...['--nameserver', dns.address, '--no-resolver', ...more],
      ],
      world,
    );

  it('results are coloured', async () => {
    const { stdout } = await check({ stdout: memorySink(true) });
    expect(stdout).toContain(`${ESCAPE}[32mDNS TXT record for s1._domainkey.example.com is published`);
  });

  it.each([
    ['it is no terminal', {}],
    ['NO_COLOR is set', { stdout: memorySink(true), env: { NO_COLOR: '1' } }],
    ['the terminal is dumb', { stdout: memorySink(true), env: { TERM: 'dumb' } }],
  ])('results are plain when %s', async (_, world) => {
    const { stdout } = await check(world);
    expect(stdout).toContain('is published');
    expect(stdout).not.toContain(ESCAPE);
  });

  it('JSON is never coloured', async () => {
    const { stdout } = await check({ stdout: memorySink(true) }, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ready: true });
  });

  it('long work shows its progress on stderr, and takes it away again', async () => {
    const { stdout, stderr } = await check({ stderr: memorySink(true) });
    expect(stderr).toContain('Asking DNS for s1._domainkey.example.com…');
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
    expect(stdout).not.toContain('Asking DNS');
  });

  it('progress is silent where nobody looks', async () => {
    expect((await check({})).stderr).toBe('');
  });
});

describe('progress', () => {
  it('fits into the line', () => {
    const sink = { ...memorySink(true), columns: 20 };
    new Progress(sink, systemClock.now).show('a text that is longer than the terminal is wide');
    expect(sink.text.replace('\r\u001b[2K', '')).toBe('a text that is lon…');
  });

  it('clears nothing that it has not shown', () => {
    const sink = memorySink(true);
    new Progress(sink, systemClock.now).clear();
    expect(sink.text).toBe('');
  });

  it('passes a failure on', async () => {
    const progress = new Progress(memorySink(true), systemClock.now);
    await expect(progress.during('x', Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
