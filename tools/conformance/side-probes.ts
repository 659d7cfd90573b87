import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
  TagResourceCommand,
} from '@aws-sdk/client-sesv2';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { AUDIT_METRIC } from '../../handlers/contract/contract';
import type { Caller, Clients } from './account';
import { probeDomain, removeProbe } from './probes';
import { query } from './query';
import type { Finding } from './recording';

/** Name of the role and of the topic of the probes. */
const NAME = 'byodkim-conformance-probe';
const SIMULATOR = 'success@simulator.amazonses.com';

/** The inputs of the probes of IAM, SNS and CloudWatch. */
export interface ProbedSide {
  readonly clients: Clients;
  readonly caller: Caller;
  readonly region: string;
  readonly domain: string;
  later(minutes: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Removes the role and the topic of the probes, if they exist. */
export async function removeSideProbes({ clients, caller, region }: Owned): Promise<void> {
  const TopicArn = `arn:${partitionOf(caller)}:sns:${region}:${caller.account}:${NAME}`;
  await clients.sns.send(new DeleteTopicCommand({ TopicArn }));
  const role = (action: string, input: Readonly<Record<string, string>> = {}) =>
    query(clients, { service: 'iam', region, action, input: { RoleName: NAME, ...input } }).catch(
      ({ name, message }: Error) => {
        if (name !== 'NoSuchEntity') throw new Error(`${action}: ${name}: ${message}`);
      },
    );
  await role('DeleteRolePolicy', { PolicyName: NAME });
  await role('DeleteRole');
}

type Owned = Pick<ProbedSide, 'clients' | 'caller' | 'region'>;
const partitionOf = ({ arn }: Caller): string => arn.split(':')[1] ?? 'aws';

/** Asks how SNS counts a subscription that nobody has confirmed. Its message goes to SES's mailbox simulator. */
export async function probeSubscription({ clients: { sns } }: ProbedSide): Promise<Finding> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: NAME }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: SIMULATOR }));
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const listed = Subscriptions.map(({ SubscriptionArn = '' }) =>
    SubscriptionArn.startsWith('arn:') ? 'its ARN' : SubscriptionArn,
  );
  return {
    question: 'How does SNS count and list a subscription that nobody has confirmed?',
    answer: `pending ${Attributes.SubscriptionsPending}, confirmed ${Attributes.SubscriptionsConfirmed}, listed as ${listed.join() || 'nothing'}`,
  };
}

type AskedOfMetrics = Pick<ProbedSide, 'clients' | 'region' | 'now'>;
const DAY_MS = 86_400_000;
const DATE = '(YEAR(audits) * 10000 + MONTH(audits) * 100 + DATE(audits))';

/** Asks what CloudWatch makes of the alarm's expression, on four whole days, for a metric that has never had a sample. */
export async function probeExpression({ clients, region, now }: AskedOfMetrics): Promise<Finding> {
  const metric = 'MetricDataQueries.member.1.MetricStat';
  const today = now() - (now() % DAY_MS);
  const input = {
    StartTime: new Date(today - 4 * DAY_MS).toISOString(),
    EndTime: new Date(today).toISOString(),
    'MetricDataQueries.member.1.Id': 'audits',
    'MetricDataQueries.member.1.ReturnData': 'false',
    [`${metric}.Metric.Namespace`]: AUDIT_METRIC.namespace,
    [`${metric}.Metric.MetricName`]: `${AUDIT_METRIC.metricName}-never`,
    [`${metric}.Period`]: '86400',
    [`${metric}.Stat`]: 'SampleCount',
    'MetricDataQueries.member.2.Id': 'counted',
    'MetricDataQueries.member.2.Expression': `IF(${DATE} <= 20000101, 1, FILL(audits, 0))`,
  };
  const answer = await query(clients, { service: 'monitoring', region, action: 'GetMetricData', input }).then(
    (xml) => {
      const values = [...xml.matchAll(/<member>(-?[\d.E+-]+)<\/member>/g)].map(([, value]) => Number(value));
      return values.length === 0 ? 'it has no value' : `it has the values ${values.join(', ')}`;
    },
    ({ name }: Error) => `not answered: ${name}`,
  );
  return {
    question: 'Which value does the expression of audit-overdue have for a metric without any sample?',
    answer,
  };
}

/** Asks which conditions work when a tag is put, and how soon. */
export async function probeTags(probed: ProbedSide): Promise<Finding[]> {
  const { clients, caller, region, domain } = probed;
  const EmailIdentity = probeDomain(domain);
  const ResourceArn = `arn:${partitionOf(caller)}:ses:${region}:${caller.account}:identity/${EmailIdentity}`;
  await removeProbe(clients.ses, domain);
  try {
    await clients.ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
    const { ses, sees } = await assumeProbe(probed);
    const tag = (Key: string) =>
      ses.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key, Value: 'yes' }] })).then(
        () => 'allowed',
        ({ name }: Error) => name,
      );
    const [other, own] = [await tag('byodkim-other'), await tag('byodkim-probe')];
    const arrived = await secondsUntil(probed, () =>
      ses.send(new GetEmailIdentityCommand({ EmailIdentity })),
    );
    ses.destroy();
    return [
      { question: 'How soon does the policy of a new role take effect?', answer: sees },
      {
        question: 'Does aws:RequestTag work for ses:TagResource?',
        answer: `with the tag: ${own}; with another tag: ${other}`,
      },
      { question: 'How soon does a new tag take effect for aws:ResourceTag?', answer: arrived },
    ];
  } finally {
    await removeProbe(clients.ses, domain);
  }
}

/** Makes a role that may do what the tags allow, and returns a client of it once its policy is in effect. */
async function assumeProbe(probed: ProbedSide): Promise<{ ses: SESv2Client; sees: string }> {
  const { clients, caller, region } = probed;
  const RoleArn = `arn:${partitionOf(caller)}:iam::${caller.account}:role/${NAME}`;
  const role = (action: string, input: Readonly<Record<string, string>>) =>
    query(clients, { service: 'iam', region, action, input: { RoleName: NAME, ...input } });
  const account = `arn:${partitionOf(caller)}:iam::${caller.account}:root`;
  await role('CreateRole', {
    AssumeRolePolicyDocument: policy({ Action: 'sts:AssumeRole', Principal: { AWS: account } }),
  });
  const tagged = (key: string) => ({ StringEquals: { [`aws:${key}/byodkim-probe`]: 'yes' } });
  await role('PutRolePolicy', {
    PolicyName: NAME,
    PolicyDocument: policy(
      { Action: 'ses:ListEmailIdentities', Resource: '*' },
      { Action: 'ses:TagResource', Resource: '*', Condition: tagged('RequestTag') },
      { Action: 'ses:GetEmailIdentity', Resource: '*', Condition: tagged('ResourceTag') },
    ),
  });
  let ses = clients.ses;
  const sees = await secondsUntil(probed, async () => {
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe' });
    const { Credentials: given } = await clients.sts.send(assume);
    const {
      AccessKeyId: accessKeyId = '',
      SecretAccessKey: secretAccessKey = '',
      SessionToken,
    } = given ?? {};
    const credentials = { accessKeyId, secretAccessKey, ...(SessionToken && { sessionToken: SessionToken }) };
    ses = new SESv2Client({ region, credentials });
    await ses.send(new ListEmailIdentitiesCommand({}));
  });
  return { ses, sees };
}

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Allow', ...each })),
  });

const EVERY_SECONDS = 2;
const LONGEST_SECONDS = 180;

/** Repeats a call until it is allowed, and returns the time in words. */
async function secondsUntil({ later, now }: ProbedSide, call: () => Promise<unknown>): Promise<string> {
  const began = now();
  for (;;) {
    const refusal = await call().then(
      () => undefined,
      ({ name }: Error) => name,
    );
    const seconds = Math.round((now() - began) / 1000);
    if (refusal === undefined) return `after ${seconds} s`;
    if (seconds >= LONGEST_SECONDS) return `not within ${seconds} s: ${refusal}`;
    await later(EVERY_SECONDS / 60);
  }
}
