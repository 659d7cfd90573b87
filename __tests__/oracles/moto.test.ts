import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type ObjectPlace, type ObjectStore, objectStore } from '../../handlers/aws/object-store';
import { withOurErrors } from '../../handlers/aws/with-our-errors';
import { fetchKey, requireDnsInformation } from '../../handlers/key/key-source';
import { Redactor } from '../../handlers/redact';
import type { Services } from '../../handlers/world';
import { type Credentials, type Moto, startMoto } from './support/moto';
import { describeWith, findProgram } from './support/programs';

const BUCKET = 'byodkim-keys';
const KEY = 'dkim-certificates/example.com/selector1/private_key.pem';
const PLACE: ObjectPlace = { bucket: BUCKET, key: KEY };
const REGION = 'us-east-1';

const allow = (action: string | string[], resource: string | string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

const client = (endpoint: string, credentials: Credentials): S3Client =>
  new S3Client({
    region: REGION,
    endpoint,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    followRegionRedirects: false,
  });

/** As the function has it. */
const storeOver = (s3: S3Client): ObjectStore =>
  withOurErrors({ store: objectStore(s3) } as Services, REGION).store;

const fetchFrom = (store: ObjectStore, place: ObjectPlace = PLACE) => fetchKey(store, new Redactor(), place);

describeWith('S3 as moto speaks it, with IAM', findProgram('moto_server') ? [] : ['python3-moto'], () => {
  const clients: S3Client[] = [];
  let moto: Moto;
  let reader: ObjectStore;
  let stranger: ObjectStore;
  let halfReader: ObjectStore;
  let versions: string[];
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });

  const storeOf = (credentials: Credentials): ObjectStore => {
    const s3 = client(moto.url, credentials);
    clients.push(s3);
    return storeOver(s3);
  };

  beforeAll(async () => {
    moto = await startMoto();
    const admin = client(moto.url, { accessKeyId: 'admin', secretAccessKey: 'admin' });
    clients.push(admin);
    await admin.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await admin.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
    const put = async (key: string, body: string | Buffer): Promise<string> => {
      const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/aws/s3' } as const;
      const answer = await admin.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...encryption }),
      );
      return answer.VersionId!;
    };
    versions = [await put(KEY, 'not a key'), await put(KEY, pem)];
    await put('dns_records/example.com/selector1.json', '{}');
    const objects = `arn:aws:s3:::${BUCKET}/*`;
    reader = storeOf(
      await moto.user(
        'reader',
        allow('s3:*', [`arn:aws:s3:::${BUCKET}`, objects, 'arn:aws:s3:::no-such-bucket/*']),
      ),
    );
    halfReader = storeOf(
      await moto.user('half', allow('s3:GetObject', `arn:aws:s3:::${BUCKET}/dns_records/*`)),
    );
    stranger = storeOf(await moto.user('stranger', allow('s3:ListAllMyBuckets', '*')));
    await moto.enforce();
  }, 60_000);

  afterAll(async () => {
    for (const s3 of clients) s3.destroy();
    await moto?.close();
  });

  test('reads an encrypted object, and records the version that it read', async () => {
    const { key, reference } = await fetchFrom(reader);
    expect(key.publicKey.bits).toBe(2048);
    expect(reference).toMatchObject({ bucket: BUCKET, key: KEY, versionId: versions[1] });
  });

  test('reads the version that it is asked for', async () => {
    await expect(fetchFrom(reader, { ...PLACE, versionId: versions[0] })).rejects.toMatchObject({
      code: 'CERTIFICATE_INVALID',
      message: expect.stringContaining(`s3://${BUCKET}/${KEY}`),
    });
    expect((await fetchFrom(reader, { ...PLACE, versionId: versions[1] })).reference.versionId).toBe(
      versions[1],
    );
  });

  test.each<[string, ObjectPlace]>([
    [
      'the object is missing',
      { bucket: BUCKET, key: 'dkim-certificates/example.net/selector1/private_key.pem' },
    ],
    ['the bucket is missing', { bucket: 'no-such-bucket', key: KEY }],
  ])('fails with the place when %s', async (_, place) => {
    await expect(fetchFrom(reader, place)).rejects.toMatchObject({
      code: 'CERTIFICATE_NOT_FOUND',
      message: expect.stringContaining(`s3://${place.bucket}/${place.key}`),
    });
  });

  test('fails with action and resource when the permission is missing', async () => {
    await expect(fetchFrom(stranger)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(
        /s3:GetObject on s3:\/\/byodkim-keys\/dkim-certificates\/example\.com\/selector1/,
      ),
    });
  });

  test('fails when the permission is for another prefix', async () => {
    await expect(fetchFrom(halfReader)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  // Not by its folder: moto computes the signature of a listing wrongly when its prefix holds a slash.
  test('finds DNS information, and fails with the action where it may not look', async () => {
    const record = { bucket: BUCKET, key: 'dns_records/example.com/selector1.json' };
    await requireDnsInformation(reader, record);
    await expect(requireDnsInformation(stranger, record)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining(`s3:GetObject on s3://${BUCKET}/${record.key}`),
    });
    await expect(
      requireDnsInformation(reader, { ...record, key: 'dns_records/other.json' }),
    ).rejects.toMatchObject({
      code: 'CERTIFICATE_NOT_FOUND',
    });
  });
});

/** What AWS itself answers where moto answers as if all were well; from the S3 API reference. */
describe('S3 as AWS answers it', () => {
  let server: Server;
  let answer: { status: number; headers?: Record<string, string>; body: string };
  let s3: S3Client;

  beforeAll(async () => {
    server = createServer((_, response) => {
      response
        .writeHead(answer.status, { 'content-type': 'application/xml', ...answer.headers })
        .end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    s3 = client(`http://127.0.0.1:${port}`, { accessKeyId: 'a', secretAccessKey: 's' });
  });
  afterAll(async () => {
    s3.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const errorXml = (code: string, message: string, more = ''): string =>
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;

  test('fails with action and resource when KMS denies', async () => {
    const said =
      'User: arn:aws:sts::111122223333:assumed-role/byodkim/x is not authorized to perform: kms:Decrypt on resource: ' +
      'arn:aws:kms:us-east-1:111122223333:key/1 because no identity-based policy allows the kms:Decrypt action';
    answer = { status: 403, body: errorXml('AccessDenied', said) };
    await expect(fetchFrom(storeOver(s3))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1'),
    });
  });

  test('fails with the bucket when it is in another region', async () => {
    answer = {
      status: 301,
      headers: { 'x-amz-bucket-region': 'eu-west-1' },
      body: errorXml(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint.',
        `<Endpoint>${BUCKET}.s3.eu-west-1.amazonaws.com</Endpoint><Bucket>${BUCKET}</Bucket>`,
      ),
    };
    await expect(fetchFrom(storeOver(s3))).rejects.toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringMatching(/s3:GetObject on s3:\/\/byodkim-keys\/.*PermanentRedirect/),
    });
  });

  test('fails as a dependency when S3 itself fails', async () => {
    answer = { status: 503, body: errorXml('SlowDown', 'Please reduce your request rate.') };
    await expect(fetchFrom(storeOver(s3))).rejects.toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringContaining('SlowDown'),
    });
  });
});
