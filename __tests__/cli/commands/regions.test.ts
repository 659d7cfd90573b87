import type { FunctionCall } from '../../../cli/world';
import { recordName } from '../../../handlers/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { FakeCloud, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const REGIONS = ['ap-northeast-1', 'us-east-1'];

describe('a domain of two regions', () => {
  let dns: DnsServer;
  let clouds: Map<string, FakeCloud>;
  let calls: FunctionCall[];
  const key = testKey('s1');

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    dns.setTxt(recordName('example.com', 's1'), key.value);
    const alsoRead = JSON.stringify([`keys-${REGIONS[0]}/`]);
    clouds = new Map(REGIONS.map((region) => [region, new FakeCloud({ environment: { region, alsoRead } })]));
    calls = [];
    settings = '';
  });
  afterEach(() => dns.close());

  let settings = '';
  const list = () => `control: { keyStore: { bucket: "keys-{region}" } }
defaults:
  selector: s1
  gate: { nameservers: ['${dns.address}'], resolvers: [] }
domains:
  example.com: { regions: [${REGIONS.join(', ')}]${settings} }
`;
  const run = (...args: string[]) =>
    byodkim(args, {
      readFile: files({ 'domains.yaml': list() }),
      invoke: (call) => functionIn(clouds.get(call.region)!, calls)(call),
      clock: { now: () => clouds.get(REGIONS[0]!)!.clock.now(), sleep: async () => {} },
    });

  async function deployedIn(region: string): Promise<void> {
    const cloud = clouds.get(region)!;
    cloud.giveKey('example.com', 's1', { key });
    cloud.ses.give('example.com');
    const event = { transaction: 't1', domain: 'example.com', selector: 's1', tf: { action: 'create' } };
    for (const resource of ['Signing', 'Confirmation']) await cloud.invoke({ ...event, resource, region });
  }

  it('has a row for each, side by side', async () => {
    await deployedIn('ap-northeast-1');
    const { exitCode, stdout } = await run('status', '--no-dns');
    expect(stdout).toMatch(/^example\.com ap-northeast-1 +SUCCESS +s1 /m);
    expect(stdout).toMatch(/^example\.com us-east-1 +no identity +- .*you: deploy \(not deployed\)/m);
    expect(stdout).toContain('2 domains: 1 well, 1 waiting.');
    expect(exitCode).toBe(2);
    const one = await run('status', 'example.com', '--no-dns', '--region', 'us-east-1', '--json');
    expect(JSON.parse(one.stdout).domains).toMatchObject([{ domain: 'example.com', region: 'us-east-1' }]);
  });

  it('has its record published by the first, also for the others', async () => {
    dns.removeTxt(recordName('example.com', 's1'));
    settings = ', createKey: true, record: { hostedZoneId: Z1 }';
    const words = 'the deploy makes the key and publishes its record';
    const { stdout } = await run('status', '--json');
    expect(JSON.parse(stdout).domains).toMatchObject(
      REGIONS.map((region) => ({ region, dns: { exitCode: 0, words } })),
    );
  });

  it('has its names delegated in each', async () => {
    settings = ', record: { hostedZoneId: Z1, delegation: { zone: dkim.example.net, selectors: [s1, s2] } }';
    await run('record', 'example.com', '--region', 'us-east-1');
    expect(calls.at(-1)?.payload).toMatchObject({ rotation: { delegation: { zone: 'dkim.example.net' } } });
  });

  it('is audited in each', async () => {
    await deployedIn('ap-northeast-1');
    const { stdout } = await run('audit', 'example.com');
    for (const region of REGIONS) expect(stdout).toMatch(new RegExp(`^${region}: `, 'm'));
  });

  it.each(['confirm', 'revert', 'update'])(
    'is not guessed by what acts in one alone: %s',
    async (command) => {
      const { exitCode, stderr } = await run(
        command,
        'example.com',
        ...(command === 'confirm' ? [] : ['--yes']),
      );
      expect(stderr).toContain(
        'example.com is in ap-northeast-1 and us-east-1, each with a state of its own: name one with --region.',
      );
      expect(exitCode).toBe(1);
      expect(calls).toEqual([]);
    },
  );

  it('has its key made in the first alone', async () => {
    const refused = await run('key', 'create', 'example.com', '--region', 'us-east-1');
    expect(refused.stderr).toContain('The key of example.com is made in ap-northeast-1, its first region');
    expect(calls).toEqual([]);
    await run('key', 'create', 'example.com');
    expect(calls.map(({ region }) => region)).toEqual(['ap-northeast-1']);
  });
});
