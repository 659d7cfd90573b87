/**
 * What the daily audit of many domains costs, with the function's zip, by its own clock: its sleeps are shortened. One domain is
 * deployed; the others are as it is, under names of their own.
 */
import { ledgerObject, privateKeyObject } from '../../handlers/contract/contract';
import type { RecordedCall } from '../../packages/sandbox/aws/service';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { DomainKey } from '../demo/keys';
import type { SandboxStage } from '../demo/sandbox-stage';

const FUNCTION = 'ses-byodkim';
const MINUTE_MS = 60_000;
/** How much faster the function's sleeps pass. */
const SPEED = 5;

/** Gives each domain what the first one has, which was deployed. */
export async function copyOf(
  { sandbox, bucket: Bucket, region }: SandboxStage,
  [first = '', ...others]: readonly string[],
  key: DomainKey,
): Promise<void> {
  // Each identity that is made here would be audited at once, as one that was changed outside of the project.
  await sandbox.call('events', 'RemoveTargets', { Rule: `${FUNCTION}-changed`, Ids: ['audit'] });
  const { Body } = await sandbox.call('s3', 'GetObject', { Bucket, Key: ledgerObject(region, first) });
  const ledger = Buffer.from(Body).toString();
  const { Policy } = await sandbox.call('s3', 'GetBucketPolicy', { Bucket });
  // Only the function may write ledgers.
  await sandbox.call('s3', 'DeleteBucketPolicy', { Bucket });
  const version = async (domain: string): Promise<string> =>
    (await sandbox.call('s3', 'HeadObject', { Bucket, Key: privateKeyObject(domain, 's1') })).VersionId;
  const DomainSigningPrivateKey = key.privateKey.replace(/-----[^-]+-----|\s/g, '');
  for (const domain of others) {
    const Tags = [{ Key: 'byodkim', Value: 'managed' }];
    const SigningAttributes = { DomainSigningSelector: 's1', DomainSigningPrivateKey };
    const identity = { EmailIdentity: domain };
    await sandbox.call('ses', 'CreateEmailIdentity', { ...identity, Tags });
    await sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      ...{ ...identity, SigningAttributesOrigin: 'EXTERNAL', SigningAttributes },
    });
    await sandbox.call('ses', 'GetEmailIdentity', identity);
    const Body = ledger.replaceAll(first, domain).replaceAll(await version(first), await version(domain));
    await sandbox.call('s3', 'PutObject', { Bucket, Key: ledgerObject(region, domain), Body });
  }
  await sandbox.call('s3', 'PutBucketPolicy', { Bucket, Policy });
}

/** Has all domains audited as the schedule does, to the end. @returns lines for people */
export async function auditOnce({ sandbox, bucket }: SandboxStage, domains: number): Promise<string> {
  const lambda = sandbox.service<LambdaService>('lambda');
  const scheduler = sandbox.service<SchedulerService>('scheduler');
  lambda.configure({ sleep: { factor: 1 / SPEED } });
  sandbox.calls.length = 0;
  const fired = await scheduler.fire(`${FUNCTION}-audit`, FUNCTION);
  await lambda.settled(fired.requestId!);
  const isGoingOn = () => scheduler.schedules().some(({ Name }) => Name.startsWith('byodkim-audit-'));
  while (isGoingOn()) await sandbox.clock.advance(MINUTE_MS);

  const report = await newestReport(sandbox, bucket);
  const begun = sandbox.calls.filter(({ operation }) => operation === 'Invoke').map(({ at }) => at);
  // Each but the last has armed the next one, a minute after its own end.
  const armed = scheduler.firings().slice(-begun.length + 1);
  const ended = begun.length === 1 ? [] : armed.map(({ scheduledAt }) => scheduledAt - MINUTE_MS);
  const last = Date.parse(report.endedAt);
  const seconds = [...ended, last].reduce((sum, at, index) => sum + (at - begun[index]!) / 1000, 0);
  const minutes = (last - begun[0]!) / MINUTE_MS;
  const ses = sandbox.calls.filter(({ service }) => service === 'ses');
  const s3 = sandbox.calls.filter(({ service }) => service === 's3');
  const sound = report.domains.filter(({ severity }: any) => severity === null).length;
  if (report.domains.length !== domains || sound !== domains)
    throw new Error(
      `${report.domains.length} of ${domains} domains were audited, ${sound} without a finding`,
    );
  return [
    '| domains | invocations | their seconds | minutes from first to last | calls of SES | most in one second | throttled | calls of S3 |',
    '|---|---|---|---|---|---|---|---|',
    `| ${domains} | ${begun.length} | ${seconds.toFixed(0)} | ${minutes.toFixed(0)} | ${ses.length} | ${mostInASecond(ses)} | ${
      ses.filter(({ outcome }) => outcome === 'TooManyRequestsException').length
    } | ${s3.length} |`,
  ].join('\n');
}

async function newestReport(sandbox: SandboxStage['sandbox'], Bucket: string): Promise<any> {
  const { Contents } = await sandbox.call('s3', 'ListObjectsV2', { Bucket, Prefix: 'byodkim-audit/' });
  const keys = Contents.map(({ Key }: any) => Key).filter((key: string) => !key.endsWith('/findings.json'));
  const { Body } = await sandbox.call('s3', 'GetObject', { Bucket, Key: keys.sort().at(-1) });
  return JSON.parse(Buffer.from(Body).toString());
}

const mostInASecond = (calls: readonly RecordedCall[]): number =>
  Math.max(
    ...calls.map(({ at }) => calls.filter((other) => other.at >= at && other.at < at + 1_000 / SPEED).length),
  );
