import type { ResourceTags } from '../resource-tags';
import { AwsError, type PolicyDocument } from '../service';

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** People must say yes first; nobody reads the mail here, so it stays pending. */
  readonly pending: boolean;
}

export interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly tags: ResourceTags;
  readonly subscriptions: Map<string, Subscription>;
}

/** What may be set on a topic. */
const TOPIC_ATTRIBUTES = [
  'DeliveryPolicy',
  'DisplayName',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
];
/** What SNS logs of deliveries. */
const FEEDBACK =
  /^(HTTP|SQS|Lambda|Firehose|Application)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;
const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
];
/** Protocols whose subscriptions wait for someone to confirm them. */
const CONFIRMED_BY_PEOPLE = ['email', 'email-json', 'http', 'https'];
const PROTOCOLS = [...CONFIRMED_BY_PEOPLE, 'sms', 'sqs', 'application', 'lambda', 'firehose'];

const VALUES: Readonly<Record<string, RegExp>> = {
  DisplayName: /^[^\n\r]{1,100}$/,
  SignatureVersion: /^[12]$/,
  TracingConfig: /^(PassThrough|Active)$/,
};

/** A topic's policy is about topics. */
function checkActions({ Statement }: PolicyDocument): void {
  const actions = [Statement].flat().flatMap(({ Action, NotAction }) => Action ?? NotAction ?? []);
  if (!actions.every((action) => /^(\*|sns:\*?[a-z*?]*)$/i.test(action)))
    throw invalid('Policy statement action out of service scope!');
}

export function setTopicAttribute({ attributes }: Topic, name: string, value: string | undefined): void {
  if (!TOPIC_ATTRIBUTES.includes(name) && !FEEDBACK.test(name)) throw invalid('AttributeName');
  if (value && VALUES[name] && !VALUES[name].test(value)) throw invalid(name);
  if (value && /SampleRate$/.test(name) && !(Number(value) >= 0 && Number(value) <= 100)) throw invalid(name);
  if (name === 'Policy' && value) checkActions(parsePolicy(value));
  if (value) attributes.set(name, value);
  else attributes.delete(name);
}

/** The policy that someone has set; a topic without one is open to its account's own policies. */
export function topicPolicy(topic: Topic | undefined): PolicyDocument | undefined {
  const text = topic?.attributes.get('Policy');
  return text === undefined ? undefined : parsePolicy(text);
}

/** Everything that `GetTopicAttributes` shows. */
export function topicAttributes({ arn, attributes, subscriptions }: Topic): Record<string, string> {
  const owner = arn.split(':')[4]!;
  const pending = [...subscriptions.values()].filter((subscription) => subscription.pending).length;
  return {
    TopicArn: arn,
    Owner: owner,
    Policy: defaultPolicy(arn, owner),
    DisplayName: '',
    SubscriptionsConfirmed: String(subscriptions.size - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
    ...Object.fromEntries(attributes),
  };
}

/** What an endpoint looks like, where its protocol says so. */
const PLACES: Readonly<Record<string, { readonly form: RegExp; readonly refused: string }>> = {
  lambda: { form: /^arn:[^:]+:lambda:/, refused: 'Lambda endpoint ARN' },
  sqs: { form: /^arn:[^:]+:sqs:/, refused: 'SQS endpoint ARN' },
  http: { form: /^http:\/\//, refused: 'Endpoint must match the specified protocol' },
  https: { form: /^https:\/\//, refused: 'Endpoint must match the specified protocol' },
};

export function newSubscription(topic: Topic, id: string, input: any): Subscription {
  const { Protocol, Endpoint, Attributes = {} } = input;
  if (!PROTOCOLS.includes(Protocol)) throw invalid(`Does not support this protocol string: ${Protocol}`);
  if (!Endpoint) throw invalid('Endpoint');
  const place = PLACES[Protocol];
  if (place && !place.form.test(Endpoint)) throw invalid(place.refused);
  if (Protocol.startsWith('email') && !/^[^@\s]+@[^@\s]+$/.test(Endpoint)) throw invalid('Email address');
  if (!Object.keys(Attributes).every((name) => SUBSCRIPTION_ATTRIBUTES.includes(name)))
    throw invalid('AttributeName');
  return {
    arn: `${topic.arn}:${id}`,
    protocol: Protocol,
    endpoint: Endpoint,
    pending: CONFIRMED_BY_PEOPLE.includes(Protocol),
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

function parsePolicy(text: string): PolicyDocument {
  try {
    const policy = JSON.parse(text);
    if (policy.Statement) return policy;
  } catch {
    // Said below, in SNS's words.
  }
  throw new AwsError('InvalidParameter', 'Invalid parameter: Policy Error: null');
}

const MAX_MESSAGE_BYTES = 256 * 1024;
/** ASCII without control characters, under 100 characters, begun by a letter, a number or punctuation. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/** What `Publish` sends, checked. @throws AwsError InvalidParameter */
export function readMessage({ Subject: subject, Message: message }: any): {
  subject?: string;
  message: string;
} {
  if (typeof message !== 'string' || message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  return { subject, message };
}

export const invalid = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
