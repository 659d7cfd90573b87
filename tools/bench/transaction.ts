/**
 * From an invocation to the Put, and to its result, beside the floor: the same AWS calls, made one after another by bare SDK
 * clients, and the same questions of DNS by Node's own resolver. Both run in this process with the function's rights, against
 * the same sandbox, in turns, each with a new key.
 */
import { Resolver } from 'node:dns/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { BUCKET, Deployment, FUNCTION, type OwnKey, passed } from '../../__tests__/support/deployment';
import { systemClock } from '../../handlers/clock';
import { dnsRecordsFolder, ENVIRONMENT, ledgerObject, privateKeyObject } from '../../handlers/contract';
import { type Bench, type Measured, median, milliseconds } from './bench';

interface Timing {
  readonly toPut: number;
  readonly toResult: number;
}

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 25;
  const deployment = await Deployment.start();
  const write = process.stdout.write.bind(process.stdout);
  try {
    await passed(deployment.deployControl());
    await becomeTheFunction(deployment);
    const { handler } = require('../../handlers/index') as typeof import('../../handlers/index');
    const ours: Timing[] = [];
    const floor: Timing[] = [];
    for (let round = 0; round < rounds; round++) {
      const domain = `d${round}.example.com`;
      await prepare(deployment, domain);
      const asked = deployment.dns.log.length;
      // The function logs there.
      process.stdout.write = () => true;
      ours.push(await time(deployment, () => handler(event(deployment, domain), CONTEXT as never)));
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
      floor.push(await time(deployment, () => bare(deployment, bareDomain, key, ask)));
    }
    return [compare(ours, floor)];
  } finally {
    process.stdout.write = write;
    await deployment.close();
  }
};

function compare(ours: readonly Timing[], floor: readonly Timing[]): Measured {
  const row = (name: string, of: (timing: Timing) => number) => {
    const [a, b] = [median(ours.map(of)), median(floor.map(of))];
    return [name, milliseconds(a), milliseconds(b), (a / b).toFixed(2)];
  };
  return {
    head: ['median', 'handler', 'floor', 'ratio'],
    rows: [row('to the Put', ({ toPut }) => toPut), row('to the result', ({ toResult }) => toResult)],
    note: `${ours.length} rounds, in turns; both ask DNS the same questions.`,
  };
}

/** Gives this process the function's time, environment and a session of its role: no other one may write ledgers. */
async function becomeTheFunction({ sandbox }: Deployment): Promise<void> {
  Object.assign(systemClock, { now: () => sandbox.clock.now() });
  const { Environment, Role } = await sandbox.call('lambda', 'GetFunctionConfiguration', {
    FunctionName: FUNCTION,
  });
  const role = { roleArn: Role, roleName: Role.split('/').at(-1), sessionName: FUNCTION };
  const session = sandbox.credentials.issue({ type: 'role', ...role });
  Object.assign(process.env, sandbox.environment, Environment.Variables, {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    [ENVIRONMENT.dnsLoopback]: 'allow',
  });
}

async function prepare(deployment: Deployment, domain: string): Promise<OwnKey> {
  const key = await deployment.storeKey(domain, 's1');
  deployment.publish(domain, 's1', key);
  await deployment.createIdentity(domain);
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

const CONTEXT = {
  awsRequestId: 'bench',
  functionName: FUNCTION,
  invokedFunctionArn: `arn:aws:lambda:ap-northeast-1:123456789012:function:${FUNCTION}`,
  getRemainingTimeInMillis: () => 300_000,
};

/** Makes the calls of a first apply, without a thought between them. */
async function bare(
  { sandbox: { region, clock } }: Deployment,
  EmailIdentity: string,
  key: OwnKey,
  askDns: () => Promise<void>,
): Promise<void> {
  const [s3, ses, scheduler] = [S3Client, SESv2Client, SchedulerClient].map(
    (Client) => new Client({ region }),
  ) as [S3Client, SESv2Client, SchedulerClient];
  const ledger = { Bucket: BUCKET, Key: ledgerObject(region, EmailIdentity) };
  const writeLedger = () => s3.send(new PutObjectCommand({ ...ledger, Body: '{}' }));
  await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: privateKeyObject(EmailIdentity, 's1') }));
  const Prefix = dnsRecordsFolder(EmailIdentity);
  await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix, MaxKeys: 1 }));
  await askDns();
  await s3.send(new GetObjectCommand(ledger)).catch(() => undefined);
  await writeLedger();
  await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
  await scheduler.send(
    new CreateScheduleCommand({
      Name: `byodkim-bench-${EmailIdentity}`,
      GroupName: process.env[ENVIRONMENT.scheduleGroup],
      ScheduleExpression: `at(${new Date(clock.now() + 600_000).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: CONTEXT.invokedFunctionArn,
        RoleArn: process.env[ENVIRONMENT.schedulerRoleArn],
        Input: '{}',
      },
    }),
  );
  await writeLedger();
  await ses.send(
    new PutEmailIdentityDkimSigningAttributesCommand({
      EmailIdentity,
      SigningAttributesOrigin: 'EXTERNAL',
      SigningAttributes: {
        DomainSigningSelector: 's1',
        DomainSigningPrivateKey: key.privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    }),
  );
  await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
  await writeLedger();
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
