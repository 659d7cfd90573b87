import { dnsRecordObject, ledgerObject, recordName } from '../../../handlers/contract';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, FakeCloud, REGION, TOPICS } from '../../support/world';

const DOMAIN = 'example.com';
const ZONE = 'Z0123456789ABCDEFGHIJ';
const DAY = 86_400_000;
const OVERLAP_DAYS = 7;
const automatic = { hostedZoneId: ZONE, selectors: ['s1', 's2'] } as const;
const rotation = { records: ['s1', 's2'], keyLifetimeDays: 150, overlapDays: OVERLAP_DAYS, automatic };

/** A domain that rotates by itself, whose first deploy has ended. */
class Domain {
  readonly cloud = new FakeCloud({
    environment: {
      allow: JSON.stringify({ rotatesIn: [ZONE] }),
      resultTopicArn: TOPICS.result,
      auditTopicArn: TOPICS.audit,
    },
  });
  /** When the last mail was sent, by selector and key. */
  private readonly sent = new Map<string, number>();
  readonly broken: string[] = [];

  static async deployed(): Promise<Domain> {
    const domain = new Domain();
    const { cloud } = domain;
    cloud.zones.ids.add(ZONE);
    cloud.ses.give(DOMAIN);
    const { record } = await domain.stack('DkimKey', 'key-s1');
    cloud.dns.publish(recordName(DOMAIN, 's1'), record.value);
    cloud.dns.publish(recordName(DOMAIN, 's2'), 'v=DKIM1; p=');
    await domain.deploy('t1');
    cloud.calls.watch = () => domain.mail();
    // The key is due 60 days before it is 150 days old: a month from now.
    await domain.pass(60);
    cloud.sns.published.length = 0;
    return domain;
  }

  /** What the engine calls, of a list that names s1 for ever. */
  stack(resource: string, transaction?: string, more: object = {}): Promise<any> {
    return this.cloud.invoke({
      resource,
      ...(transaction && { transaction }),
      domain: DOMAIN,
      selector: 's1',
      rotation,
      ...more,
    });
  }

  async deploy(transaction: string): Promise<void> {
    const { token } = await this.stack('Inspection');
    for (const resource of ['DnsGate', 'Signing', 'Confirmation'])
      await this.stack(resource, transaction, { driftToken: token });
  }

  get ledger(): Ledger {
    return this.cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
  }

  rewrite(change: (ledger: Ledger) => Partial<Ledger>): void {
    const ledger = { ...this.ledger, ...change(this.ledger) };
    this.cloud.s3.write(BUCKET, ledgerObject(REGION, DOMAIN), JSON.stringify(ledger));
  }

  record(selector: string): string | undefined {
    return this.cloud.dns.publicKey(recordName(DOMAIN, selector));
  }

  /** Sends a mail, and lets the receivers of all that are under way look for their keys. */
  private mail(): void {
    const now = this.cloud.clock.now();
    const state = this.cloud.ses.state(DOMAIN)!;
    const key = this.cloud.ses.signingKey(DOMAIN);
    if (state.origin === 'EXTERNAL' && state.status === 'SUCCESS' && key !== undefined)
      this.sent.set(`${state.selector} ${key}`, now);
    // SES looks anew for what it had verified before: nothing can hasten that.
    else if (this.ledger.open?.armed == null && !this.sent.has(`${state.selector} ${key}`))
      this.broken.push(`${new Date(now).toISOString()}: unsigned, and nothing ends it (${state.status})`);
    for (const [by, sentAt] of this.sent) {
      const [selector, signedBy] = by.split(' ') as [string, string];
      if (sentAt < now - OVERLAP_DAYS * DAY) this.sent.delete(by);
      else if (this.record(selector) !== signedBy)
        this.broken.push(`${new Date(now).toISOString()}: ${selector} of ${new Date(sentAt).toISOString()}`);
    }
  }

  /** Days pass, with an audit at the end of every so many. Mail is sent all the while, and after each call. */
  async pass(days: number, auditEvery = 30): Promise<void> {
    const { cloud } = this;
    const passes = async (ms: number): Promise<void> => {
      this.mail();
      await cloud.clock.advance(Math.max(0, ms));
      this.mail();
    };
    for (let passed = 0; passed < days; passed += auditEvery) {
      await passes(auditEvery * DAY);
      await cloud.invokeAsync({ action: 'audit', scheduled: true });
      for (let next = cloud.scheduler.pending()[0]; next !== undefined; next = cloud.scheduler.pending()[0]) {
        await passes(next.at - cloud.clock.now());
        await cloud.fireDue();
      }
    }
  }

  /** Selectors and keys that SES signed with, in order. */
  get signedBy(): string[] {
    return this.ledger.history.filter(({ event }) => event === 'confirmed').map(({ selector }) => selector!);
  }
}

test('two years pass: keys follow each other, every mail verifies, and no plan shows anything', async () => {
  const domain = await Domain.deployed();
  const { token } = await domain.stack('Inspection');
  const keys = new Set<string>();
  for (let month = 0; month < 24; month += 1) {
    await domain.pass(30);
    keys.add(domain.cloud.ses.signingKey(DOMAIN)!);
    expect(await domain.stack('Inspection')).toMatchObject({ token, drifted: false });
  }
  expect(domain.broken).toEqual([]);
  expect(keys.size).toBeGreaterThan(7);
  expect(domain.signedBy.slice(0, 4)).toEqual(['s1', 's2', 's1', 's2']);
  expect(domain.ledger).toMatchObject({ open: null, owner: { transaction: 't1', confirmed: true } });
  const failed = domain.cloud.sns.published.filter(({ subject }) => /fail/i.test(subject));
  expect(failed).toEqual([]);
});

test('the record of the one before is taken back once no mail needs it', async () => {
  const domain = await Domain.deployed();
  await domain.pass(30);
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's2', status: 'SUCCESS' });
  expect(domain.record('s1')).toBeDefined();
  await domain.pass(2, 1);
  expect(domain.record('s1')).toBeDefined();
  await domain.pass(6, 1);
  expect(domain.record('s1')).toBeUndefined();
  expect(domain.record('s2')).toBeDefined();
  expect(domain.broken).toEqual([]);
});

test('a deploy after it is about the selector that signs, and a destroy goes back to what was before the first', async () => {
  const domain = await Domain.deployed();
  await domain.pass(30);
  await domain.deploy('t2');
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's2', status: 'SUCCESS' });
  expect(domain.ledger.owner).toMatchObject({ transaction: 't2', wanted: { selector: 's2' } });
  await domain.stack('Confirmation', 't2', { tf: { action: 'delete' } });
  await domain.stack('Signing', 't2', { tf: { action: 'delete' } });
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ origin: 'AWS_SES', enabled: true });
});

test('the plan says who changed the selector over, and when', async () => {
  const domain = await Domain.deployed();
  expect(await domain.stack('Inspection')).not.toHaveProperty('signs');
  await domain.pass(30);
  expect(await domain.stack('Inspection')).toMatchObject({
    signs: 's2 signs since 2025-12-16, rotated automatically',
  });
});

test('a direct call that is put back after it leaves to the stack what the function has rotated to', async () => {
  const domain = await Domain.deployed();
  const { cloud } = domain;
  await domain.pass(30);
  const inspected = await domain.stack('Inspection');
  cloud.calls.watch = () => {};
  cloud.ses.ending = 'never';
  cloud.giveKey(DOMAIN, 's3');
  await cloud.invoke({ action: 'update_ses_byodkim_automated', domain: DOMAIN, selector: 's3' });
  for (let next = cloud.scheduler.pending()[0]; next !== undefined; next = cloud.scheduler.pending()[0]) {
    await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
    await cloud.fireDue();
  }
  expect(domain.ledger).toMatchObject({ open: null, unverified: { selector: 's3' } });
  expect(domain.ledger.owner).toMatchObject({ wanted: { selector: 's2' }, rotatedAt: expect.any(Number) });
  expect(await domain.stack('Inspection')).toMatchObject({ signs: inspected.signs });
});

describe('with dead DNS', () => {
  test('it ends where it began, somebody is told, and it is not begun again at each audit', async () => {
    const domain = await Domain.deployed();
    const { cloud } = domain;
    const before = domain.ledger;
    cloud.zones.isDead = true;
    await domain.pass(30, 1);
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's1', status: 'SUCCESS' });
    expect(domain.ledger).toMatchObject({ open: null, inForce: before.inForce, owner: before.owner });
    expect(domain.broken).toEqual([]);
    const told = cloud.sns.to(TOPICS.result).filter(({ subject }) => subject.includes('failed'));
    expect(told.map(({ subject }) => subject)).toEqual(['DKIM change failed: example.com (DNS_TXT_INVALID)']);
    expect(told[0]!.message).toContain('SES has now'.toUpperCase());

    const { domains } = await cloud.invoke({ action: 'audit', domains: [DOMAIN] });
    expect(domains[0].findings.map(({ code }: any) => code)).toEqual(['ROTATION_FAILED']);
    await domain.pass(5, 1);
    expect(cloud.sns.to(TOPICS.result)).toHaveLength(1);
    await domain.pass(4, 1);
    expect(cloud.sns.to(TOPICS.result)).toHaveLength(2);
  });

  test('it is begun again after that, and succeeds where the cause was mended', async () => {
    const domain = await Domain.deployed();
    domain.cloud.zones.isDead = true;
    await domain.pass(31, 1);
    domain.cloud.zones.isDead = false;
    await domain.pass(9, 1);
    expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's2', status: 'SUCCESS' });
    expect(domain.broken).toEqual([]);
  });
});

test('what SES does not verify in time goes back, as after a deploy', async () => {
  const domain = await Domain.deployed();
  const inspected = await domain.stack('Inspection');
  domain.cloud.ses.ending = 'never';
  await domain.pass(30);
  await domain.cloud.clock.advance(60_000);
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's1', status: 'SUCCESS' });
  expect(domain.ledger).toMatchObject({
    open: null,
    inForce: { selector: 's1' },
    unverified: { selector: 's2' },
  });
  expect(domain.broken).toEqual([]);
  // A deploy has nothing to mend, and nothing says that s2 signs.
  expect(await domain.stack('Inspection')).toEqual(inspected);
  const status = await domain.cloud.invoke({ action: 'status', domain: DOMAIN });
  expect(status).toMatchObject({ selector: 's1', drifted: false, rotatedAt: null });
  domain.cloud.ses.ending = 'asPublished';
  await domain.pass(30);
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's2', status: 'SUCCESS' });
});

test.each<[string, (domain: Domain) => void]>([
  ['somebody changed SES by hand', ({ cloud }) => cloud.ses.tamper(DOMAIN, { selector: 'x', tokens: ['x'] })],
  ['Route 53 refuses', ({ cloud }) => cloud.zones.ids.clear()],
])('nothing is changed where %s', async (_, hinder) => {
  const domain = await Domain.deployed();
  hinder(domain);
  const before = domain.cloud.ses.state(DOMAIN);
  await domain.pass(30);
  expect(domain.cloud.ses.state(DOMAIN)).toEqual(before);
  expect(domain.ledger.open).toBeNull();
  expect(domain.cloud.sns.to(TOPICS.result)).toHaveLength(1);
});

describe('where it cannot rotate', () => {
  test.each<[string, (domain: Domain) => void, RegExp]>([
    [
      'its last deploy has not come to its end',
      (domain) => domain.rewrite(({ owner }) => ({ owner: { ...owner!, confirmed: false } })),
      /It does not rotate by itself: its last change has not come to its end\./,
    ],
    [
      'a destroy goes back to the selector whose turn it is',
      (domain) =>
        domain.rewrite(({ inForce, baseline }) => ({
          baseline: { ...baseline!, restoration: { kind: 'byodkim', selector: 's2', key: inForce!.key } },
          signers: [
            { selector: 's2', since: null, stoppedAt: 1 },
            { selector: 's1', since: 1, stoppedAt: null },
          ],
        })),
      /It does not rotate by itself: s2 is what a destroy goes back to, so its key and its record stay\./,
    ],
  ])('since %s, the audit asks a person for it', async (_, hinder, says) => {
    const domain = await Domain.deployed();
    hinder(domain);
    await domain.cloud.clock.advance(40 * DAY);
    const { domains } = await domain.cloud.invoke({ action: 'audit', domains: [DOMAIN] });
    const due = domains[0].findings.find(({ code }: any) => code === 'KEY_DUE');
    expect(due.found).toMatch(says);
    expect(domain.cloud.scheduler.pending()).toEqual([]);
  });
});

test('the change over waits for a whole minute: a schedule that fires in the minute that it names finds it due', async () => {
  const domain = await Domain.deployed();
  const { cloud } = domain;
  await cloud.clock.advance(30 * DAY + 31_500);
  await cloud.invoke({ action: 'audit', scheduled: true });
  for (let step = 0; step < 2; step += 1) {
    const [next] = cloud.scheduler.pending().filter(({ name }) => name.startsWith('byodkim-rotate-'));
    await cloud.clock.advance(Math.floor(next!.at / 60_000) * 60_000 - cloud.clock.now());
    await cloud.fireDue();
    // Where it names a second within the minute, it fires at its beginning.
    await cloud.invoke({ action: 'rotate_due', domain: DOMAIN });
  }
  expect(domain.ledger.inForce?.selector).toBe('s2');
});

test('a key that somebody else has described is as old as its object', async () => {
  const domain = await Domain.deployed();
  domain.cloud.s3.write(BUCKET, dnsRecordObject(DOMAIN, 's1'), 'as our old script wrote it');
  await domain.pass(30);
  expect(domain.cloud.ses.state(DOMAIN)).toMatchObject({ selector: 's2', status: 'SUCCESS' });
  expect(domain.broken).toEqual([]);
});

test('an audit that only looks opens nothing', async () => {
  const domain = await Domain.deployed();
  await domain.cloud.clock.advance(31 * DAY);
  const { domains } = await domain.cloud.invoke({ action: 'audit', quiet: true });
  expect(domains).toEqual([]);
  expect(domain.cloud.scheduler.pending()).toEqual([]);
});

test('refuses a zone that the control stack does not allow', async () => {
  const domain = await Domain.deployed();
  const other = { ...rotation, automatic: { ...automatic, hostedZoneId: 'Z9999' } };
  const refused = domain.stack('Signing', 't2', { rotation: other });
  await expect(refused).rejects.toMatchObject({ name: 'NOT_ALLOWED' });
  const planned = await domain.stack('Inspection', undefined, { rotation: other });
  expect(planned.refusal).toContain('NOT_ALLOWED');
});

describe('what the control stack does not allow any more', () => {
  test('is not asked of DNS by the next rotation, which asks as the control stack does', async () => {
    const domain = await Domain.deployed();
    const { cloud } = domain;
    const thin = { nameservers: ['192.0.2.66:53'], resolvers: [] };
    domain.rewrite(({ owner }) => ({
      owner: { ...owner!, gate: { ...owner!.gate, ...thin, strict: true } },
    }));
    const asked: object[] = [];
    const gate = cloud.dns.gate.bind(cloud.dns);
    cloud.dns.gate = (invocation) => (request, world) => {
      if (request.selector === 's2') asked.push(request);
      return gate(invocation)(request, world);
    };
    await domain.pass(30);
    expect(domain.ledger.inForce?.selector).toBe('s2');
    expect(asked.length).toBeGreaterThan(0);
    for (const each of asked) {
      expect(each).toMatchObject({ strict: true });
      for (const setting of Object.keys(thin)) expect(each).not.toHaveProperty(setting);
    }
  });

  test('is not published: a zone that was taken out of allow.rotatesIn', async () => {
    const domain = await Domain.deployed();
    const before = domain.record('s2');
    Object.assign(domain.cloud.environment, { allow: '' });
    await domain.pass(60);
    expect([domain.ledger.inForce?.selector, domain.record('s2')]).toEqual(['s1', before]);
    expect(domain.cloud.sns.published.some(({ message }) => message.includes('allow.rotatesIn'))).toBe(true);
  });
});
