import { rotationSettings } from '../../../constructs/identity-props';
import { parseDomainList } from '../../../list/read-list';
import type { FakeCloud } from '../../support/world';
import { Rotating } from '../support/rotating';

const DAY_MS = 86_400_000;
/** A key that was made so long ago is due within its 60 days of warning. */
const DUE_DAYS = 400;
const HOSTED = 'createKey: true\n    record:\n      hostedZoneId: Z0123456789ABCDEFGHIJ';

const list = (domains: Readonly<Record<string, string>>): string =>
  `# reviewed by the mail team
control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: ap-northeast-1 }
domains:
${Object.entries(domains)
  .map(([name, settings]) => `  ${name}:\n    ${settings}\n`)
  .join('')}`;

describe('rotate --due', () => {
  let place: Rotating;
  let cloud: FakeCloud;

  beforeEach(() => {
    place = new Rotating();
    ({ cloud } = place);
  });
  afterEach(() => place.remove());

  const listed = () => place.listed();
  const rotate = (...args: string[]) => place.rotate(...args);
  const commit = (text: string) => place.commit(text);

  const domainIn = (text: string, name: string) =>
    parseDomainList(text, 'domains.yaml').domains.find(({ stack }) => stack === name)!;
  /** What a plan of a domain is refused with. */
  const refusalOf = async (name: string): Promise<string | undefined> => {
    const { selector, ...settings } = domainIn(listed(), name);
    const rotation = rotationSettings({ selector, ...settings });
    return (await cloud.invoke({ resource: 'Inspection', domain: name, selector, rotation })).refusal;
  };
  /** Applies the stack of a domain, as its list says. */
  async function deploy(transaction: string, name: string): Promise<void> {
    const { selector, createKey, record, domain, region, ...settings } = domainIn(listed(), name);
    const rotation = rotationSettings({ selector, record, ...settings });
    if (createKey)
      await cloud.invoke({
        resource: 'DkimKey',
        transaction: `key-${selector}`,
        domain,
        selector,
        notifyDnsTeam: false,
        ...(typeof settings.selectorNaming === 'object' && { renew: true }),
      });
    const value = (await cloud.invoke({ action: 'record', domain, selector })).record.value;
    cloud.dns.publish(`${selector}._domainkey.${domain}`, value);
    const event = { transaction, domain, region, selector, rotation, stack: 'B1' };
    await cloud.invoke({ resource: 'Signing', ...event });
    await cloud.invoke({ resource: 'Confirmation', ...event });
  }
  async function given(domains: Readonly<Record<string, string>>): Promise<void> {
    commit(list(domains));
    for (const name of Object.keys(domains)) {
      const [domain = '', region] = name.split('@');
      cloud.ses.give(domain, { ...(region && { region }) });
      await deploy('t1', name);
    }
  }

  it('names the next selector of every domain whose key is due, and makes no key before the deploy', async () => {
    await given({ 'example.com': `selector: s1 # since May\n    ${HOSTED}` });
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    await given({
      'example.com': `selector: s1 # since May\n    ${HOSTED}`,
      'new.example': `selector: s1\n    ${HOSTED}`,
    });
    const before = listed();
    place.calls.length = 0;
    const { exitCode, stdout } = await rotate('--due');
    expect(exitCode).toBe(0);
    expect(stdout).toBe('- example.com: from s1 to s2. The deploy makes its key.\n');
    expect(listed()).toBe(
      before
        .replace('selector: s1 # since May', 'selector: s2 # since May')
        .replace('record:\n      hosted', 'record:\n      previousSelectors: [s1]\n      hosted'),
    );
    expect(place.calls.map(({ qualifier }) => qualifier)).toEqual(['read', 'read']);
    expect(await refusalOf('example.com')).toBeUndefined();

    const again = await rotate('--due');
    expect(again.stdout).toContain('Nothing is due');
  });

  it('drops an earlier selector once its overlap has ended, and the plan accepts it', async () => {
    await given({ 'example.com': `selector: s1\n    ${HOSTED}` });
    const rotated = listed()
      .replace('selector: s1', 'selector: s2')
      .replace('record:\n', 'record:\n      previousSelectors: [s1]\n');
    commit(rotated);
    await deploy('t2', 'example.com');
    expect((await rotate('--due')).stdout).toContain('Nothing is due');

    await cloud.clock.advance(8 * DAY_MS);
    const { exitCode, stdout } = await rotate('--due');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('- example.com: No mail needs the record of s1: the deploy removes it.');
    expect(listed()).toBe(rotated.replace('[s1]', '[]'));
    expect(await refusalOf('example.com')).toBeUndefined();
  });

  it('moves all regions that share a key in one edit, and drops the earlier record once none needs it', async () => {
    const EAST = 'example.com@us-east-1';
    const several = { 'example.com': `selector: s1\n    ${HOSTED}`, [EAST]: 'selector: s1' };
    await given(several);
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    const { stdout, exitCode } = await rotate('--due');
    expect(stdout).toBe(`- example.com, ${EAST}: from s1 to s2. The deploy makes its key.\n`);
    expect(exitCode).toBe(0);
    expect(listed()).toBe(
      list(several)
        .replaceAll('selector: s1', 'selector: s2')
        .replace('record:\n', 'record:\n      previousSelectors: [s1]\n'),
    );
    commit(listed());
    await deploy('t2', 'example.com');
    // One region continues with s1: it was not deployed, or rolled back.
    await cloud.clock.advance(20 * DAY_MS);
    expect((await rotate('--due')).stdout).toContain('Nothing is due');
    await deploy('t3', EAST);
    await cloud.clock.advance(5 * DAY_MS);
    expect((await rotate('--due')).stdout).toContain('Nothing is due');
    await cloud.clock.advance(3 * DAY_MS);
    expect((await rotate('--due')).stdout).toBe(
      `- example.com, ${EAST}: No mail needs the record of s1: the deploy removes it.\n`,
    );
  });

  it('waits for all entries that share a key while one of them signs with an earlier one', async () => {
    const EAST = 'example.com@us-east-1';
    await given({ 'example.com': `selector: s1\n    ${HOSTED}`, [EAST]: 'selector: s1' });
    const kept = `${HOSTED}\n      previousSelectors: [s1]`;
    commit(listed().replaceAll('selector: s1', 'selector: s2').replace(HOSTED, kept));
    await deploy('t2', 'example.com');
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    const before = listed();
    expect(await rotate('--due')).toMatchObject({
      exitCode: 2,
      stdout: `- example.com, ${EAST}: waits. ${EAST} signs with s1, and the list says s2. Deploy it first, or restore the list.\n`,
    });
    expect(listed()).toBe(before);
  });

  it('keeps a record that an unreachable region may need', async () => {
    const EAST = 'example.com@us-east-1';
    const kept = `${HOSTED}\n      previousSelectors: [s1]`;
    await given({ 'example.com': `selector: s1\n    ${HOSTED}`, [EAST]: 'selector: s1' });
    commit(listed().replaceAll('selector: s1', 'selector: s2').replace(HOSTED, kept));
    for (const name of ['example.com', EAST]) await deploy('t2', name);
    await cloud.clock.advance(8 * DAY_MS);
    place.outage = 'us-east-1';
    const { exitCode, stdout } = await rotate('--due');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Nothing is due: .*\nWarning: us-east-1 could not be asked/);
    place.outage = undefined;
    expect((await rotate('--due')).stdout).toContain('No mail needs the record of s1');
  });

  it('continues with the other domains if one fails, and exits with the worst code', async () => {
    await given({
      'example.com': 'selector: s1\n    createKey: true',
      'example.org': 'selector: s1\n    createKey: true',
    });
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    cloud.calls.addFault({ action: 'ses:GetEmailIdentity', resource: /example\.com/, times: 9 });
    const { exitCode, stdout } = await rotate('--due');
    expect(stdout).toMatch(/- example\.com: failed\. [A-Z_]+: /);
    expect(stdout).toContain('- example.org: from s1 to s2. The deploy makes its key.');
    expect(exitCode).toBe(1);
    expect(listed()).toContain('example.org:\n    selector: s2');
    expect(listed()).toContain('example.com:\n    selector: s1');
  });

  it('asks for the key first if the owner brings it', async () => {
    await given({ 'example.com': 'selector: s1\n    createKey: true' });
    commit(list({ 'example.com': 'selector: s1' }));
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    const { exitCode, stdout } = await rotate('--due');
    expect(stdout).toContain(
      '- example.com: waits. The owner of example.com brings its keys, and there is none for s2',
    );
    expect(exitCode).toBe(2);
    expect(listed()).toContain('selector: s1');

    await cloud.invoke({ action: 'create_key', domain: 'example.com', selector: 's2', notifyDnsTeam: false });
    expect(await rotate('--due')).toMatchObject({
      exitCode: 0,
      stdout: '- example.com: from s1 to s2. Its key is prepared.\n',
    });
  });

  it('waits for a domain in the middle of a change, and exits with 2', async () => {
    await given({ 'example.com': 'selector: s1\n    createKey: true' });
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    cloud.giveKey('example.com', 's9');
    const open = { transaction: 't9', domain: 'example.com', selector: 's9', stack: 'B1' };
    await cloud.invoke({ resource: 'Signing', ...open });
    cloud.giveKey('example.com', 's1');
    commit(list({ 'example.com': 'selector: s9\n    createKey: true\n    keyLifetimeDays: 90' }));
    await cloud.clock.advance(40 * DAY_MS);
    const { exitCode, stdout } = await rotate('--due');
    expect(stdout).toContain('- example.com: waits. example.com is in the middle of a change');
    expect(exitCode).toBe(2);
  });

  it('drops the earlier of two alternating selectors first, and rotates to it after that deploy', async () => {
    await given({ 'example.com': `selector: s1\n    selectorNaming: [s1, s2]\n    ${HOSTED}` });
    const first = (await cloud.invoke({ action: 'record', domain: 'example.com', selector: 's1' })).record;
    await cloud.clock.advance(DUE_DAYS * DAY_MS);
    await rotate('--due');
    expect(listed()).toContain('selector: s2');
    commit(listed());
    await deploy('t2', 'example.com');
    await cloud.clock.advance(DUE_DAYS * DAY_MS);

    expect((await rotate('--due')).stdout).toContain('No mail needs the record of s1');
    expect(listed()).toContain('selector: s2');
    expect(listed()).toContain('previousSelectors: []');
    commit(listed());
    const early = await rotate('--due');
    expect(early.stdout).toContain(
      'waits. The naming ["s1","s2"] gives s1, which is in use. Wait until its record can be removed',
    );
    expect(early.exitCode).toBe(2);

    await deploy('t3', 'example.com');
    expect((await rotate('--due')).stdout).toContain('from s2 to s1. The deploy makes its key.');
    commit(listed());
    expect(await refusalOf('example.com')).toBeUndefined();
    await deploy('t4', 'example.com');
    const { record } = await cloud.invoke({ action: 'record', domain: 'example.com', selector: 's1' });
    expect(record.fingerprint).not.toBe(first.fingerprint);
    const { ses } = await cloud.invoke({ action: 'status', domain: 'example.com' });
    expect(ses).toMatchObject({ selector: 's1', status: 'SUCCESS' });
  });

  it.each([
    [['example.com', '--due'], /--due is for every domain of the list/],
    [['--due', '--region', 'us-east-1'], /--due is for every domain of the list/],
    [[], /Pass a domain of the list, or --due/],
  ])('refuses %j', async (args, says) => {
    await given({ 'example.com': 'selector: s1\n    createKey: true' });
    const { exitCode, stderr } = await rotate(...args);
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(1);
  });
});
