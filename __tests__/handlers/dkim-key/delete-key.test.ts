import { ACTIONS, ledgerObject, privateKeyObject, recordName } from '../../../handlers/contract';
import { parseEvent } from '../../../handlers/event';
import { BUCKET, type FakeCloud, type FakeCloudOptions, REGION, TOPICS, testKey } from '../../support/world';
import { DOMAIN, givenCloud, ledgerOf, rewriteLedger, Stack, verify } from '../transaction/support';

const DAY = 24 * 3_600_000;
const DELETE = { action: ACTIONS.deleteKey, domain: DOMAIN, selector: 's3' };
const KEY = privateKeyObject(DOMAIN, 's3');
const ELSEWHERE = 'key-store-us-east-1';

const publish = (cloud: FakeCloud): void =>
  cloud.dns.publish(recordName(DOMAIN, 's3'), testKey('made').value);
const unpublish = (cloud: FakeCloud): void => cloud.dns.unpublish(recordName(DOMAIN, 's3'));
const isThere = (cloud: FakeCloud): boolean => cloud.s3.object(BUCKET, KEY) !== undefined;

/** A domain that signs with a key that the function made, s3. */
async function givenMade(options: FakeCloudOptions = {}) {
  const cloud = givenCloud(options);
  cloud.makePrivateKey = async () => testKey('made').pem;
  await cloud.invoke({ action: ACTIONS.createKey, domain: DOMAIN, selector: 's3' });
  publish(cloud);
  const stack = new Stack(cloud);
  await stack.apply('t1', 's3');
  await verify(cloud);
  return { cloud, stack };
}

/** The same, rotated away from s3, whose record is gone: nothing needs its key. */
async function givenRevoked(options: FakeCloudOptions = {}) {
  const { cloud, stack } = await givenMade(options);
  await cloud.clock.advance(90 * DAY);
  await stack.apply('t2', 's2');
  await verify(cloud);
  await cloud.clock.advance(8 * DAY);
  unpublish(cloud);
  return { cloud, stack };
}

describe('the key of a revoked selector', () => {
  test('is deleted with every version, and the ledger, the log and the operators are told', async () => {
    const { cloud } = await givenRevoked({ environment: { resultTopicArn: TOPICS.result } });
    cloud.s3.write(BUCKET, KEY, testKey('made').pem);
    const before = cloud.sns.published.length;
    expect(await cloud.invoke(DELETE)).toEqual({
      statusCode: 200,
      message: `The private key of selector s3 of ${DOMAIN} was deleted from s3://${BUCKET}/${KEY}, with all its versions (2).`,
      domain: DOMAIN,
      selector: 's3',
      versions: 2,
      deletedFrom: `s3://${BUCKET}/${KEY}`,
      notice: { sent: true },
    });
    expect(isThere(cloud)).toBe(false);
    const { history, lease } = ledgerOf(cloud)!;
    expect(history.at(-1)).toMatchObject({ selector: 's3', detail: `key deleted: s3://${BUCKET}/${KEY}` });
    expect(lease).toBeNull();
    expect(cloud.sns.published.slice(before)).toMatchObject([
      { subject: `DKIM key deleted: ${DOMAIN} (s3)` },
    ]);
    expect(cloud.log).toContainEqual(expect.objectContaining({ message: 'Key deleted' }));
  });

  test('may be asked for again, and another key may take its place', async () => {
    const { cloud } = await givenRevoked();
    await cloud.invoke(DELETE);
    expect(await cloud.invoke(DELETE)).toMatchObject({ statusCode: 200, versions: 0 });
    cloud.makePrivateKey = async () => testKey('another').pem;
    const create = { action: ACTIONS.createKey, domain: DOMAIN, selector: 's3' };
    const { created, record } = await cloud.invoke(create);
    expect([created, record.value]).toEqual([true, testKey('another').value]);
    expect(await cloud.invoke(create)).toMatchObject({ created: false, record: { value: record.value } });
  });

  test('is deleted before its overlap is over where its record was taken back: mail needs the record alone', async () => {
    const { cloud, stack } = await givenMade();
    await stack.apply('t2', 's2');
    await verify(cloud);
    cloud.dns.publish(recordName(DOMAIN, 's3'), 'v=DKIM1; p=');
    expect(await cloud.invoke(DELETE)).toMatchObject({ statusCode: 200, versions: 1 });
  });
});

describe('refuses, and deletes nothing,', () => {
  const refused = async (cloud: FakeCloud, says: RegExp, event: object = DELETE): Promise<void> => {
    const answer = await cloud.invoke(event);
    expect(answer).toMatchObject({ statusCode: 409, error: 'KEY_STILL_NEEDED' });
    expect(answer.message).toMatch(says);
    expect(isThere(cloud)).toBe(true);
    expect(ledgerOf(cloud)!.lease).toBeNull();
  };

  test('what SES signs with', async () => {
    const { cloud } = await givenMade();
    unpublish(cloud);
    await refused(
      cloud,
      /cannot be deleted\. SES signs with it in ap-northeast-1, or is to: rotate first, and deploy/,
    );
  });

  test('what SES was set by hand to sign with', async () => {
    const { cloud } = await givenRevoked();
    cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's3' });
    await refused(cloud, /SES signs with it in ap-northeast-1: rotate first/);
  });

  test('the way back of a change that is not confirmed', async () => {
    const { cloud, stack } = await givenMade();
    await stack.signing('t2', 's2');
    unpublish(cloud);
    await refused(cloud, /A revert or a destroy in ap-northeast-1 would go back to it/);
  });

  test('what has its record published', async () => {
    const { cloud } = await givenRevoked();
    publish(cloud);
    await refused(cloud, /Its record s3\._domainkey\.example\.com is still published: have it removed/);
  });

  test('what a server that does not answer may still have published', async () => {
    const { cloud } = await givenRevoked();
    cloud.dns.silent.add('192.0.2.2:53');
    await refused(
      cloud,
      /Whether its record s3\._domainkey\.example\.com is still published could not be found out: ns2\.example\.net did not answer/,
    );
  });

  test('what was made anew while DNS was asked', async () => {
    const { cloud } = await givenRevoked();
    cloud.makePrivateKey = async () => testKey('another').pem;
    let making: Promise<unknown> | undefined;
    cloud.calls.watch = () => {
      if (cloud.calls.made.at(-1)?.action !== 'dns:Prove' || making) return;
      making = cloud.invoke({ action: ACTIONS.createKey, domain: DOMAIN, selector: 's3', renew: true });
    };
    cloud.calls.latencyMs = ({ action }) => (action === 'ses:GetEmailIdentity' ? 5_000 : 0);
    const answer = await cloud.invoke(DELETE);
    expect(await making).toMatchObject({ created: true });
    expect(answer).toMatchObject({ error: 'CONCURRENT_UPDATE' });
    expect(answer.message).toContain('was made anew');
    expect(isThere(cloud)).toBe(true);
  });

  test('what another run has taken over while many ledgers were read', async () => {
    const { cloud } = await givenRevoked();
    const now = jest.spyOn(cloud.clock, 'now');
    cloud.calls.watch = () => {
      if (cloud.calls.made.at(-1)?.action !== 'ses:GetEmailIdentity') return;
      cloud.calls.watch = () => {};
      // Nobody slept meanwhile, so that nothing was renewed.
      const late = cloud.clock.now() + 41_000;
      now.mockReturnValue(late);
      const lease = { holder: 'another', acquiredAt: late, expiresAt: late + 40_000 };
      rewriteLedger(cloud, (ledger) => ({ ...ledger, lease, writeId: 'another' }));
    };
    expect(await cloud.invoke(DELETE)).toMatchObject({ error: 'CONCURRENT_UPDATE' });
    expect(isThere(cloud)).toBe(true);
  });

  test('what was made anew while DNS was asked, where the domain rotates by itself', async () => {
    const { cloud } = await givenRevoked();
    const turn = (stage: 'published' | 'revoked') =>
      rewriteLedger(cloud, (ledger) => ({
        ...ledger,
        turn: { selector: 's3', stage, at: cloud.clock.now() },
      }));
    turn('published');
    await refused(cloud, /The function is about to rotate to it/);
    turn('revoked');
    expect(await cloud.invoke(DELETE)).toMatchObject({ statusCode: 200 });
  });

  test('what the ledger of another domain names', async () => {
    const { cloud } = await givenRevoked();
    const own = ledgerOf(cloud)!;
    const key = { ...own.inForce!.key, key: KEY };
    const theirs = { ...own, domain: 'example.org', inForce: { selector: 's9', key } };
    cloud.s3.write(BUCKET, ledgerObject(REGION, 'example.org'), JSON.stringify(theirs));
    await refused(cloud, /The ledger of example\.org in ap-northeast-1 names it/);
  });

  test('what has never signed', async () => {
    const cloud = givenCloud();
    cloud.makePrivateKey = async () => testKey('made').pem;
    await new Stack(cloud).apply('t1', 's1');
    await cloud.invoke({ action: ACTIONS.createKey, domain: DOMAIN, selector: 's3' });
    await refused(cloud, /No region has ever signed with s3: it may be the next one/);
  });

  test('a key in another place, of which the ledgers do not know', async () => {
    const { cloud } = await givenRevoked({ environment: { alsoRead: JSON.stringify([`${ELSEWHERE}/`]) } });
    const answer = await cloud.invoke({ ...DELETE, keyStore: { bucket: ELSEWHERE } });
    expect(answer).toMatchObject({ error: 'VALIDATION_ERROR' });
    expect(answer.message).toContain('is deleted by whoever put it there. Nothing was deleted.');
  });

  test('whoever comes through the reading door', () => {
    const { environment } = givenCloud();
    const { request } = parseEvent(DELETE, environment, 'read');
    expect(request).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
