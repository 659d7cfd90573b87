import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { makeBucket, useSandbox } from '../../use-sandbox';

const Bucket = 'keys';

describe('S3', () => {
  const sandbox = useSandbox();
  let s3: S3Client;

  beforeEach(async () => {
    const { region, url, credentials } = sandbox;
    s3 = new S3Client({ region, endpoint: url, credentials: credentials.admin, maxAttempts: 1 });
    await makeBucket(sandbox, Bucket);
  });

  afterEach(() => s3.destroy());

  const put = (Key: string, Body: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Key: string, more: object = {}) => {
    const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return { ...rest, text: await Body!.transformToString() };
  };

  it('names the region of a bucket to a client in a different one, in reads, writes and heads', async () => {
    const { url: endpoint, credentials } = sandbox;
    const config = { region: 'eu-west-1', endpoint, credentials: credentials.admin, maxAttempts: 1 };
    const [staying, following] = [false, true].map(
      (followRegionRedirects) => new S3Client({ ...config, followRegionRedirects }),
    );
    const commands = [
      new PutObjectCommand({ Bucket, Key: 'k', Body: '1', IfNoneMatch: '*' }),
      new HeadObjectCommand({ Bucket, Key: 'k' }),
      new GetObjectCommand({ Bucket, Key: 'k' }),
    ] as unknown as HeadObjectCommand[];
    for (const command of commands) {
      await expect(staying!.send(command)).rejects.toMatchObject({
        $metadata: { httpStatusCode: 301 },
        $response: { headers: { 'x-amz-bucket-region': 'ap-northeast-1' } },
      });
      await following!.send(command);
    }
    expect(await get('k')).toMatchObject({ text: '1' });
    for (const client of [staying, following]) client!.destroy();
  });

  it('accepts a streamed body with its checksum in the trailer', async () => {
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 7 }));
    expect(await get('stream')).toMatchObject({ text: 'one two' });
  });

  it('returns a checksum with its type only on request', async () => {
    await put('k', '1');
    const head = (more: object) => s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ...more }));
    expect(await head({ ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumCRC32: expect.any(String),
      ChecksumType: 'FULL_OBJECT',
    });
    expect((await head({})).ChecksumCRC32).toBeUndefined();
  });

  it('lets exactly one of many concurrent conditional creations succeed', async () => {
    const puts = Array.from({ length: 20 }, (_, index) => put('once', String(index), { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(puts);

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
  });

  it('lists by prefix, delimiter and page', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'c']) await put(key, key);
    const list = async (more: object) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));

    expect((await list({ Prefix: 'a/' })).Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
    const rolled = await list({ Delimiter: '/' });
    expect(rolled.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
    expect(rolled.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    const first = await list({ MaxKeys: 3 });
    expect(first.IsTruncated).toBe(true);
    const second = await list({ MaxKeys: 3, ContinuationToken: first.NextContinuationToken });
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c']);
  });

  it('lists versions page by page, in the middle of a key too', async () => {
    await sandbox.call('s3', 'PutBucketVersioning', {
      Bucket,
      VersioningConfiguration: { Status: 'Enabled' },
    });
    for (const key of ['a', 'b', 'b', 'c/1', 'c/2', 'd']) await put(key, key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    const input = { Bucket, MaxKeys: 2, Delimiter: '/' };
    const pages: any[] = [];
    for (let more: object | undefined = {}; more; ) {
      const page: any = await s3.send(new ListObjectVersionsCommand({ ...input, ...more }));
      pages.push(page);
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      expect(page.IsTruncated).toBe(KeyMarker !== undefined);
      more = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    }

    const shown = ({ Versions = [], DeleteMarkers = [], CommonPrefixes = [] }: any) => [
      ...Versions.map(({ Key, IsLatest }: any) => `${Key}${IsLatest ? '' : ' before'}`),
      ...DeleteMarkers.map(({ Key }: any) => `${Key} deleted`),
      ...CommonPrefixes.map(({ Prefix }: any) => Prefix),
    ];
    expect(pages.map(shown)).toEqual([
      ['a', 'b deleted'],
      ['b before', 'b before'],
      ['d', 'c/'],
    ]);
    const none = { ...input, KeyMarker: 'b', VersionIdMarker: 'x'.repeat(32) };
    await expect(s3.send(new ListObjectVersionsCommand(none))).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
  });
});
