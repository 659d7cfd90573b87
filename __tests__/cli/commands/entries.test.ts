import type { FunctionCall } from '../../../cli/world/world';
import { recordName } from '../../../handlers/contract/contract';
import { forMarkdown } from '../../../handlers/escape';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { FakeCloud, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const SELECTORS = { 'ap-northeast-1': 's1', 'us-east-1': 's2' } as const;
type Region = keyof typeof SELECTORS;

describe('two entries of one domain', () => {
  let dns: DnsServer;
  let clouds: Record<Region, FakeCloud>;
  let calls: FunctionCall[];

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    const cloudIn = (region: Region) => new FakeCloud({ environment: { region } });
    clouds = { 'ap-northeast-1': cloudIn('ap-northeast-1'), 'us-east-1': cloudIn('us-east-1') };
    calls = [];
  });
  afterEach(() => dns.close());

  const list = () => `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: ap-northeast-1, gate: { nameservers: ['${dns.address}'], resolvers: [] } }
domains:
  example.com: { selector: s1 }
  example.com@us-east-1: { selector: s2 }
`;
  const run = (...args: string[]) =>
    byodkim(args, {
      readFile: files({ 'domains.yaml': list() }),
      invoke: (call) => functionIn(clouds[call.region as Region], calls)(call),
      clock: { now: () => clouds['ap-northeast-1'].clock.now(), sleep: async () => {} },
    });

  async function deployedIn(region: Region): Promise<void> {
    const cloud = clouds[region];
    const selector = SELECTORS[region];
    const key = testKey(selector);
    dns.setTxt(recordName('example.com', selector), key.value);
    cloud.giveKey('example.com', selector, { key });
    cloud.ses.give('example.com', { region });
    const event = { transaction: 't1', domain: 'example.com', selector, stack: 'B1' };
    for (const resource of ['Signing', 'Confirmation']) await cloud.invoke({ ...event, resource, region });
  }

  it('have a row each, under the key of the entry', async () => {
    await deployedIn('us-east-1');
    const { exitCode, stdout } = await run('status');
    expect(stdout).toMatch(/^example\.com +no identity +- .*\(not deployed: no key yet\)/m);
    expect(stdout).toMatch(/^example\.com@us-east-1 +SUCCESS +s2 /m);
    expect(stdout).toContain('2 domains: 1 OK, 1 waiting.');
    expect(exitCode).toBe(2);
    for (const [region, rows] of [
      ['us-east-1', '1 domain: 1 OK.'],
      ['ap-northeast-1', '1 domain: 0 OK, 1 waiting.'],
    ] as const)
      expect((await run('status', '--region', region)).stdout).toContain(rows);
  });

  it('are found by a name that was copied from a review', async () => {
    const copied = forMarkdown('example.com@us-east-1');
    expect((await run('manual', copied)).stdout).toContain(
      '# example.com: BYODKIM with selector s2 in us-east-1',
    );
  });

  it.each([
    ['status'],
    ['status', '--always'],
    ['check'],
    ['record'],
    ['key', 'create'],
    ['confirm'],
    ['revert', '--yes'],
    ['record', '--notify'],
  ])('are each named by its key: %s %s', async (...command) => {
    for (const region of ['us-east-1', 'ap-northeast-1'] as const) await deployedIn(region);
    for (const [entry, region] of [
      ['example.com@us-east-1', 'us-east-1'],
      ['example.com', 'ap-northeast-1'],
    ] as const) {
      calls = [];
      await run(...command, entry);
      expect(new Set(calls.map((call) => call.region))).toEqual(new Set([region]));
      const { selector } = calls.at(-1)!.payload as { selector?: string };
      expect([undefined, SELECTORS[region]]).toContain(selector);
    }
  });

  it('refuses a --region that contradicts the key', async () => {
    const { exitCode, stderr } = await run('check', 'example.com@us-east-1', '--region', 'eu-west-1');
    expect(`${exitCode} ${stderr}`).toContain(
      'example.com@us-east-1 is in us-east-1, and --region says eu-west-1.',
    );
    expect(calls).toEqual([]);
  });
});
