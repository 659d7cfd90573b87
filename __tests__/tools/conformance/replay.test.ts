import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import * as ses from '@aws-sdk/client-sesv2';
import * as sts from '@aws-sdk/client-sts';
import { ledgerObject, recordName, recordValue } from '../../../handlers/contract/contract';
import { type Sandbox, startSandbox } from '../../../packages/sandbox/aws/sandbox';
import { startDnsServer } from '../../../packages/sandbox/dns/server';
import { Recorder } from '../../../tools/conformance/recorder';
import {
  differences,
  type Exchange,
  type Recording,
  readRecording,
} from '../../../tools/conformance/recording';
import { makeKey } from '../../../tools/demo/keys';

const FILE = path.join(__dirname, '../../../tools/conformance/expected.json');
const DOMAIN = 'example.com';
const identity = { EmailIdentity: DOMAIN };
const KEY_PAIR = makeKey('pkcs8');
const [, ...lines] = KEY_PAIR.privateKey.trim().split('\n');
const KEY = lines.slice(0, -1).join('');

/** What the engine and the function do in a step of the story, as far as it is seen by whoever looks at the account. */
const STAGED: readonly (readonly [step: RegExp, (sandbox: Sandbox, bucket: string) => Promise<unknown>])[] = [
  [
    /^Put the domain owner/,
    async ({ call, region }, Bucket) => {
      const CreateBucketConfiguration = { LocationConstraint: region };
      await call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration });
      await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    },
  ],
  [
    /^Publish the record/,
    async (sandbox, Bucket) => {
      const Key = ledgerObject(sandbox.region, DOMAIN);
      await sandbox.call('s3', 'PutObject', { Bucket, Key, Body: '{}' });
      await sandbox.call('ses', 'CreateEmailIdentity', identity);
      await signWith(sandbox, 's1');
    },
  ],
  [/^(Rotate|Mend)/, (sandbox) => signWith(sandbox, 's2')],
  [/^Destroy/, ({ call }) => call('ses', 'DeleteEmailIdentity', identity)],
];

const signWith = ({ call }: Sandbox, DomainSigningSelector: string) =>
  call('ses', 'PutEmailIdentityDkimSigningAttributes', {
    ...identity,
    SigningAttributesOrigin: 'EXTERNAL',
    SigningAttributes: { DomainSigningSelector, DomainSigningPrivateKey: KEY },
  });

/** What was taken out of a recording, put in again. */
async function whole(input: unknown, call: string, sandbox: Sandbox): Promise<any> {
  const text = JSON.stringify(input);
  const given = JSON.parse(text, (name, value) => (name === 'DomainSigningPrivateKey' ? KEY : value));
  if (call === 's3:PutObject') return { ...given, Body: 'x' };
  if (call !== 's3:DeleteObjects') return given;
  const { Versions } = await sandbox.call('s3', 'ListObjectVersions', { Bucket: given.Bucket });
  const Objects = Versions.map(({ Key, VersionId }: any) => ({ Key, VersionId }));
  return { ...given, Delete: { Objects } };
}

/** Asks the sandbox, with AWS's own clients, what was asked when the recording was made. */
async function replayed(recording: Recording): Promise<Recording> {
  const dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  for (const selector of ['s1', 's2'])
    dns.setTxt(recordName(DOMAIN, selector), recordValue(KEY_PAIR.publicKey));
  const sandbox = await startSandbox({
    region: recording.region,
    dns: [dns.address],
    sesRequestsPerSecond: Number.POSITIVE_INFINITY,
  });
  const recorder = new Recorder(() => ({}));
  const config = { region: sandbox.region, endpoint: sandbox.url, credentials: sandbox.credentials.admin };
  const clients: Record<string, { commands: any; client: any }> = {
    s3: { commands: s3, client: new s3.S3Client({ ...config, forcePathStyle: true }) },
    ses: { commands: ses, client: new ses.SESv2Client(config) },
    sts: { commands: sts, client: new sts.STSClient(config) },
  };
  for (const [name, { client }] of Object.entries(clients)) recorder.listen(name, client);
  try {
    let step = '';
    for (const exchange of recording.exchanges) {
      if (exchange.step !== step) {
        step = exchange.step;
        recorder.begin(step);
        await STAGED.find(([name]) => name.test(step))?.[1](sandbox, bucketOf(recording));
      }
      await ask(clients, exchange, sandbox);
    }
  } finally {
    for (const { client } of Object.values(clients)) client.destroy();
    await sandbox.close();
    await dns.close();
  }
  return recorder.recording(recording.region, 'sandbox', new Date());
}

const bucketOf = ({ exchanges }: Recording): string =>
  exchanges.map(({ input }) => (input as { Bucket?: string }).Bucket).find((bucket) => bucket !== undefined)!;

async function ask(
  clients: Record<string, { commands: any; client: any }>,
  { call, input }: Exchange,
  sandbox: Sandbox,
) {
  const [service = '', operation] = call.split(':');
  const { commands, client } = clients[service]!;
  // A refusal is an answer like others: the recorder has it.
  await client.send(new commands[`${operation}Command`](await whole(input, call, sandbox))).catch(() => {});
}

describe('the recording of a conformance run', () => {
  const expected = readRecording(readFileSync(FILE, 'utf8'), FILE);

  it('is what the sandbox answers to the same questions', async () => {
    expect(differences(expected, await replayed(expected))).toEqual([]);
  });

  it('would show where the sandbox answers otherwise', async () => {
    const exchanges = expected.exchanges.map((exchange) =>
      exchange.call === 's3:DeleteBucketPolicy' ? { ...exchange, status: 200 } : exchange,
    );
    expect(differences({ ...expected, exchanges }, await replayed(expected))).toEqual([
      expect.objectContaining({ expected: '200', found: '204' }),
    ]);
  });
});
