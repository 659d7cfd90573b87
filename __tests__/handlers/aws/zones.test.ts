import { Readable } from 'node:stream';
import { zones } from '../../../handlers/aws/zones';
import { VirtualClock } from '../../support/world/virtual-clock';

const RECORD = { name: 's1._domainkey.example.com', value: '"v=DKIM1; k=rsa; p=A&B"', ttlSeconds: 300 };

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** Route 53, of which the answers are given. */
function route53(answers: readonly (Answer | Error)[], region = 'ap-northeast-1', endpoint?: string) {
  const asked: any[] = [];
  const requestHandler = {
    handle: async (request: unknown) => {
      asked.push(request);
      const answer = answers[asked.length - 1]!;
      if (answer instanceof Error) throw answer;
      return {
        response: {
          statusCode: answer.statusCode,
          headers: {},
          body: Readable.from([Buffer.from(answer.body)]),
        },
      };
    },
  };
  const clock = new VirtualClock(Date.parse('2026-01-02T03:04:05Z'));
  const put = () =>
    zones({
      region,
      requestHandler: requestHandler as never,
      clock,
      random: () => 0.5,
      userAgent: 'byodkim/example.com',
      endpoint,
    }).putText('Z1', RECORD);
  return { asked, put };
}
const OK = { statusCode: 200, body: '<ChangeResourceRecordSetsResponse/>' };
const error = (statusCode: number, code: string): Answer => ({
  statusCode,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>of ${code}</Message></Error><RequestId>r1</RequestId></ErrorResponse>`,
});

const kept = { ...process.env };
beforeAll(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }));
afterAll(() => {
  process.env = kept;
});

test('puts one TXT record over what is there, signed', async () => {
  const { asked, put } = route53([OK]);
  await put();
  const [{ method, hostname, path, headers, body }] = asked;
  expect([method, hostname, path]).toEqual([
    'POST',
    'route53.amazonaws.com',
    '/2013-04-01/hostedzone/Z1/rrset',
  ]);
  expect(body).toContain('<Action>UPSERT</Action>');
  expect(body).toContain('<Name>s1._domainkey.example.com</Name><Type>TXT</Type><TTL>300</TTL>');
  expect(body).toContain('<Value>"v=DKIM1; k=rsa; p=A&amp;B"</Value>');
  expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/20260102\/us-east-1\/route53\//);
});

test('is seen in CloudTrail with the domain, as every other call', async () => {
  const { asked, put } = route53([OK]);
  await put();
  expect(asked[0].headers['user-agent']).toBe('byodkim/example.com');
});

test.each([
  ['cn-north-1', undefined, 'route53.amazonaws.com.cn', 'cn-northwest-1'],
  ['us-gov-east-1', undefined, 'route53.us-gov.amazonaws.com', 'us-gov-west-1'],
  ['eu-west-1', 'http://127.0.0.1:4566', '127.0.0.1', 'us-east-1'],
])('in %s asks %s', async (region, endpoint, host, signedFor) => {
  const { asked, put } = route53([OK], region, endpoint);
  await put();
  expect(asked[0].hostname).toBe(host);
  expect(asked[0].headers.authorization).toContain(`/${signedFor}/route53/`);
});

test.each<[string, Answer | Error]>([
  ['is throttled', error(400, 'Throttling')],
  ['is at work on another change', error(400, 'PriorRequestNotComplete')],
  ['fails', error(500, 'InternalFailure')],
  ['does not answer', new Error('socket hang up')],
])('asks again where Route 53 %s', async (_, answer) => {
  const { asked, put } = route53([answer, OK]);
  await put();
  expect(asked).toHaveLength(2);
});

test.each<[string, Answer, string]>([
  ['it may not', error(403, 'AccessDenied'), 'AccessDenied'],
  ['there is no such zone', error(404, 'NoSuchHostedZone'), 'NoSuchHostedZone'],
  [
    'the record is not taken',
    {
      statusCode: 400,
      body: '<InvalidChangeBatch><Messages><Message>not quoted</Message></Messages></InvalidChangeBatch>',
    },
    'InvalidChangeBatch',
  ],
  ['the answer is none', { statusCode: 400, body: 'x'.repeat(50_000) }, 'HTTP 400'],
])('fails at once where %s', async (_, answer, name) => {
  const { asked, put } = route53([answer]);
  await expect(put()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: answer.statusCode } });
  expect(asked).toHaveLength(1);
});
