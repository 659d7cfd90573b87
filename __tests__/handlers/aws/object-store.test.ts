import type { S3Client } from '@aws-sdk/client-s3';
import { objectStore } from '../../../handlers/aws/object-store';

test('every call names the account that the bucket has to be of: a name that was given up may be a stranger’s', async () => {
  const sent: { ExpectedBucketOwner?: string }[] = [];
  const send = async ({ input }: { input: object }) => {
    sent.push(input);
    return { Body: { transformToByteArray: async () => new Uint8Array() } };
  };
  const store = objectStore({ send } as unknown as S3Client, '123456789012');
  const place = { bucket: 'keys', key: 'k' };
  await store.get(place);
  await store.head(place);
  await store.put(place, 'x');
  await store.list('keys', 'k');
  expect(sent.map(({ ExpectedBucketOwner }) => ExpectedBucketOwner)).toEqual(Array(4).fill('123456789012'));
  expect(Object.keys(store)).toHaveLength(sent.length);
});
