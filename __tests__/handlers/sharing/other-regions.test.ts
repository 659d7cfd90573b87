import { dnsRecordObject, ledgerObject, recordName } from '../../../handlers/contract/contract';
import { recordValue } from '../../../handlers/keys/format/public-key';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, type FakeCloud, REGION, testKey } from '../../support/world';
import { auditedCloud, giveManagedDomain, writeLedger } from '../audit/managed-domain';
import * as setup from '../transaction/support';

const DAY = 86_400_000;
const { DOMAIN } = setup;
const OTHER = { region: 'us-east-1', bucket: 'keys-us-east-1' };
const sharedWith = [OTHER];
const key = (name: string) => ({
  bucket: BUCKET,
  key: `${name}.pem`,
  etag: '"e"',
  fingerprint: testKey(name).publicKey.fingerprint,
});

/** Writes the ledger of the other region, or a text in its place. */
const giveOther = (cloud: FakeCloud, ledger: Partial<Ledger> | string): void => {
  const text =
    typeof ledger === 'string' ? ledger : JSON.stringify({ ...emptyLedger(DOMAIN, OTHER.region), ...ledger });
  cloud.s3.write(OTHER.bucket, ledgerObject(OTHER.region, DOMAIN), text);
};
const signs = (
  selector: string,
  since: number | null,
  stoppedAt: number | null = null,
  bucket: string = BUCKET,
) => ({ signers: [{ selector, bucket, since, stoppedAt }] });

/** A change to s2, which would roll back to s1. */
const OPEN: NonNullable<Ledger['open']> = {
  transaction: 't1',
  source: 'terraform',
  wanted: { selector: 's2', key: key('s2') },
  owner: null,
  state: 'set',
  previous: {
    observedAt: 1,
    origin: 'EXTERNAL',
    selector: 's1',
    enabled: true,
    status: 'SUCCESS',
    tokens: ['s1'],
    restoration: { kind: 'byodkim', selector: 's1', key: key('s1') },
  },
  armed: null,
  startedAt: 1,
};

describe('a plan that would remove a record which the home no longer needs', () => {
  const SINCE = Date.parse('2026-11-25T10:30:00.000Z');
  async function refusal(other?: Parameters<typeof giveOther>[1], rotation: object = { sharedWith }) {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    await stack.apply('t1', 's1', { rotation: { records: ['s1'], sharedWith } });
    await stack.apply('t2', 's2', { rotation: { records: ['s2', 's1'], sharedWith } });
    await setup.verify(cloud);
    await cloud.clock.advance(8 * DAY);
    if (other !== undefined) giveOther(cloud, other);
    const { refusal: text } = await stack.create('Inspection', '', 's2', {
      rotation: { records: ['s2'], ...rotation },
    });
    return (text ?? 'passes') as string;
  }

  it.each<[string, Partial<Ledger> | string, RegExp]>([
    ['signs with it', signs('s1', SINCE), /STILL_NEEDED.*SES signs with s1 in us-east-1, .*\[s1\]/],
    [
      'signed with it',
      signs('s1', SINCE, SINCE + 2 * DAY),
      /Mail that s1 has signed in us-east-1 is in transit/,
    ],
    ['may roll back to it', { open: OPEN }, /The open change in us-east-1 rolls back to s1/],
    [
      'cannot say',
      '{',
      /STILL_NEEDED.*Whether us-east-1 needs s1 is not known: .*keys-us-east-1\/byodkim-ledger.*once us-east-1 answers/,
    ],
  ])('is refused if another region %s', async (_, other, message) => {
    expect(await refusal(other)).toMatch(message);
  });

  it('is refused if a region signs with it that the list no longer includes in the sharing', async () => {
    expect(await refusal(signs('s1', SINCE), {})).toMatch(/STILL_NEEDED.*SES signs with s1 in us-east-1/);
  });

  describe('after the list has ended the sharing', () => {
    async function given(fields: Record<string, unknown> = {}) {
      const cloud = setup.givenCloud({ startAt: SINCE });
      const stack = new setup.Stack(cloud);
      await stack.apply('t1', 's1', { rotation: { records: ['s1'], sharedWith } });
      giveOther(cloud, signs('s1', SINCE));
      await stack.apply('t2', 's2', { rotation: { records: ['s2', 's1'] }, ...fields });
      await setup.verify(cloud);
      await cloud.clock.advance(8 * DAY);
      return { cloud, stack };
    }
    const drops = async (stack: setup.Stack) =>
      (await stack.create('Inspection', '', 's2', { rotation: { records: ['s2'] } })).refusal ?? 'passes';

    it('is refused, since the apply that ended the sharing does not end the other region’s signing', async () => {
      const { stack } = await given();
      expect(await drops(stack)).toMatch(/STILL_NEEDED.*SES signs with s1 in us-east-1/);
    });

    it('is refused once the stack was destroyed and is made again', async () => {
      const { stack, cloud } = await given();
      giveOther(cloud, signs('s1', SINCE, SINCE));
      await stack.destroy();
      giveOther(cloud, signs('s1', SINCE));
      await stack.apply('t3', 's1', { rotation: { records: ['s1'] } });
      await stack.apply('t4', 's2', { rotation: { records: ['s2', 's1'] } });
      await setup.verify(cloud);
      await cloud.clock.advance(8 * DAY);
      expect(await drops(stack)).toMatch(/STILL_NEEDED.*SES signs with s1 in us-east-1/);
    });

    it('passes, and forgets the region, if the stack gives up what cannot be undone', async () => {
      const { stack } = await given({ irreversible: 'allow' });
      expect(await drops(stack)).toBe('passes');
    });
  });

  it.each([
    ['is damaged', '{'],
    ['is another one’s', JSON.stringify({ format: 1, domain: 'other.test' })],
  ])('passes for a rotation that keeps it while the ledger of another region %s', async (_, text) => {
    const rotation = { records: ['s1'], sharedWith };
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    await stack.apply('t1', 's1', { rotation });
    giveOther(cloud, text);
    for (const [selector, records] of [
      ['s1', ['s1']],
      ['s2', ['s2', 's1']],
    ] as const) {
      const plan = await stack.create('Inspection', '', selector, { rotation: { records, sharedWith } });
      expect(plan.refusal).toBeUndefined();
    }
  });

  it.each([
    ['signs', null, /STILL_NEEDED.*Route 53, if its stack has published it\. SES signs with s1 in us-east-1/],
    ['has signed', SINCE, /STILL_NEEDED.*Mail that s1 has signed in us-east-1 is in transit/],
  ])('is refused if a region %s with a record whose stack failed before', async (_, stoppedAt, message) => {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    giveOther(cloud, signs('s1', SINCE, stoppedAt));
    const rotation = { records: ['s2'], sharedWith };
    const refusal = async (more = {}) =>
      (await stack.create('Inspection', '', 's2', { rotation: { ...rotation, ...more } })).refusal;
    expect(await refusal()).toMatch(message);
    // A former home keeps earlier records, and has not got this one.
    expect(await refusal({ sharedWith: [{ ...OTHER, home: true }] })).toBeUndefined();
  });

  it('is refused if a region has started to sign with a record that this one no longer needs', async () => {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    await stack.apply('t1', 's1', { rotation: { records: ['s1'], sharedWith } });
    await stack.apply('t2', 's2', { rotation: { records: ['s2', 's1'], sharedWith } });
    await setup.verify(cloud);
    await cloud.clock.advance(8 * DAY);
    const rotation = { records: ['s2'], sharedWith };
    // Its last apply was cut off after its confirmation, before the engine has removed s1.
    await stack.apply('t3', 's2', { rotation });
    const refusal = async () => (await stack.create('Inspection', '', 's2', { rotation })).refusal;
    expect(await refusal()).toBeUndefined();
    giveOther(cloud, signs('s1', cloud.clock.now()));
    expect(await refusal()).toMatch(/STILL_NEEDED.*SES signs with s1 in us-east-1/);
  });

  it.each([
    ['was never deployed', undefined],
    ['signs with the new one', signs('s2', SINCE)],
    ['has signed with it long ago', signs('s1', SINCE, SINCE)],
  ])('passes if another region %s', async (_, other) => {
    expect(await refusal(other)).toBe('passes');
  });
});

it('names the region that signs with the record of another key', async () => {
  const { cloud, stack } = setup.given();
  giveOther(cloud, { inForce: { selector: 's1', key: key('s3') } });
  cloud.dns.publish(recordName(DOMAIN, 's1'), recordValue(testKey('s3').publicKey));
  const { code, message } = await setup.failure(stack.signing('t1', 's1', { rotation: { sharedWith } }));
  expect(code).toBe('DNS_KEY_MISMATCH');
  expect(message).toContain('The published key is the one of selector s1 in us-east-1.');
});

describe('the destroy of a stack', () => {
  const SINCE = Date.parse('2026-11-25T10:30:00.000Z');
  const OF_HOME = { rotation: { records: ['s1'], sharedWith } };
  async function given(fields: Record<string, unknown> = OF_HOME) {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    await stack.claim();
    await stack.apply('t1', 's1', fields);
    await setup.verify(cloud);
    return { cloud, stack };
  }
  const MAY_GO_ON = { reverted: true };

  it.each<[string, Partial<Ledger>]>([
    ['signs with its key', signs('s1', 1)],
    [
      'is about to',
      {
        open: {
          ...OPEN,
          wanted: { selector: 's1', key: key('s1') },
          previous: { ...OPEN.previous, restoration: { kind: 'easy-dkim' } },
        },
      },
    ],
    ['may roll back to it', { open: OPEN }],
  ])('is refused before anything is changed while another region %s', async (_, other) => {
    const { cloud, stack } = await given();
    giveOther(cloud, other);
    const error = await setup.failure(stack.destroy());
    expect(error.code).toBe('KEY_SHARED');
    expect(error.message).toMatch(/Mail is signed with it in .*us-east-1 \(s1\)/);
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ origin: 'EXTERNAL', selector: 's1', enabled: true });
    expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { stack: setup.STACK }, open: null, lease: null });
  });

  it('is refused while a run is at work in another region, which may be about to sign with its record', async () => {
    const { cloud, stack } = await given();
    const now = cloud.clock.now();
    giveOther(cloud, { lease: { holder: 'another run', acquiredAt: now, expiresAt: now + 60_000 } });
    expect(await setup.failure(stack.destroy())).toMatchObject({
      code: 'CONCURRENT_UPDATE',
      message: expect.stringContaining(`Another run is at work on ${DOMAIN} in ${OTHER.region}`),
    });
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ origin: 'EXTERNAL', selector: 's1', enabled: true });
    expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { stack: setup.STACK }, open: null, lease: null });

    await cloud.clock.advance(60_001);
    expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
  });

  it('is refused if the list no longer names that region', async () => {
    const { cloud, stack } = await given();
    giveOther(cloud, signs('s1', 1));
    await stack.apply('t2', 's1', { rotation: { records: ['s1'] } });
    expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
  });

  it('is refused after its first apply was rolled back, while another region signs with its record', async () => {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    await stack.claim();
    await stack.signing('t1', 's1', OF_HOME);
    await cloud.fireAll();
    giveOther(cloud, signs('s1', 1));
    expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
  });

  it('is refused after its first apply has failed before its change began, while another region signs', async () => {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud, OF_HOME);
    await stack.claim();
    setup.unpublish(cloud, 's1');
    expect((await setup.failure(stack.signing('t1', 's1'))).code).toBe('DNS_TXT_NOT_READY');
    giveOther(cloud, signs('s1', 1));
    expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
    giveOther(cloud, signs('s2', 1, null, OTHER.bucket));
    expect(await stack.destroy()).toMatchObject({ reverted: false });
  });

  describe('that did not share its key when it was deployed, and whose apply to share it has failed', () => {
    const TO_S2 = { rotation: { records: ['s2', 's1'], sharedWith } };
    /** The gate of the apply refuses. */
    async function givenFailed(fields: Record<string, unknown>, selector = 's1') {
      const { cloud, stack } = await given({ rotation: { records: ['s1'] } });
      setup.unpublish(cloud, selector);
      expect((await setup.failure(stack.gate('t2', selector, fields))).code).toBe('DNS_TXT_NOT_READY');
      cloud.giveKey(DOMAIN, selector);
      return { cloud, stack };
    }

    it('is refused while another region signs with its record', async () => {
      const { cloud, stack } = await givenFailed(OF_HOME);
      giveOther(cloud, signs('s1', 1));
      expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
      giveOther(cloud, signs('s9', 1, null, OTHER.bucket));
      expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
    });

    it('is refused while another region signs with a record that the failed apply has published', async () => {
      const { cloud, stack } = await givenFailed(TO_S2, 's2');
      giveOther(cloud, signs('s2', 1));
      expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
    });

    it('keeps that record, too, if the list takes the sharing back', async () => {
      const { cloud, stack } = await givenFailed(TO_S2, 's2');
      giveOther(cloud, signs('s2', 1));
      const plan = await stack.create('Inspection', '', 's1', { rotation: { records: ['s1'] } });
      expect(plan.refusal).toMatch(/STILL_NEEDED.*SES signs with s2 in us-east-1/);
    });

    it('goes on if the gate was asked only through the read-only alias, which records nothing', async () => {
      const { cloud, stack } = await given({ rotation: { records: ['s1'] } });
      const event = { resource: 'DnsGate', transaction: 't2', domain: DOMAIN, selector: 's1', ...OF_HOME };
      const before = setup.ledgerOf(cloud);
      expect(await cloud.invoke(event, 'read')).toMatchObject({ ready: true });
      expect(setup.ledgerOf(cloud)).toEqual(before);
      giveOther(cloud, signs('s1', 1));
      expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
    });

    it('is recorded once, and not before the stack has a Baseline', async () => {
      const cloud = setup.givenCloud({ startAt: SINCE });
      const stack = new setup.Stack(cloud, OF_HOME);
      await stack.gate('t1', 's1');
      expect(cloud.s3.object(BUCKET, ledgerObject(REGION, DOMAIN))).toBeUndefined();
      const alone = await given({ rotation: { records: ['s1'] } });
      await alone.stack.gate('t2', 's1', OF_HOME);
      const { writeId, sharers } = setup.ledgerOf(alone.cloud);
      expect(sharers).toEqual(sharedWith);
      await alone.stack.gate('t3', 's1', OF_HOME);
      expect(setup.ledgerOf(alone.cloud).writeId).toBe(writeId);
    });

    it('goes on if another region was to be its home', async () => {
      const { cloud, stack } = await givenFailed({
        rotation: { records: ['s1'], sharedWith: [{ ...OTHER, home: true }] },
      });
      giveOther(cloud, signs('s1', 1));
      expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
    });
  });

  it('is refused while it publishes a record that an unreachable region may need', async () => {
    const { cloud, stack } = await given();
    giveOther(cloud, '{');
    expect((await setup.failure(stack.destroy())).message).toMatch(
      /Whether us-east-1 signs with it is not known/,
    );
    await stack.apply('t2', 's1', { rotation: { records: ['s1'] }, irreversible: 'allow' });
    expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
  });

  it.each<[string, Record<string, unknown>, Parameters<typeof giveOther>[1] | undefined]>([
    ['no other region was deployed', OF_HOME, undefined],
    ['the others sign with their own keys', OF_HOME, signs('s2', 1, null, OTHER.bucket)],
    ['mail of the others is in transit', OF_HOME, signs('s1', 1, SINCE)],
    ['others publish the record, and the other region cannot be asked', { rotation: { sharedWith } }, '{'],
    ['another region is the home', { rotation: { sharedWith: [{ ...OTHER, home: true }] } }, signs('s1', 1)],
  ])('continues if %s', async (_, fields, other) => {
    const { cloud, stack } = await given(fields);
    if (other !== undefined) giveOther(cloud, other);
    expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
  });

  it('continues if both regions keep their keys in one bucket, and the other now has a key of its own', async () => {
    const inOneBucket = { region: OTHER.region, bucket: BUCKET };
    const { cloud, stack } = await given({ rotation: { records: ['s1'], sharedWith: [inOneBucket] } });
    const write = (other: Partial<Ledger>) =>
      cloud.s3.write(
        BUCKET,
        ledgerObject(OTHER.region, DOMAIN),
        JSON.stringify({ ...emptyLedger(DOMAIN, OTHER.region), ...other }),
      );
    const owner = giveManagedDomain(auditedCloud(), DOMAIN).owner!;
    const shares = { sharedWith: [{ region: REGION, bucket: BUCKET, home: true }] };
    for (const other of [
      signs('s1', 1),
      // It has rotated to a key of the home before the home itself.
      { ...signs('s9', 1), owner: { ...owner, rotation: shares } },
    ]) {
      write(other);
      expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
    }
    write(signs('s9', 1));
    expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
  });

  it('is refused if both regions keep their keys in one bucket, and the other signs with an earlier key of the home', async () => {
    const inOneBucket = { region: OTHER.region, bucket: BUCKET };
    const { cloud, stack } = await given({ rotation: { sharedWith: [inOneBucket] } });
    const other = { ...emptyLedger(DOMAIN, OTHER.region), ...signs('s1', 1) };
    cloud.s3.write(BUCKET, ledgerObject(OTHER.region, DOMAIN), JSON.stringify(other));

    expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
  });

  it('is no longer refused once the home has moved, or the others sign with their own keys', async () => {
    const { cloud, stack } = await given();
    giveOther(cloud, signs('s1', 1));
    await stack.apply('t2', 's2', { rotation: { records: ['s1'], sharedWith: [{ ...OTHER, home: true }] } });
    await setup.verify(cloud);
    expect((await setup.failure(stack.destroy())).code).toBe('KEY_SHARED');
    giveOther(cloud, signs('s2', 1));
    expect(await stack.destroy()).toMatchObject(MAY_GO_ON);
  });
});

describe('a region that signs with the key of a home', () => {
  const sharing = { rotation: { sharedWith: [{ ...OTHER, home: true }] } };

  it.each([
    ['signs at once while the home has opened a change, even in the moment of its lease', 0, undefined],
    ['waits in vain while a run of the home may be about to destroy it', -1, 'CONCURRENT_UPDATE'],
  ])('%s', async (_, openedMs, code) => {
    const { cloud, stack } = setup.given();
    const now = cloud.clock.now();
    const lease = { holder: 'another run', acquiredAt: now, expiresAt: now + 90_000 };
    giveOther(cloud, { lease, open: { ...OPEN, startedAt: now + openedMs } });

    const outcome = await stack.signing('t1', 's1', sharing).catch(({ name }: Error) => ({ name }));

    expect(outcome.name).toBe(code);
  });
});

describe('the audit of a region that shares a key', () => {
  /** It signs with s1, and with s0 until 9 days ago, whose record is there. */
  function given(sharer: object, other: Parameters<typeof giveOther>[1]): FakeCloud {
    const cloud = auditedCloud();
    const now = cloud.clock.now();
    const { owner, ...ledger } = giveManagedDomain(cloud, DOMAIN);
    writeLedger(cloud, {
      ...ledger,
      owner: { ...owner!, rotation: { sharedWith: [{ ...OTHER, ...sharer }] } },
      signers: [
        { selector: 's0', since: 1, stoppedAt: now - 9 * DAY },
        { selector: 's1', since: now - 9 * DAY, stoppedAt: null },
      ],
    });
    for (const bucket of [BUCKET, OTHER.bucket])
      for (const [selector, name] of [
        ['s0', 'former'],
        ['s1', 'audited'],
      ] as const) {
        const record = dnsRecord({ domain: DOMAIN, selector }, testKey(name).publicKey, now);
        cloud.s3.write(bucket, dnsRecordObject(DOMAIN, selector), JSON.stringify({ format: 1, ...record }));
      }
    cloud.dns.publish(recordName(DOMAIN, 's0'), testKey('former').value);
    giveOther(cloud, other);
    return cloud;
  }
  const found = async (cloud: FakeCloud): Promise<string[]> => {
    const { findings } = await cloud.invoke({ action: 'status', domain: DOMAIN, findings: true });
    return findings.map(({ code, severity, found: text }: any) => `${severity} ${code} ${text}`);
  };
  const NOW = auditedCloud().clock.now();
  const HOME = { home: true };

  it.each<[string, object, Partial<Ledger> | string, readonly RegExp[]]>([
    [
      'lets the earlier record go when no region signs with it',
      {},
      signs('s1', NOW - 9 * DAY),
      [/RECORD_MAY_GO/],
    ],
    [
      'reports what it was the last to sign with, wherever the key is',
      HOME,
      signs('s0', NOW - 20 * DAY, NOW - 10 * DAY),
      [/RECORD_MAY_GO/],
    ],
    [
      'leaves that to the region that has signed with it last',
      {},
      signs('s0', NOW - 20 * DAY, NOW - 8.5 * DAY),
      [],
    ],
    [
      'keeps it while another one signs with it, for a day without a word',
      {},
      signs('s0', NOW - DAY / 2),
      [],
    ],
    [
      'names the selectors of the regions after a day',
      {},
      signs('s0', NOW - 2 * DAY),
      [/^act REGIONS_DIFFER .* since 2025-09-15: ap-northeast-1 with s1, us-east-1 with s0\.$/],
    ],
    ['says that it could not look', {}, '{', [/^unknown NOT_CHECKED .*keys-us-east-1/]],
  ])('%s', async (_, sharer, other, expected) => {
    const all = await found(given(sharer, other));
    expect(all).toEqual(expected.map((each) => expect.stringMatching(each)));
  });

  it('keeps the record of a destroyed home while another region signs with it, and releases it after that', async () => {
    const cloud = given({}, signs('s0', NOW - 20 * DAY));
    setup.rewriteLedger(cloud, ({ owner, sharers, ...ledger }) => ({
      ...ledger,
      sharers: [...sharers, OTHER],
      owner: null,
      inForce: null,
    }));
    const ofRecords = async () => (await found(cloud)).filter((each) => each.includes('RECORD_'));
    expect(await ofRecords()).toEqual([]);
    giveOther(cloud, signs('s0', NOW - 20 * DAY, NOW - 9.5 * DAY));
    expect(await ofRecords()).toEqual([expect.stringMatching(/RECORD_MAY_GO/)]);
  });

  it('finds nothing in a region that now has a key of its own, and signs with that', async () => {
    const cloud = given({}, signs('s7', NOW - 20 * DAY, null, OTHER.bucket));
    const differs = async () => (await found(cloud)).filter((each) => each.includes('REGIONS_DIFFER'));
    expect(await differs()).toHaveLength(1);
    setup.rewriteLedger(cloud, ({ owner, ...ledger }) => ({
      ...ledger,
      owner: { ...owner!, rotation: {} },
      sharers: [OTHER],
    }));
    expect(await differs()).toEqual([]);
    const { signers } = await cloud.invoke({ action: 'status', domain: DOMAIN });
    expect(signers.map(({ selector }: any) => selector)).toEqual(['s0', 's1']);
  });

  it('releases a record whose key is still here, although the home has moved', async () => {
    const cloud = given(HOME, signs('s1', NOW - 9 * DAY));
    cloud.s3.remove(OTHER.bucket, dnsRecordObject(DOMAIN, 's0'));
    expect(await found(cloud)).toEqual([expect.stringMatching(/RECORD_MAY_GO/)]);
  });

  it('notices that a record is missing with which another region signs', async () => {
    const cloud = given({}, signs('s0', NOW - DAY / 2));
    cloud.dns.unpublish(recordName(DOMAIN, 's0'));
    expect(await found(cloud)).toEqual([
      expect.stringMatching(/RECORD_GONE_TOO_EARLY .* is gone or revoked, but still needed: s0 active/),
    ]);
  });

  it('reports what each region signs with, and which records have to stay', async () => {
    const wanted = { selector: 's0', key: key('s0') };
    const cloud = given({}, { ...signs('s0', 5), inForce: wanted });
    const status = () => cloud.invoke({ action: 'status', domain: DOMAIN });
    expect(await status()).toMatchObject({
      selector: 's1',
      regions: [{ region: 'us-east-1', selector: 's0' }],
      signers: [
        { selector: 's0', stoppedAt: null },
        { selector: 's1', stoppedAt: null },
      ],
    });
    giveOther(cloud, '{');
    expect((await status()).regions).toEqual([
      { region: 'us-east-1', selector: null, why: expect.stringContaining('keys-us-east-1') },
    ]);
  });
});
