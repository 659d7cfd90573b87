/**
 * From an invocation to the Put, and to its result, beside the floor: the same AWS calls, made one after another by a
 * bare SDK, and the same questions of DNS by Node's own resolver. Both in this process, against the same sandbox, in
 * turns, each with a key that was never seen before. `npx tsx tools/bench/transaction.ts`
 */
import { Resolver } from 'node:dns/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import Table from 'cli-table3';
import { BUCKET, Deployment, type OwnKey, passed } from '../../__tests__/support/deployment';
import { dnsRecordsFolder, ENVIRONMENT, ledgerObject, privateKeyObject } from '../../handlers/contract';

const ROUNDS = 25;

interface Timing {
  readonly toPut: number;
  readonly toResult: number;
}

async function main(): Promise<void> {
  const deployment = await Deployment.start();
  const write = process.stdout.write.bind(process.stdout);
  try {
    await passed(deployment.deployControl());
    const { Environment, Role } = await deployment.sandbox.call('lambda', 'GetFunctionConfiguration', {
      FunctionName: 'ses-byodkim',
    });
    Object.assign(process.env, deployment.sandbox.environment, Environment.Variables, {
      [ENVIRONMENT.dnsLoopback]: 'allow',
    });
    const { handler } = require('../../handlers/index') as typeof import('../../handlers/index');
    const ours: Timing[] = [];
    const floor: Timing[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const domain = `d${round}.example.com`;
      await prepare(deployment, domain);
      const asked = deployment.dns.log.length;
      process.stdout.write = () => true;
      ours.push(await time(deployment, () => handler(event(deployment, domain), context() as never)));
      process.stdout.write = write;
      const questions = deployment.dns.log.slice(asked);
      const bareDomain = `floor${round}.example.com`;
      const key = await prepare(deployment, bareDomain);
      const resolver = new Resolver();
      resolver.setServers([deployment.dns.address]);
      const ask = async () => {
        for (const { name, type } of questions)
          await resolver.resolve(name.replace(domain, bareDomain), type).catch(() => undefined);
      };
      floor.push(await time(deployment, () => bare(deployment, bareDomain, key, Role, ask)));
    }
    const table = new Table({
      head: ['median', 'handler', 'floor', 'ratio'],
      style: { head: [], border: [] },
    });
    for (const [name, of] of [
      ['to the Put', (timing: Timing) => timing.toPut],
      ['to the result', (timing: Timing) => timing.toResult],
    ] as const) {
      const [a, b] = [median(ours.map(of)), median(floor.map(of))];
      table.push([name, `${a.toFixed(1)} ms`, `${b.toFixed(1)} ms`, (a / b).toFixed(2)]);
    }
    console.log(table.toString());
    console.log(`${ROUNDS} rounds, in turns; both ask DNS the same questions.`);
  } finally {
    process.stdout.write = write;
    await deployment.close();
  }
}

async function prepare(deployment: Deployment, domain: string): Promise<OwnKey> {
  const key = await deployment.storeKey(domain, 's1');
  deployment.publish(domain, 's1', key);
  await deployment.sandbox.call('ses', 'CreateEmailIdentity', {
    EmailIdentity: domain,
    Tags: [{ Key: 'byodkim', Value: 'managed' }],
  });
  return key;
}

const event = (deployment: Deployment, domain: string) => ({
  resource: 'Signing',
  transaction: `bench-${domain}`,
  domain,
  selector: 's1',
  gate: { nameservers: [deployment.dns.address], resolvers: [] },
  tf: { action: 'create' },
});

const context = () => ({
  awsRequestId: 'bench',
  functionName: 'ses-byodkim',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:ses-byodkim',
  getRemainingTimeInMillis: () => 300_000,
});

/** The calls of a first apply, without a thought between them. */
async function bare(
  deployment: Deployment,
  domain: string,
  key: OwnKey,
  roleArn: string,
  askDns: () => Promise<void>,
): Promise<void> {
  const { region } = deployment.sandbox;
  const s3 = new S3Client({ region });
  const ses = new SESv2Client({ region });
  const scheduler = new SchedulerClient({ region });
  const ledger = { Bucket: BUCKET, Key: ledgerObject(region, domain) };
  await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: privateKeyObject(domain, 's1') }));
  await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: dnsRecordsFolder(domain), MaxKeys: 1 }));
  await askDns();
  await s3.send(new GetObjectCommand(ledger)).catch(() => undefined);
  await s3.send(new PutObjectCommand({ ...ledger, Body: '{}' }));
  await ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
  await scheduler.send(
    new CreateScheduleCommand({
      Name: domain,
      GroupName: 'ses-byodkim',
      ScheduleExpression: `at(${new Date(Date.now() + 600_000).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: context().invokedFunctionArn, RoleArn: `${roleArn}-scheduler`, Input: '{}' },
    }),
  );
  await s3.send(new PutObjectCommand({ ...ledger, Body: '{}' }));
  await ses.send(
    new PutEmailIdentityDkimSigningAttributesCommand({
      EmailIdentity: domain,
      SigningAttributesOrigin: 'EXTERNAL',
      SigningAttributes: {
        DomainSigningSelector: 's1',
        DomainSigningPrivateKey: key.privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    }),
  );
  await ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
  await s3.send(new PutObjectCommand({ ...ledger, Body: '{}' }));
}

async function time({ sandbox }: Deployment, run: () => Promise<unknown>): Promise<Timing> {
  sandbox.calls.length = 0;
  const startedAt = performance.now();
  const clockAt = sandbox.clock.now();
  await run();
  const toResult = performance.now() - startedAt;
  const put = sandbox.calls.find(({ operation }) => operation === 'PutEmailIdentityDkimSigningAttributes');
  return { toPut: put!.at - clockAt, toResult };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

void main();
