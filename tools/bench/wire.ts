/**
 * Calls per second of the sandbox's wire, one after another, with AWS's own clients. `npx tsx tools/bench/wire.ts`
 */
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import Table from 'cli-table3';
import { startSandbox } from '../../packages/sandbox/aws/sandbox';

const WARM_UP = 100;
const CALLS = 1000;

async function main(): Promise<void> {
  const sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  await sandbox.call('s3', 'CreateBucket', {
    Bucket: 'bench',
    CreateBucketConfiguration: { LocationConstraint: sandbox.region },
  });
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'example.com' });
  const { TopicArn } = await sandbox.call('sns', 'CreateTopic', { Name: 'bench' });
  const config = { region: sandbox.region, endpoint: sandbox.url, credentials: sandbox.credentials.admin };
  const [s3, ses, scheduler, sns] = [
    new S3Client(config),
    new SESv2Client(config),
    new SchedulerClient(config),
    new SNSClient(config),
  ];
  const object = { Bucket: 'bench', Key: 'a/key.json' };
  const kinds: Readonly<Record<string, () => Promise<unknown>>> = {
    'rest-json  ses:GetEmailIdentity': () =>
      ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' })),
    'rest-json  scheduler:ListSchedules': () => scheduler.send(new ListSchedulesCommand({})),
    'rest-xml   s3:PutObject': () =>
      s3.send(new PutObjectCommand({ ...object, Body: '{"a":1}'.repeat(100) })),
    'rest-xml   s3:GetObject': async () =>
      (await s3.send(new GetObjectCommand(object))).Body?.transformToString(),
    'rest-xml   s3:HeadObject': () => s3.send(new HeadObjectCommand(object)),
    'query      sns:Publish': () => sns.send(new PublishCommand({ TopicArn, Message: 'm' })),
  };
  const table = new Table({ head: ['', 'calls a second'], style: { head: [], border: [] } });
  try {
    for (const [name, call] of Object.entries(kinds)) {
      for (let n = 0; n < WARM_UP; n++) await call();
      const began = performance.now();
      for (let n = 0; n < CALLS; n++) await call();
      table.push([name, Math.round((CALLS * 1000) / (performance.now() - began))]);
    }
    console.log(table.toString());
  } finally {
    for (const client of [s3, ses, scheduler, sns]) client.destroy();
    await sandbox.close();
  }
}

void main();
