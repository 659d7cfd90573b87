import type { ResourceTags } from '../../contract/resource-tags';
import { AwsError } from '../../contract/service';
import { NotServed } from '../../wire/refusals';

/** A subscription by mail. It stays pending, since nobody reads the mail and confirms. */
export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly tags: ResourceTags;
  readonly subscriptions: Map<string, Subscription>;
}

/** The attributes that can be set here. SNS logs no deliveries, whatever the rate. */
const SETTABLE = /^(DisplayName|(HTTP|SQS|Lambda|Firehose|Application)SuccessFeedbackSampleRate)$/;
const NOT_MODELLED =
  /^(DeliveryPolicy|KmsMasterKeyId|Policy|SignatureVersion|TracingConfig|\w+FeedbackRoleArn)$/;

export function setTopicAttribute({ attributes }: Topic, name: string, value: string | undefined): void {
  if (NOT_MODELLED.test(name)) throw new NotServed('sns', 'SetTopicAttributes', `AttributeName ${name}`);
  if (!SETTABLE.test(name)) throw invalid('AttributeName');
  const isRight =
    name === 'DisplayName'
      ? /^[^\n\r]{0,100}$/.test(value ?? '')
      : Number(value) >= 0 && Number(value) <= 100;
  if (!isRight) throw invalid(name);
  if (value) attributes.set(name, value);
  else attributes.delete(name);
}

/** Returns everything that `GetTopicAttributes` shows. */
export function topicAttributes({ arn, attributes, subscriptions }: Topic): Record<string, string> {
  const owner = arn.split(':')[4]!;
  return {
    TopicArn: arn,
    Owner: owner,
    Policy: defaultPolicy(arn, owner),
    DisplayName: '',
    SubscriptionsConfirmed: '0',
    SubscriptionsPending: String(subscriptions.size),
    SubscriptionsDeleted: '0',
    ...Object.fromEntries(attributes),
  };
}

export function newSubscription(topic: Topic, id: string, { Protocol, Endpoint }: any): Subscription {
  if (!/^email(-json)?$/.test(Protocol)) throw new NotServed('sns', 'Subscribe', `Protocol ${Protocol}`);
  if (!/^[^@\s]+@[^@\s]+$/.test(Endpoint ?? '')) throw invalid('Email address');
  return { arn: `${topic.arn}:${id}`, protocol: Protocol, endpoint: Endpoint };
}

function defaultPolicy(arn: string, owner: string): string {
  const actions = [
    ...['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic'],
    ...['Subscribe', 'ListSubscriptionsByTopic', 'Publish'],
  ];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
      },
    ],
  });
}

const MAX_MESSAGE_BYTES = 256 * 1024;
/** ASCII without control characters, under 100 characters, begun by a letter, a number or punctuation. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/** What `Publish` sends. */
export interface Message {
  readonly subject?: string;
  readonly message: string;
}

/** Reads what `Publish` sends. @throws AwsError InvalidParameter */
export function readMessage({ Subject: subject, Message: message }: any): Message {
  if (typeof message !== 'string' || message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  return { subject, message };
}

export const invalid = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
