import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { objectStore } from '../../../handlers/aws/object-store';

test('names the bucket’s account in every call, since an abandoned name may be a stranger’s', async () => {
  const sent: { ExpectedBucketOwner?: string }[] = [];
  const send = async ({ input }: { input: object }) => {
    sent.push(input);
    return { Body: { transformToByteArray: async () => new Uint8Array() } };
  };
  const store = objectStore({ send } as unknown as S3Client, '123456789012');
  const place = { bucket: 'keys', key: 'k' };
  await store.get(place, 1000);
  await store.head(place);
  await store.put(place, 'x');
  await store.list('keys', 'k');
  expect(sent.map(({ ExpectedBucketOwner }) => ExpectedBucketOwner)).toEqual(Array(4).fill('123456789012'));
  expect(Object.keys(store)).toHaveLength(sent.length);
});

test('reads no byte of an object that is too large, since a writer must not fill the memory', async () => {
  const read = jest.fn();
  const Body = new Readable({ read });
  const send = async () => ({ Body, ContentLength: 65_537, ETag: 'e' });
  const store = objectStore({ send } as unknown as S3Client);
  await expect(store.get({ bucket: 'keys', key: 'k' }, 65_536)).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringContaining('s3://keys/k was not read: expected at most 65536 bytes, found 65537'),
  });
  expect(read).not.toHaveBeenCalled();
  expect(Body.destroyed).toBe(true);
});

describe('a bucket of another region', () => {
  /** An account whose buckets are all in Tokyo, as it answers a client of some region. */
  const clientIn = (
    region: string,
    sent: string[],
    [name, httpStatusCode] = ['301', 301] as [string, number],
  ) => {
    const send = async (command: object) => {
      sent.push(`${region} ${command.constructor.name}`);
      if (region === 'ap-northeast-1')
        return { ETag: 'e', Contents: [], Body: { transformToByteArray: () => '' } };
      throw Object.assign(new Error('elsewhere'), {
        name,
        $metadata: { httpStatusCode },
        $response: { headers: { 'x-amz-bucket-region': 'ap-northeast-1' } },
      });
    };
    return { send } as unknown as S3Client;
  };
  const place = { bucket: 'far', key: 'k' };

  it('is asked in its region, and from then on only there', async () => {
    const sent: string[] = [];
    const store = objectStore(clientIn('us-east-1', sent), undefined, (region) => clientIn(region, sent));
    await store.head(place);
    await store.get(place, 1000);
    await store.put(place, 'x');
    await store.list('far', '');
    expect(sent).toEqual([
      'us-east-1 HeadObjectCommand',
      'ap-northeast-1 HeadObjectCommand',
      'ap-northeast-1 GetObjectCommand',
      'ap-northeast-1 PutObjectCommand',
      'ap-northeast-1 ListObjectsV2Command',
    ]);
  });

  it.each<[string, number]>([
    ['AuthorizationHeaderMalformed', 400],
    // A region that has to be switched on, or one asked from there.
    ['IllegalLocationConstraintException', 400],
    // The same to a HeadObject, whose answers have no body.
    ['400', 400],
  ])('is asked in its region if S3 answers %s', async (...answer) => {
    const sent: string[] = [];
    const store = objectStore(clientIn('us-east-1', sent, answer), undefined, (region) =>
      clientIn(region, sent, answer),
    );
    await store.get(place, 1000);
    expect(sent).toEqual(['us-east-1 GetObjectCommand', 'ap-northeast-1 GetObjectCommand']);
  });

  it('fails if no client can ask in its region', async () => {
    await expect(objectStore(clientIn('us-east-1', [])).head(place)).rejects.toThrow('elsewhere');
  });
});
