import type { ResourceTags } from '../../contract/resource-tags';
import { AwsError } from '../../contract/service';
import { NotServed } from '../../wire/refusals';

/** A subscription. A person or a web server confirms it with the token; a queue and a function need no confirmation. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** Included in the message that asks the endpoint to confirm. */
  readonly token: string;
  readonly isConfirmed: boolean;
  /** Whether only somebody signed in may unsubscribe it, so that the link in each message does not. */
  readonly isAuthenticated: boolean;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** SNS deletes a subscription that nobody has confirmed by then. */
const CONFIRMABLE_MS = 48 * 3_600_000;

/** Deletes the subscriptions that nobody has confirmed in time. */
export function dropUnconfirmed({ subscriptions }: Topic, now: number): void {
  for (const { arn, isConfirmed, askedAt } of [...subscriptions.values()])
    if (!isConfirmed && now - askedAt >= CONFIRMABLE_MS) subscriptions.delete(arn);
}

export interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly tags: ResourceTags;
  readonly subscriptions: Map<string, Subscription>;
}

/** Matches the attributes that can be set here. SNS logs no deliveries here, whatever the rate. */
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

/** Returns all attributes in the answer of `GetTopicAttributes`. */
export function topicAttributes({ arn, attributes, subscriptions }: Topic): Record<string, string> {
  const owner = arn.split(':')[4]!;
  const confirmed = [...subscriptions.values()].filter(({ isConfirmed }) => isConfirmed).length;
  return {
    TopicArn: arn,
    Owner: owner,
    Policy: defaultPolicy(arn, owner),
    DisplayName: '',
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(subscriptions.size - confirmed),
    SubscriptionsDeleted: '0',
    ...Object.fromEntries(attributes),
  };
}

/** The endpoints that a protocol accepts, and SNS's name for an invalid one. */
interface Protocol {
  readonly endpoint: RegExp;
  readonly refused: string;
  readonly needsConfirmation: boolean;
}

const BY_MAIL: Protocol = {
  endpoint: /^[^@\s]+@[^@\s]+$/,
  refused: 'Email address',
  needsConfirmation: true,
};
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  email: BY_MAIL,
  'email-json': BY_MAIL,
  https: {
    endpoint: /^https:\/\/\S+$/,
    refused: 'Endpoint must match the specified protocol',
    needsConfirmation: true,
  },
  sqs: { endpoint: /^arn:aws[\w-]*:sqs:/, refused: 'SQS endpoint ARN', needsConfirmation: false },
  lambda: { endpoint: /^arn:aws[\w-]*:lambda:/, refused: 'Lambda endpoint ARN', needsConfirmation: false },
};

/** @throws AwsError InvalidParameter; NotServed for a protocol that the sandbox does not have */
export function newSubscription(
  topic: Topic,
  { id, now }: { readonly id: string; readonly now: number },
  { Protocol, Endpoint }: any,
): Subscription {
  const protocol = PROTOCOLS[Protocol];
  if (!protocol) throw new NotServed('sns', 'Subscribe', `Protocol ${Protocol}`);
  if (!protocol.endpoint.test(Endpoint ?? '')) throw invalid(protocol.refused);
  return {
    arn: `${topic.arn}:${id}`,
    topicArn: topic.arn,
    protocol: Protocol,
    endpoint: Endpoint,
    token: id.replaceAll('-', ''),
    isConfirmed: !protocol.needsConfirmation,
    isAuthenticated: !protocol.needsConfirmation,
    askedAt: now,
  };
}

/** Returns all attributes in the answer of `GetSubscriptionAttributes`. */
export function subscriptionAttributes(subscription: Subscription): Record<string, string> {
  const { arn, topicArn, protocol, endpoint, isConfirmed, isAuthenticated } = subscription;
  return {
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: topicArn.split(':')[4]!,
    PendingConfirmation: String(!isConfirmed),
    ConfirmationWasAuthenticated: String(isConfirmed && isAuthenticated),
    RawMessageDelivery: 'false',
  };
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
/** ASCII without control characters, under 100 characters, beginning with a letter, a number or punctuation. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

export interface Message {
  readonly subject?: string;
  readonly message: string;
}

/** Reads the input of `Publish`. */
export function readMessage({ Subject: subject, Message: message }: any): Message {
  if (typeof message !== 'string' || message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  return { subject, message };
}

export const invalid = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
