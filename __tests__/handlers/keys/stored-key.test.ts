import { type ObjectStore, requireSize } from '../../../handlers/aws/object-store';
import { Redactor } from '../../../handlers/errors/redact';
import { fetchKey } from '../../../handlers/keys/stored-key';

const PLACE = { bucket: 'other-bucket', key: 'dkim-certificates/example.com/s1/private_key.pem' };

/** A store without that object, and without its bucket where S3 says so. */
const storeWithout = (code?: string) =>
  ({
    get: async () => null,
    list: async () => {
      if (code) throw Object.assign(new Error('The specified bucket does not exist'), { name: code });
      return [];
    },
  }) as unknown as ObjectStore;

test.each([
  ['the key', undefined, /^There is no private key at s3:\/\/other-bucket\//],
  ['the bucket', 'NoSuchBucket', /^There is no bucket other-bucket: expected the private key at/],
])('names %s if that is missing', async (_, code, message) => {
  await expect(fetchKey(storeWithout(code), new Redactor(), PLACE)).rejects.toThrow(message);
});

test('refuses an object that is too large to be a key', async () => {
  const get: ObjectStore['get'] = async (place, mostBytes) => {
    requireSize(place, 100_000, mostBytes);
    return null;
  };
  await expect(fetchKey({ get } as unknown as ObjectStore, new Redactor(), PLACE)).rejects.toMatchObject({
    code: 'CERTIFICATE_INVALID',
    facts: { kind: 'file', problem: { kind: 'too-large', bytes: 100_000 } },
  });
});
