import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerAccount } from '../../../cli/real-world/caller-account';
import { storeNew } from '../../../cli/real-world/store-new';

const OURS = '111122223333';
const CALLER = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${OURS}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

describe('the request to S3', () => {
  const environment = process.env;
  let server: Server;
  let requests: IncomingMessage[];
  let answer: { status: number; body: string };
  beforeEach(async () => {
    requests = [];
    answer = { status: 200, body: '' };
    server = createServer((request, response) => {
      requests.push(request);
      request.resume().on('end', () => response.writeHead(answer.status, { etag: '"1"' }).end(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
  });
  afterEach(() => {
    process.env = environment;
    server.close();
  });

  const place = {
    region: 'eu-west-1',
    bucket: 'acme-keys',
    key: 'dkim-certificates/a.example/s1/private_key.pem',
  };
  const store = () => storeNew({ ...place, account: OURS, body: 'a key' });

  it('names the account that must own the bucket', async () => {
    expect(await store()).toBe(true);
    expect(requests.map(({ headers }) => headers['x-amz-expected-bucket-owner'])).toEqual([OURS]);
  });

  it('fails with the account if the bucket is a stranger’s', async () => {
    answer = {
      status: 403,
      body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    };
    await expect(store()).rejects.toMatchObject({
      code: 'KEY_PUT_DENIED',
      message: expect.stringContaining(`a bucket of account ${OURS}`),
    });
  });

  it('asks STS for the caller’s account', async () => {
    answer = { status: 200, body: CALLER };
    expect(await callerAccount('eu-west-1')).toBe(OURS);
  });
});
