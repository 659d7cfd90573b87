import { ControlError, delayOf } from '../../sandbox/aws/control';
import type { Sandbox } from '../../sandbox/aws/sandbox';
import type { Route53Service, ZoneContents } from '../../sandbox/aws/services/route53';
import type { SesService } from '../../sandbox/aws/services/ses';
import type { SnsService } from '../../sandbox/aws/services/sns';
import type { ControlRoutes, SesVerificationOptions } from '../../sandbox/contract/core';
import type { DnsServer } from '../../sandbox/dns/server';
import { canonical } from '../../sandbox/dns/zone';

export interface RouteParts {
  readonly dns: DnsServer;
  /** Known only once the sandbox is running. */
  sandbox(): Sandbox;
}

/** A message as a subscriber would have received it. */
export interface Mail {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly topic: string;
  /** The endpoints that had confirmed when it was sent. */
  readonly to: readonly string[];
  readonly subject?: string;
  readonly message: string;
}

/** Slows SES down everywhere: before its first check, between checks, and during the change to Easy DKIM. */
export const sesPace = (delayMs: number): SesVerificationOptions => ({
  delayMs,
  retryIntervalMs: delayMs,
  easyDkimDelayMs: delayMs,
});

/**
 * Answers the requests of a person who practises, in addition to AWS's own:
 * - `PUT dns/records` `{name, type, values}`: sets the TXT, MX or CNAME records of the name; an empty list withdraws
 *   them
 * - `POST dns/zones` `{name, hosted}`: adds an empty zone; with `hosted` it is in Route 53, and the answer has its id
 * - `GET mailbox`: the mail that was sent, oldest first
 * - `PUT subscriptions/confirm` `{endpoint}`: confirms the endpoint's subscriptions; the answer has the topics
 * - `PUT ses/pace` `{delayMs}`: sets how long SES takes, as `sesPace` does
 * - `PUT ses/sending` `{meanwhile}`: sets whether a domain may send while SES verifies, `refused` or `allowed`
 */
export const practiceRoutes = ({ dns, sandbox }: RouteParts): ControlRoutes => ({
  'PUT dns/records': ({ name, type, values }) =>
    publish(sandbox(), dns, { name: nameOf(name), type: typeOf(type), values: textsOf(values) }),
  'POST dns/zones': async ({ name, hosted }) => {
    const apex = nameOf(name);
    if (dns.hasZone(apex)) throw new ControlError(`The zone ${apex} already exists.`);
    dns.setZone(apex, {});
    if (hosted !== true) return {};
    const input = { Name: apex, CallerReference: `practice-${apex}` };
    const { HostedZone } = await sandbox().call('route53', 'CreateHostedZone', input);
    return { zoneId: String(HostedZone.Id).replace('/hostedzone/', '') };
  },
  'GET mailbox': () => mailbox(sandbox()),
  'PUT subscriptions/confirm': ({ endpoint }) => confirm(sandbox(), endpoint),
  'PUT ses/pace': ({ delayMs }) => {
    sandbox()
      .service<SesService>('ses')
      .pace(sesPace(delayOf(delayMs)));
    return {};
  },
  'PUT ses/sending': ({ meanwhile }) => {
    if (meanwhile !== 'refused' && meanwhile !== 'allowed')
      throw new ControlError('Invalid meanwhile: expected refused or allowed.');
    sandbox().service<SesService>('ses').pace({ sendingMeanwhile: meanwhile });
    return {};
  },
});

function nameOf(value: unknown): string {
  if (typeof value === 'string' && /^[^\s.]{1,63}(\.[^\s.]{1,63})*\.?$/.test(value)) return canonical(value);
  throw new ControlError(`${JSON.stringify(value)} is not a DNS name.`);
}

type RecordType = 'TXT' | 'MX' | 'CNAME';

function typeOf(value: unknown): RecordType {
  if (value === 'TXT' || value === 'MX' || value === 'CNAME') return value;
  throw new ControlError('Invalid type: expected TXT, MX or CNAME.');
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new ControlError('Invalid values: expected a list of texts.');
}

/** The new records of a name. An empty list withdraws them. */
interface Wanted {
  readonly name: string;
  readonly type: RecordType;
  readonly values: readonly string[];
}

/** Publishes the records in Route 53 if the zone is hosted there, or else in DNS directly. */
async function publish(
  sandbox: Sandbox,
  dns: DnsServer,
  wanted: Wanted,
): Promise<{ readonly in: 'Route 53' | 'DNS' }> {
  const hosted = hostedZone(sandbox, wanted.name);
  if (hosted) {
    await changeHosted(sandbox, hosted, wanted);
    return { in: 'Route 53' };
  }
  try {
    dns.setRecords(wanted.name, wanted.type, wanted.values);
  } catch (error) {
    throw new ControlError(`${(error as Error).message} Add one with sandbox zone NAME.`);
  }
  return { in: 'DNS' };
}

/** Returns the closest zone in Route 53 that holds the name. */
const hostedZone = (sandbox: Sandbox, name: string): ZoneContents | undefined =>
  sandbox
    .service<Route53Service>('route53')
    .zones()
    .filter((zone) => `${name}.`.endsWith(`.${zone.name}`) || `${name}.` === zone.name)
    .sort((a, b) => b.name.length - a.name.length)[0];

async function changeHosted(sandbox: Sandbox, zone: ZoneContents, wanted: Wanted): Promise<void> {
  const { name, type, values } = wanted;
  const recordSet = (texts: readonly string[], TTL: number) => ({
    Name: name,
    Type: type,
    TTL,
    ResourceRecords: texts.map((Value) => ({ Value })),
  });
  const change = async (Action: string, ResourceRecordSet: object): Promise<void> => {
    await sandbox.call('route53', 'ChangeResourceRecordSets', {
      HostedZoneId: zone.zoneId.replace('/hostedzone/', ''),
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    });
  };
  if (values.length > 0) {
    await change('UPSERT', recordSet(type === 'TXT' ? values.map(quoted) : values, 60));
    return;
  }
  const there = zone.records.find((record) => record.type === type && canonical(record.name) === name);
  if (there) await change('DELETE', recordSet(there.values, there.ttlSeconds));
}

/** Formats a text for Route 53: quoted strings of at most 255 octets. */
const quoted = (text: string): string =>
  (text.match(/.{1,255}/gs) ?? ['']).map((part) => `"${part.replace(/[\\"]/g, '\\$&')}"`).join(' ');

function mailbox(sandbox: Sandbox): Mail[] {
  const sns = sandbox.service<SnsService>('sns');
  const mails = sns.topics().flatMap(({ arn }) => {
    const topic = nameOfTopic(arn);
    return sns
      .messages(arn)
      .map(({ publishedAt: at, subject, message, to }) => ({ at, subject, message, topic, to }));
  });
  return mails.sort((a, b) => a.at - b.at);
}

/** Confirms each subscription, like a person who clicks the link in its mail. */
async function confirm(sandbox: Sandbox, endpoint: unknown): Promise<{ readonly topics: readonly string[] }> {
  const all = sandbox
    .service<SnsService>('sns')
    .topics()
    .flatMap(({ subscriptions }) => [...subscriptions.values()]);
  const pending = all.filter((each) => each.endpoint === endpoint && !each.isConfirmed);
  if (pending.length === 0)
    throw new ControlError(`${JSON.stringify(endpoint)} has no subscription that waits for it.`);
  for (const { topicArn: TopicArn, token: Token } of pending)
    await sandbox.call(
      'sns',
      'ConfirmSubscription',
      { TopicArn, Token },
      { region: TopicArn.split(':')[3]! },
    );
  return { topics: pending.map(({ topicArn }) => nameOfTopic(topicArn)) };
}

const nameOfTopic = (arn: string): string => arn.split(':').at(-1)!;
