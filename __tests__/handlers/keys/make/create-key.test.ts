import {
  ledgerObject,
  madeKeysObject,
  REVOKED_VALUE,
  recordName,
} from '../../../../handlers/contract/contract';
import { readSigningKey } from '../../../../handlers/keys/format/pem';
import { newPrivateKey } from '../../../../handlers/keys/format/rsa';
import { emptyLedger, type Ledger } from '../../../../handlers/ledger/ledger';
import {
  BUCKET,
  FAILURES,
  FakeCloud,
  type FakeCloudOptions,
  InvocationEnded,
  REGION,
  TOPICS,
  testKey,
} from '../../../support/world';

const CREATE = { action: 'create_key', domain: 'example.com', selector: 's1' };
const KEY = 'dkim-certificates/example.com/s1/private_key.pem';
const RECORD = 'dns_records/example.com/s1.json';
const MADE_KEYS = madeKeysObject(REGION, 'example.com');

const cloudWithTopic = (options: FakeCloudOptions = {}): FakeCloud => {
  const cloud = new FakeCloud({ environment: { dnsTopicArn: TOPICS.dns, ...options.environment } });
  cloud.makePrivateKey = async () => testKey('made').pem;
  return cloud;
};

/** Nothing that left the function holds a piece of the key. */
const expectNoSecret = (cloud: FakeCloud, answer: unknown, der: string): void => {
  const left = JSON.stringify([answer, cloud.log, cloud.sns.published, cloud.scheduler.pending()]);
  const records = cloud.s3.everything(BUCKET).filter(({ key }) => !key.startsWith('dkim-certificates/'));
  const text = left + JSON.stringify(records);
  const spki = testKey('made').publicKey.spki;
  for (let i = 0; i + 24 <= der.length; i += 1) {
    const run = der.slice(i, i + 24);
    if (!spki.includes(run)) expect(text.includes(run)).toBe(false);
  }
};

describe('a missing key', () => {
  test('is made, stored encrypted, and never part of any output of the function', async () => {
    const kmsKeyArn = 'arn:aws:kms:ap-northeast-1:111122223333:key/k';
    const cloud = cloudWithTopic({ environment: { kmsKeyArn } });

    const answer = await cloud.invoke(CREATE);

    const { publicKey, pem, der, value } = testKey('made');
    expect(answer).toMatchObject({
      statusCode: 200,
      created: true,
      domain: 'example.com',
      selector: 's1',
      storedAt: `s3://${BUCKET}/${KEY}`,
      record: {
        name: 's1._domainkey.example.com',
        type: 'TXT',
        ttlSeconds: 300,
        value,
        publicKey: publicKey.spki,
        fingerprint: publicKey.fingerprint,
        createdAt: '2025-09-17T10:30:00.000Z',
        dueAt: '2026-12-17T10:30:00.000Z',
      },
      notice: { sent: true },
      warnings: [],
    });
    expect(cloud.s3.text(BUCKET, KEY)).toBe(pem);
    expect(cloud.s3.object(BUCKET, KEY)?.options).toMatchObject({ kmsKeyArn, ifAbsent: true });
    expectNoSecret(cloud, answer, der);
  });

  test.each([
    { privateKey: 'dkim-certificates/victim.example/s1/private_key.pem' },
    { dnsRecords: 'dns_records/victim.example/' },
  ])('is not made in the place of another domain: %p', async (keyStore) => {
    const cloud = cloudWithTopic();

    const answer = await cloud.invoke({ ...CREATE, keyStore });

    expect(answer).toMatchObject({
      error: 'VALIDATION_ERROR',
      details: { fields: [`keyStore.${Object.keys(keyStore)[0]}`] },
    });
    expect(cloud.s3.keys(BUCKET)).toEqual([]);
  });

  test('is made in a form that SES accepts: RSA of 2048 bits, PKCS#8', async () => {
    const cloud = new FakeCloud();
    cloud.makePrivateKey = newPrivateKey;

    const { record } = await cloud.invoke(CREATE);

    const pem = cloud.s3.text(BUCKET, KEY)!;
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(readSigningKey(Buffer.from(pem), 'test').publicKey).toMatchObject({
      bits: 2048,
      exponent: '10001',
      spki: record.publicKey,
    });
    expect(record.route53).toMatch(/^"[^"]{255}" "[^"]{155}"$/);
  });
});

describe('an existing key', () => {
  test('is returned, and nothing is written', async () => {
    const cloud = cloudWithTopic();
    const first = await cloud.invoke(CREATE);
    const before = cloud.s3.everything(BUCKET);
    await cloud.clock.advance(3_600_000);

    const second = await cloud.invoke(CREATE);

    expect(second).toMatchObject({
      created: false,
      message: 'A private key for selector s1 of example.com exists already; nothing was written.',
      record: first.record,
      notice: { sent: false, facts: { kind: 'notified', at: '2025-09-17T10:30:00.000Z' } },
    });
    expect(cloud.s3.everything(BUCKET)).toEqual(before);
  });

  test('leads to one more notice to the DNS team when a MAIL FROM domain is added', async () => {
    const cloud = cloudWithTopic();
    await cloud.invoke(CREATE);
    const asked = { ...CREATE, mailFrom: { subdomain: 'bounce' } };
    const added = await cloud.invoke(asked);
    expect(added.notice).toMatchObject({ sent: true });
    expect(added.record.mailFrom).toMatchObject([
      { name: 'bounce.example.com', type: 'MX', route53: '10 feedback-smtp.ap-northeast-1.amazonses.com' },
      { name: 'bounce.example.com', type: 'TXT', route53: '"v=spf1 include:amazonses.com ~all"' },
    ]);
    expect(cloud.s3.json(BUCKET, RECORD).mailFrom).toEqual(added.record.mailFrom);
    for (const again of [asked, CREATE]) expect((await cloud.invoke(again)).notice.sent).toBe(false);
    expect(cloud.s3.json(BUCKET, RECORD).mailFrom).toEqual(added.record.mailFrom);
  });

  test('of another tool gets its record, dated by its object', async () => {
    const cloud = cloudWithTopic();
    cloud.giveKey('example.com', 's1', { dnsInformation: false, publish: false });
    await cloud.clock.advance(86_400_000);

    const answer = await cloud.invoke(CREATE);

    expect(answer).toMatchObject({
      created: false,
      message: expect.stringContaining('its DNS information was missing and has been written'),
      record: { fingerprint: testKey('s1').publicKey.fingerprint, createdAt: '2025-09-17T10:30:00.000Z' },
      notice: { sent: true },
    });
    expect(cloud.s3.json(BUCKET, RECORD).value).toBe(testKey('s1').value);
    expectNoSecret(cloud, answer, testKey('s1').der);
  });

  const WARNED = [expect.stringContaining('does not hold the record of this key')];
  test.each([
    ['of it', '{"value":"VALUE"}', []],
    ['not of it', 'see ticket 4711', WARNED],
    ['damaged', '{"format":1,"publicKey":true,"fingerprint":"#","createdAt":"2025-01-01T00:00:00Z"}', WARNED],
  ])('keeps DNS information that somebody else has written, which is %s', async (_, text, warnings) => {
    const cloud = cloudWithTopic();
    const { value, publicKey } = cloud.giveKey('example.com', 's1');
    const information = text.replace('VALUE', value).replace('#', publicKey.fingerprint);
    cloud.s3.write(BUCKET, RECORD, information);
    expect(await cloud.invoke(CREATE)).toMatchObject({
      created: false,
      notice: { sent: false },
      warnings: [expect.stringContaining('was put there by others'), ...warnings],
    });
    expect(cloud.s3.text(BUCKET, RECORD)).toBe(information);
  });

  test('is refused if its DNS information belongs to another key', async () => {
    const cloud = cloudWithTopic();
    await cloud.invoke(CREATE);
    cloud.s3.write(BUCKET, KEY, testKey('other').pem);
    const before = cloud.s3.everything(BUCKET);
    expect(await cloud.invoke(CREATE)).toMatchObject({
      statusCode: 422,
      error: 'CERTIFICATE_INVALID',
      details: {
        expected: testKey('other').publicKey.fingerprint,
        found: testKey('made').publicKey.fingerprint,
      },
    });
    expect(cloud.s3.everything(BUCKET)).toEqual(before);
  });

  test('is not replaced by a new one if a record of the lost one exists', async () => {
    const cloud = cloudWithTopic();
    await cloud.invoke(CREATE);
    cloud.s3.remove(BUCKET, KEY);
    const answer = await cloud.invoke(CREATE);
    expect(answer).toMatchObject({ statusCode: 404, error: 'CERTIFICATE_NOT_FOUND' });
    expect(answer.message).toContain(testKey('made').publicKey.fingerprint);
    expect(cloud.s3.keys(BUCKET)).toEqual([MADE_KEYS, RECORD]);
  });
});

describe('a key of its owner', () => {
  test('leads to the answer with its record, and to no other key', async () => {
    const cloud = cloudWithTopic();
    const refused = await cloud.invoke({ ...CREATE, createKey: false });
    expect(refused).toMatchObject({ statusCode: 404, error: 'CERTIFICATE_NOT_FOUND' });
    expect(refused.message).toContain(`s3://${BUCKET}/${KEY}`);
    expect(cloud.s3.keys(BUCKET)).toEqual([]);

    cloud.giveKey('example.com', 's1');
    const answer = await cloud.invoke({ ...CREATE, createKey: false });
    expect(answer).toMatchObject({ statusCode: 200, created: false });
    expect(answer.record.value).toBe(testKey('s1').value);
  });
});

describe('concurrent calls, and calls after failures,', () => {
  test('make one key in all, and each returns its record', async () => {
    const cloud = cloudWithTopic();
    cloud.calls.latencyMs = () => 20;
    const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => testKey(name).pem);
    cloud.makePrivateKey = async () => keys.shift()!;

    const answers = await Promise.all(Array.from({ length: 5 }, () => cloud.invoke(CREATE)));

    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ record }) => JSON.stringify(record))).size).toBe(1);
    expect(answers[0].record.fingerprint).toBe(
      readSigningKey(cloud.s3.object(BUCKET, KEY)!.body, 'test').publicKey.fingerprint,
    );
    expect(cloud.s3.everything(BUCKET).filter(({ key }) => key === KEY)).toHaveLength(1);
  });

  test('recognise a write whose answer was lost as their own', async () => {
    const cloud = cloudWithTopic();
    const key = testKey('made').pem;
    cloud.makePrivateKey = async () => {
      // The SDK's first attempt took effect, and its second one met it.
      cloud.s3.write(BUCKET, KEY, key);
      return key;
    };
    expect(await cloud.invoke(CREATE)).toMatchObject({ created: true, notice: { sent: true } });
  });

  test('fail after as many attempts as they say if S3 stays busy with other writes', async () => {
    const cloud = cloudWithTopic();
    const store = cloud.s3.store.bind(cloud.s3);
    const busy = jest.fn(async () => null);
    jest.spyOn(cloud.s3, 'store').mockImplementation((invocation, clock) => {
      const real = store(invocation, clock);
      return { ...real, put: (place, ...more) => (place.key === KEY ? busy() : real.put(place, ...more)) };
    });

    const { error, message } = await cloud.invoke(CREATE);

    expect(error).toBe('DEPENDENCY_FAILED');
    expect(message).toContain(`in progress ${busy.mock.calls.length} times, and none of them stored a key`);
    expect(cloud.s3.object(BUCKET, KEY)).toBeUndefined();
  });

  test.each([
    ['s3:PutObject', 1],
    ['s3:PutObject', 2],
    ['s3:PutObject', 3],
    ['sns:Publish', 1],
  ])('finish a call that was killed around %s (%i)', async (action, nth) => {
    for (const when of ['before', 'after'] as const) {
      const cloud = cloudWithTopic();
      cloud.calls.addFault({ action, nth, kind: 'kill', when });
      await expect(cloud.invoke(CREATE)).rejects.toThrow(InvocationEnded);

      const answer = await cloud.invoke(CREATE);

      expect(answer).toMatchObject({ statusCode: 200, record: { value: testKey('made').value } });
      expect(cloud.s3.json(BUCKET, RECORD)).toMatchObject({ value: answer.record.value });
      expect(cloud.s3.json(BUCKET, RECORD).notifiedAt).toBeDefined();
      const notices = cloud.sns.to(TOPICS.dns).length;
      expect(notices).toBeGreaterThanOrEqual(1);
      expect(notices).toBeLessThanOrEqual(2);
    }
  });

  test.each([
    ['s3:GetObject', 'ACCESS_DENIED'],
    ['s3:PutObject', 'ACCESS_DENIED'],
  ])('fail with the call if %s is denied', async (action, error) => {
    const cloud = cloudWithTopic();
    cloud.calls.addFault({ action, times: 99, error: FAILURES.denied() });
    const answer = await cloud.invoke(CREATE);
    expect(answer).toMatchObject({ error, details: { action } });
    expect(cloud.s3.keys(BUCKET)).toEqual([]);
  });
});

describe('a selector whose name in DNS is in use', () => {
  const NAME = recordName('example.com', 's1');
  const MAKE_IN_STACK = {
    resource: 'DkimKey',
    transaction: 'key-s1',
    domain: 'example.com',
    selector: 's1',
    stack: 'B1',
  };

  test('fails with SELECTOR_IN_USE: nothing is stored, and the DNS team is not notified', async () => {
    const cloud = cloudWithTopic();
    cloud.dns.publish(NAME, testKey('in use').value);

    const answer = await cloud.invoke(CREATE);

    const { fingerprint } = testKey('in use').publicKey;
    expect(answer).toMatchObject({
      statusCode: 409,
      error: 'SELECTOR_IN_USE',
      details: { recordName: NAME, found: [fingerprint], place: `s3://${BUCKET}/${KEY}` },
      advice: expect.stringContaining('another selector'),
    });
    expect(answer.message).toContain(fingerprint);
    expect(answer.message).toContain('192.0.2.1:53');
    expect(cloud.s3.keys(BUCKET)).toEqual([]);
    expect(cloud.sns.published).toEqual([]);
    expectNoSecret(cloud, answer, testKey('made').der);
  });

  test('asks DNS once, with the event’s settings, however long a gate would wait', async () => {
    const cloud = cloudWithTopic();
    const asked: unknown[] = [];
    const { gate } = cloud.dns;
    cloud.dns.gate = (invocation) => (request, world) => {
      asked.push(request);
      return gate.call(cloud.dns, invocation)(request, world);
    };

    await cloud.invoke({ ...MAKE_IN_STACK, gate: { waitSeconds: 100, strict: true } });

    expect(asked).toEqual([expect.objectContaining({ waitSeconds: 0, strict: true, selector: 's1' })]);
  });

  test.each([
    ['revoked', REVOKED_VALUE],
    ['no DKIM record', 'v=spf1 -all'],
  ])('gets a key if the record is %s', async (_, value) => {
    const cloud = cloudWithTopic();
    cloud.dns.publish(NAME, value);
    expect(await cloud.invoke(CREATE)).toMatchObject({ created: true, warnings: [] });
  });

  test('gets a key with a warning if no server answers', async () => {
    const cloud = cloudWithTopic();
    cloud.dns.publish(NAME, testKey('in use').value);
    for (const server of cloud.dns.servers) cloud.dns.silent.add(server);

    expect(await cloud.invoke(CREATE)).toMatchObject({
      created: true,
      warnings: [expect.stringContaining('Whether s1._domainkey.example.com is in use is unknown')],
    });
  });

  test('is not looked up if the key already exists', async () => {
    const cloud = cloudWithTopic();
    cloud.giveKey('example.com', 's1', { publish: false });
    cloud.dns.publish(NAME, testKey('in use').value);
    expect(await cloud.invoke(CREATE)).toMatchObject({ statusCode: 200, created: false });
  });
});

describe('a key that is made anew (renew)', () => {
  const LONG_AGO = Date.parse('2024-09-17T00:00:00Z');
  /** SES has signed with it until a year ago. */
  const cloudWithSigner = (more: Partial<Ledger> = {}, key = KEY): FakeCloud => {
    const cloud = cloudWithTopic();
    const signers = [{ selector: 's1', since: 0, stoppedAt: LONG_AGO }];
    const ledger = { ...emptyLedger('example.com', REGION), signers, ...more };
    cloud.s3.write(BUCKET, ledgerObject(REGION, 'example.com'), JSON.stringify(ledger));
    cloud.s3.write(BUCKET, key, testKey('before').pem).lastModified.setTime(0);
    return cloud;
  };
  const RENEW = { ...CREATE, renew: true };

  test('is overwritten once no mail needs it any more, and the DNS team is notified of its record', async () => {
    const cloud = cloudWithSigner();
    const notice = { sent: true };
    expect(await cloud.invoke(CREATE)).toMatchObject({ created: false, notice });

    expect(await cloud.invoke(RENEW)).toMatchObject({ statusCode: 200, created: true, notice });

    expect(cloud.s3.text(BUCKET, KEY)).toBe(testKey('made').pem);
  });

  test('is kept while SES signs with it again, as a person has set it', async () => {
    const cloud = cloudWithSigner();
    cloud.ses.give('example.com', { origin: 'EXTERNAL', selector: 's1' });
    expect(await cloud.invoke(RENEW)).toMatchObject({ created: false });
  });

  describe('if another region', () => {
    const SHARER = { region: 'us-east-1', bucket: 'keys-us-east-1' };
    const giveOther = (cloud: FakeCloud, text: string) =>
      cloud.s3.write(SHARER.bucket, ledgerObject(SHARER.region, 'example.com'), text);
    const signing = JSON.stringify({
      ...emptyLedger('example.com', SHARER.region),
      signers: [{ selector: 's1', since: 0, stoppedAt: null }],
    });

    test.each<[string, Partial<Ledger>, object]>([
      ['shares it by the list', {}, { rotation: { sharedWith: [SHARER] } }],
      ['shared it once', { sharers: [SHARER] }, {}],
    ])('%s, is kept while that region signs with it', async (_, ledger, fields) => {
      const cloud = cloudWithSigner(ledger);
      giveOther(cloud, signing);

      expect(await cloud.invoke({ ...RENEW, ...fields })).toMatchObject({ created: false });

      expect(cloud.s3.text(BUCKET, KEY)).toBe(testKey('before').pem);
    });

    test('cannot be asked, is not overwritten', async () => {
      const cloud = cloudWithSigner({ sharers: [SHARER] });
      giveOther(cloud, '{');

      const { error, message } = await cloud.invoke(RENEW);

      expect(error).toBe('KEY_SHARED');
      expect(message).toMatch(/^No new key was made for selector s1 .* us-east-1 signs with it is not known/);
      expect(cloud.s3.text(BUCKET, KEY)).toBe(testKey('before').pem);
    });
  });

  test('is overwritten while its own record is still published, but not while another key’s record is', async () => {
    const cloud = cloudWithSigner();
    cloud.dns.publish(recordName('example.com', 's1'), testKey('in use').value);
    expect(await cloud.invoke(RENEW)).toMatchObject({ error: 'SELECTOR_IN_USE' });
    expect(cloud.s3.text(BUCKET, KEY)).toBe(testKey('before').pem);

    cloud.dns.publish(recordName('example.com', 's1'), testKey('before').value);
    expect(await cloud.invoke(RENEW)).toMatchObject({ created: true });
  });

  test.each([true, false])('exists after a call was killed in between; described: %s', async (described) => {
    const cloud = cloudWithSigner();
    cloud.dns.publish(recordName('example.com', 's1'), testKey('before').value);
    if (described) await cloud.invoke(CREATE);
    cloud.calls.addFault({ action: 's3:PutObject', nth: 2, kind: 'kill' });
    await expect(cloud.invoke(RENEW)).rejects.toThrow(InvocationEnded);
    expect(await cloud.invoke(RENEW)).toMatchObject({ record: { value: testKey('made').value } });
    expect(cloud.s3.json(BUCKET, RECORD).value).toBe(testKey('made').value);
  });

  test('is made once, although another tool has described the earlier one', async () => {
    const cloud = cloudWithSigner();
    cloud.s3.write(BUCKET, RECORD, 'see ticket 4711');
    for (const created of [true, false]) expect(await cloud.invoke(RENEW)).toMatchObject({ created });
  });

  test.each<[string, Partial<Ledger>]>([
    ['while it signs', { signers: [{ selector: 's1', since: 0, stoppedAt: null }] }],
    ['while its stack publishes its record, which the engine would keep', { records: ['s2', 's1'] }],
  ])('stays %s', async (_, says) => {
    const cloud = cloudWithSigner(says);

    expect(await cloud.invoke(RENEW)).toMatchObject({ statusCode: 200, created: false });

    expect(cloud.s3.text(BUCKET, KEY)).toBe(testKey('before').pem);
  });
});
