import { ACTIONS, dnsRecordObject, recordName } from '../../../../handlers/contract/contract';
import { BUCKET, FakeCloud, testKey } from '../../../support/world';
import { Stack } from '../../transaction/support';

const PLACE = { domain: 'example.com', selector: 's1' };

describe('the record of a key', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud();
  });
  const record = () => cloud.invoke({ action: ACTIONS.record, ...PLACE });
  const describeAs = (information: unknown): void => {
    cloud.s3.write(BUCKET, dnsRecordObject('example.com', 's1'), JSON.stringify(information));
  };

  it('belongs to the actual key in S3, and has its object’s age, if others have stored it', async () => {
    const key = cloud.giveKey('example.com', 's1', { dnsInformation: false });
    await cloud.clock.advance(60_000);
    expect(await record()).toEqual({
      statusCode: 200,
      message: `The record of selector s1 of example.com is that of key ${key.publicKey.fingerprint}.`,
      ...PLACE,
      record: expect.objectContaining({
        name: recordName('example.com', 's1'),
        value: key.value,
        fingerprint: key.publicKey.fingerprint,
        createdAt: '2025-09-17T10:30:00.000Z',
      }),
      storedAt: 's3://key-store/dkim-certificates/example.com/s1/private_key.pem',
      warnings: [expect.stringContaining('no DNS information of it exists')],
    });
  });

  it('does not belong to a new key if the key is missing, but is restored with it', async () => {
    await cloud.invoke({ action: ACTIONS.createKey, ...PLACE });
    cloud.s3.remove(BUCKET, 'dkim-certificates/example.com/s1/private_key.pem');
    expect(await record()).toMatchObject({
      error: 'CERTIFICATE_NOT_FOUND',
      details: { kind: 'described-key', expected: { bucket: BUCKET } },
    });
  });

  it('has the date in its description', async () => {
    await cloud.invoke({ action: ACTIONS.createKey, ...PLACE });
    const made = cloud.clock.now();
    await cloud.clock.advance(60_000);
    const { record: found, warnings } = await record();
    expect(Date.parse(found.createdAt)).toBe(made);
    expect(warnings).toEqual([]);
  });

  it('carries a warning if the DNS team was given a different one', async () => {
    await cloud.invoke({ action: ACTIONS.createKey, ...PLACE });
    cloud.s3.write(BUCKET, 'dkim-certificates/example.com/s1/private_key.pem', testKey('other').pem);
    const { record: found, warnings } = await record();
    expect(found.fingerprint).toBe(testKey('other').publicKey.fingerprint);
    expect(warnings).toEqual([expect.stringContaining('is of another key')]);
  });

  it('belongs to the key with which SES signs, even while its change waits for its confirmation', async () => {
    const { value } = cloud.giveKey('example.com', 's1');
    cloud.ses.give('example.com');
    await new Stack(cloud).signing('t1', 's1');
    cloud.s3.write(BUCKET, 'dkim-certificates/example.com/s1/private_key.pem', testKey('other').pem);

    const { record: found, refusal } = await record();

    expect(found.value).toBe(value);
    expect(refusal).toMatchObject({ code: 'KEY_REPLACED' });
  });

  describe('whose key in S3 has replaced the one that SES signs with', () => {
    const KEY = 'dkim-certificates/example.com/s1/private_key.pem';
    let published: string;
    beforeEach(async () => {
      published = cloud.giveKey('example.com', 's1').value;
      cloud.ses.give('example.com');
      await new Stack(cloud).apply('t1', 's1');
      cloud.s3.write(BUCKET, KEY, testKey('other').pem);
    });

    it('belongs to the key that signs, with advice on restoring that key', async () => {
      const { versionId } = cloud.s3.object(BUCKET, KEY)!;
      const { record: found, refusal } = await record();
      expect(found.value).toBe(published);
      expect(refusal).toMatchObject({
        code: 'KEY_REPLACED',
        message: expect.stringContaining(testKey('other').publicKey.fingerprint),
        advice: expect.stringMatching(/^Do not change DNS: /),
      });
      // Nothing that follows the command sticks to it, and it is for this domain.
      expect(refusal.advice).toMatch(
        new RegExp(`delete-object --bucket ${BUCKET} --key ${KEY} --version-id ${versionId}$`),
      );
      expect(refusal.advice).not.toContain('<domain>');
    });

    it.each([ACTIONS.createKey, ACTIONS.notifyDnsTeam])(
      'is not written or sent for the other key: %s',
      async (action) => {
        cloud.s3.remove(BUCKET, dnsRecordObject('example.com', 's1'));
        expect(await cloud.invoke({ action, ...PLACE })).toMatchObject({
          error: 'KEY_REPLACED',
          statusCode: 409,
        });
        expect(cloud.s3.object(BUCKET, dnsRecordObject('example.com', 's1'))).toBeUndefined();
      },
    );

    it('is refused once S3 no longer has the key that signs', async () => {
      cloud.s3.remove(BUCKET, KEY);
      cloud.s3.write(BUCKET, KEY, testKey('other').pem);
      expect(await record()).toMatchObject({
        error: 'KEY_REPLACED',
        advice: expect.stringContaining('S3 no longer has the earlier key.'),
      });
    });
  });

  describe('whose key is missing while SES signs with it', () => {
    const KEY = 'dkim-certificates/example.com/s1/private_key.pem';
    beforeEach(async () => {
      cloud.giveKey('example.com', 's1');
      cloud.ses.give('example.com');
      await new Stack(cloud).apply('t1', 's1');
    });

    it.each([ACTIONS.record, ACTIONS.createKey, ACTIONS.notifyDnsTeam])(
      'is refused with one code, and with advice on restoring the key: %s',
      async (action) => {
        cloud.s3.deleteObject(BUCKET, KEY);
        expect(await cloud.invoke({ action, ...PLACE })).toMatchObject({
          error: 'KEY_MISSING',
          details: { selector: 's1', place: `s3://${BUCKET}/${KEY}`, isKept: true },
          advice: expect.stringContaining(`delete-object --bucket ${BUCKET} --key ${KEY} --version-id`),
        });
      },
    );

    it('is refused by the gate with the same code', async () => {
      cloud.s3.deleteObject(BUCKET, KEY);
      await expect(new Stack(cloud).gate('t2', 's1')).rejects.toMatchObject({ name: 'KEY_MISSING' });
    });

    it('is refused with advice on giving up the key, once S3 no longer has a version of it', async () => {
      cloud.s3.remove(BUCKET, KEY);
      expect(await record()).toMatchObject({
        error: 'KEY_MISSING',
        details: { isKept: false },
        advice: expect.stringMatching(/^S3 no longer has a version of it.*irreversible: allow/),
      });
    });

    it('is a different case in another place, or for another selector', async () => {
      cloud.s3.deleteObject(BUCKET, KEY);
      const keyStore = { privateKey: 'dkim-certificates/example.com/elsewhere.pem' };
      for (const other of [{ keyStore }, { selector: 's2' }])
        expect(await cloud.invoke({ action: ACTIONS.record, ...PLACE, ...other })).toMatchObject({
          error: 'CERTIFICATE_NOT_FOUND',
        });
    });
  });

  it('is found in DNS information of any form', async () => {
    const { value } = cloud.giveKey('example.com', 's1');
    describeAs({ txt: value });
    expect((await record()).warnings).toEqual([]);
    describeAs({ txt: 'v=DKIM1; p=' });
    expect((await record()).warnings).toEqual([expect.stringContaining('does not hold this record')]);
  });

  it.each([
    ['there is none', undefined, 'CERTIFICATE_NOT_FOUND', 404],
    ['it is none', 'hello', 'CERTIFICATE_INVALID', 422],
  ])('fails if %s', async (_, body, error, statusCode) => {
    if (body !== undefined) cloud.s3.write(BUCKET, 'dkim-certificates/example.com/s1/private_key.pem', body);
    expect(await record()).toMatchObject({ error, statusCode });
  });
});
