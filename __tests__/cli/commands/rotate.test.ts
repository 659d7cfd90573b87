import { dnsRecordObject, recordName } from '../../../handlers/contract/contract';
import { rewriteLedger, Stack } from '../../handlers/transaction/support';
import { BUCKET, type FakeCloud, TOPICS } from '../../support/world';
import { Rotating } from '../support/rotating';

const LIST = `# reviewed by the mail team
defaults:
  region: ap-northeast-1
  createKey: true
domains:
  example.com: # the shop
    selector: s1 # since May
  other.example:
    selector: s1
`;
/** The domain in a further region, too. */
const SEVERAL = LIST.replace(
  '  other.example:',
  '  example.com@us-east-1:\n    selector: s2\n  other.example:',
);
const IN_ROUTE53 = LIST.replace(
  's1 # since May',
  's1\n    createKey: true\n    record:\n      hostedZoneId: Z0123456789ABCDEFGHIJ',
);

describe('rotate', () => {
  let place: Rotating;
  let cloud: FakeCloud;

  beforeEach(() => {
    place = new Rotating({
      environment: { dnsTopicArn: TOPICS.dns, allow: JSON.stringify({ aliasZones: ['keys.example.net'] }) },
    });
    ({ cloud } = place);
    cloud.giveKey('example.com', 's1');
    cloud.ses.give('example.com');
    place.commit(LIST);
  });
  afterEach(() => place.remove());

  const listed = () => place.listed();
  const rotate = (...args: string[]) => place.rotate(...args);
  const made = () =>
    place.calls.filter(({ payload }) => (payload as { action: string }).action === 'create_key');

  it('makes the next key, notifies the DNS team, and changes only the selector in the list', async () => {
    const { exitCode, stdout } = await rotate('example.com');
    expect(exitCode).toBe(0);
    expect(listed()).toBe(LIST.replace('selector: s1 # since May', 'selector: s2 # since May'));
    expect(made()).toHaveLength(1);
    expect(cloud.sns.published.map(({ message }) => message).join()).toContain('s2._domainkey.example.com');
    expect(stdout).toMatch(/git commit -m "Rotate example\.com to s2" -- '\/.*\/our domains\.yaml'\n/);
    expect(stdout).toContain('Leave the record of s1 in DNS');
  });

  it('prints the begun rotation with --json', async () => {
    expect(JSON.parse((await rotate('example.com', '--json')).stdout)).toMatchObject({
      entry: 'example.com',
      from: 's1',
      to: 's2',
      othersPublish: true,
      notice: { sent: true },
    });
  });

  it('prints the function’s warnings', async () => {
    for (const server of cloud.dns.servers) cloud.dns.silent.add(server);
    expect((await rotate('example.com')).stdout).toMatch(/^Warning: Whether s2\._domainkey/m);
  });

  it('fails with advice if the disk is full', async () => {
    place.disk = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { exitCode, stderr } = await rotate('example.com');
    expect(stderr).toMatch(/^DISK_FULL: ENOSPC: no space left on device, write\. .*\nTo do: Make room /m);
    expect(stderr).not.toContain('defect');
    expect([exitCode, listed()]).toEqual([1, LIST]);
  });

  it('changes the named entry, and avoids a selector of another region', async () => {
    place.commit(SEVERAL);
    expect((await rotate('example.com')).exitCode).toBe(0);
    expect(listed()).toBe(SEVERAL.replace('s1 # since May', 's3 # since May'));
    expect(new Set(place.calls.map(({ region }) => region))).toEqual(new Set(['ap-northeast-1']));
  });

  it.each(['example.com', 'example.com@us-east-1'])(
    'moves all entries that share the key: %s',
    async (name) => {
      const shared = `control: { keyStore: { bucket: "keys-{region}" } }\n${SEVERAL.replace('s2', 's1')}`;
      place.commit(shared);
      cloud.ses.give('example.com', { region: 'us-east-1' });
      const { exitCode, stdout } = await rotate(name);
      expect(exitCode).toBe(0);
      expect(listed()).toBe(
        shared
          .replace('s1 # since', 's2 # since')
          .replace('east-1:\n    selector: s1', 'east-1:\n    selector: s2'),
      );
      expect(made().map(({ region }) => region)).toEqual(['ap-northeast-1']);
      expect(stdout).toContain('deploy: byodkim deploy example.com example.com@us-east-1\n');
    },
  );

  it('moves all entries that share the key while another region is down, but not while the home’s is', async () => {
    const shared = `control: { keyStore: { bucket: "keys-{region}" } }\n${SEVERAL.replace('s2', 's1')}`;
    place.commit(shared);
    place.outage = 'ap-northeast-1';
    expect((await rotate('example.com')).exitCode).not.toBe(0);
    expect(listed()).toBe(shared);
    place.outage = 'us-east-1';
    const { exitCode, stdout } = await rotate('example.com');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Warning: us-east-1 could not be asked \(AWS_FAILED\): /m);
    expect(listed().match(/selector: s2/g)).toHaveLength(2);
  });

  it('refuses while an entry that shares the key is in the middle of a change', async () => {
    const shared = `control: { keyStore: { bucket: "keys-{region}" } }\n${SEVERAL.replace('s2', 's1')}`;
    place.commit(shared);
    const region = 'us-east-1';
    cloud.ses.give('example.com', { region });
    const key = { domain: 'example.com', selector: 's1' };
    const { record } = await cloud.invoke({ action: 'record', ...key });
    cloud.dns.publish(recordName('example.com', 's1'), record.value);
    await cloud.invoke({ resource: 'Signing', transaction: 't1', stack: 'B1', ...key, region });
    const { exitCode, stderr } = await rotate('example.com');
    expect(stderr).toMatch(/^CONCURRENT_UPDATE: example\.com@us-east-1 is in the middle of a change/);
    expect([exitCode, listed()]).toEqual([2, shared]);
  });

  it('keeps the old record in the list if the stack publishes it', async () => {
    place.commit(IN_ROUTE53);
    expect((await rotate('example.com')).exitCode).toBe(0);
    expect(listed()).toContain(
      '    selector: s2\n    createKey: true\n    record:\n      previousSelectors: [s1]\n      hostedZoneId: Z',
    );
    expect(cloud.sns.published).toEqual([]);
  });

  const prepare = (selector: string) =>
    cloud.invoke({ action: 'create_key', domain: 'example.com', selector, notifyDnsTeam: false });

  describe('of a domain whose owner brings the keys', () => {
    const OWN = LIST.replace('  createKey: true\n', '');
    beforeEach(() => place.commit(OWN));

    it('does not let the function make a key', async () => {
      const { exitCode, stderr } = await rotate('example.com');
      expect(exitCode).toBe(2);
      expect(stderr).toContain('byodkim key put example.com FILE -s s2');
      expect(made()).toEqual([]);
      expect(listed()).toBe(OWN);
      expect(cloud.s3.keys(BUCKET, 'dkim-certificates/example.com/s2')).toEqual([]);
    });

    it('takes a prepared selector, preferring one whose record is published', async () => {
      for (const selector of ['s10', 's9', 's11']) await prepare(selector);
      const { value } = cloud.s3.json<{ value: string }>(BUCKET, dnsRecordObject('example.com', 's10'));
      cloud.dns.publish(recordName('example.com', 's10'), value);
      // Of an earlier process: whether it has signed is not known.
      cloud.giveKey('example.com', 's0');
      expect((await cloud.invoke({ action: 'status', domain: 'example.com' })).spares).toEqual([
        's9',
        's10',
        's11',
      ]);

      expect((await rotate('example.com')).exitCode).toBe(0);
      expect(listed()).toContain('selector: s10');
      cloud.dns.unpublish(recordName('example.com', 's10'));
      place.commit(`${OWN}# again\n`);
      expect((await rotate('example.com')).stdout).toContain('from s1 to s9');
    });
  });

  describe('between two alternating selectors', () => {
    const DELEGATED = LIST.replace(
      's1 # since May',
      `s1
    createKey: true
    record:
      hostedZoneId: Z0123456789ABCDEFGHIJ
      delegation: { zone: keys.example.net, selectors: [s1, s2] }`,
    );
    const DAY_MS = 86_400_000;
    const deploy = async (transaction: string, selector: string) => {
      const event = { transaction, domain: 'example.com', selector, stack: 'B1' };
      await cloud.invoke({ ...event, resource: 'Signing' });
      await cloud.invoke({ ...event, resource: 'Confirmation' });
    };

    const fingerprint = (): string =>
      cloud.s3.json<{ fingerprint: string }>(BUCKET, dnsRecordObject('example.com', 's1')).fingerprint;

    beforeEach(async () => {
      place.commit(DELEGATED);
      cloud.s3.remove(BUCKET, dnsRecordObject('example.com', 's1'));
      await prepare('s1');
      await deploy('t1', 's1');
    });

    it('moves to the other one, and asks nobody to publish anything', async () => {
      const { exitCode, stdout } = await rotate('example.com');
      expect(exitCode).toBe(0);
      expect(listed()).toContain('      previousSelectors: [s1]\n');
      expect(listed()).toContain('    selector: s2\n');
      expect(stdout).not.toContain('DNS team');
    });

    it('refuses to return before earlier mail has arrived, and then returns with a new key', async () => {
      cloud.giveKey('example.com', 's2');
      await deploy('t2', 's2');
      place.commit(DELEGATED.replace('selector: s1\n', 'selector: s2\n'));
      const early = await rotate('example.com');
      expect(early.exitCode).toBe(1);
      expect(early.stderr).toContain('gives s1, which is in use. Wait until its record can be removed');
      expect(made()).toEqual([]);

      await cloud.clock.advance(8 * DAY_MS);
      const before = fingerprint();
      // The last deploy publishes it, though the list says otherwise by now: the engine would keep the earlier record.
      rewriteLedger(cloud, (ledger) => ({ ...ledger, records: ['s2', 's1'] }));
      const published = await rotate('example.com');
      expect(published.stderr).toContain('gives s1, which is in use. Wait until its record can be removed');
      expect(fingerprint()).toBe(before);

      rewriteLedger(cloud, (ledger) => ({ ...ledger, records: ['s2'] }));
      expect((await rotate('example.com')).exitCode).toBe(0);
      expect(fingerprint()).not.toBe(before);
      expect(listed()).toContain('    selector: s1\n');
      expect(listed()).toContain('previousSelectors: [s2]');
    });
  });

  it('refuses a selector whose record the last deploy still publishes, even if the list no longer names it', async () => {
    place.commit(IN_ROUTE53);
    const stack = new Stack(cloud, { rotation: { records: ['s1', 's2'] } });
    await stack.apply('t1', 's1');
    expect((await rotate('example.com', '--selector', 's2')).stderr).toContain('s2 of example.com is in use');
    expect(made()).toEqual([]);
    await rotate('example.com');
    expect(listed()).toContain('selector: s3');
  });

  it('takes the named selector', async () => {
    await rotate('example.com', '--selector', 'autumn');
    expect(listed()).toContain('selector: autumn # since May');
  });

  describe('refuses, and writes nothing', () => {
    const refused = async (args: string[], says: RegExp | string, before = LIST, code = 1) => {
      const { exitCode, stderr } = await rotate(...args);
      expect(stderr).toMatch(says);
      expect(exitCode).toBe(code);
      expect(listed()).toBe(before);
      expect(made()).toEqual([]);
    };

    it('a domain that is not in the list, with the nearest one', () =>
      refused(['exmaple.com'], /did you mean example\.com\?/));
    it.each(['s1', 'S1'])('a selector in use, in upper case as well: %s', (selector) =>
      refused(
        ['example.com', '--selector', selector],
        `The selector ${selector} of example.com is in use, or was. Pass another one with --selector`,
      ),
    );
    it('a name that is no selector', () =>
      refused(['example.com', '--selector', 's{n}'], '"s{n}" is not a selector'));

    it('a domain whose selector in the list is not deployed yet', async () => {
      await new Stack(cloud).apply('t1', 's1');
      await rotate('example.com');
      place.calls.length = 0;
      await refused(['example.com'], /signs with s1, and the list says s2. Deploy it first/, listed());
    });

    it('a list whose settings are shared', async () => {
      const shared = `${LIST}  shared.example: &s { selector: s1 }\n  also.example: *s\n`;
      place.commit(shared);
      await refused(['also.example'], /manually: domains\.also\.example\.selector/, shared);
    });
  });
});
