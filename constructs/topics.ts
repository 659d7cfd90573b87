import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { Construct } from 'constructs';

/** What each topic notifies of, and whom. */
export const TOPICS = {
  /** The DNS team: which record to publish. */
  dns: 'dns',
  /** Operators: how each change ended. */
  result: 'result',
  /** Operators: what the audit found, and invocations that failed for good. */
  audit: 'audit',
} as const;
/** Which topic: see {@link TopicChoices}. */
export type TopicName = keyof typeof TOPICS;

/** ARN of an existing topic, or `create` for one that the stack makes. @default none: nothing is sent */
export type TopicChoice = 'create' | (string & {});
/** For each topic, where it sends: `dns` tells the DNS team which record to publish, `result` operators how each change ended, `audit` what the audit found. */
export type TopicChoices = { readonly [name in TopicName]?: TopicChoice };

export interface TopicsProps {
  readonly choices: TopicChoices;
  readonly namePrefix: string;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The SNS topics that the function may send to. */
export class Topics extends Construct {
  /** ARNs of those that there are. */
  readonly arns: { readonly [name in TopicName]?: string };
  /** Those that the stack makes. */
  readonly created: { readonly [name in TopicName]?: SnsTopic };

  constructor(scope: Construct, id: string, props: TopicsProps) {
    super(scope, id);
    const arns: { [name in TopicName]?: string } = {};
    const created: { [name in TopicName]?: SnsTopic } = {};
    for (const name of Object.keys(TOPICS) as TopicName[]) {
      const choice = props.choices[name];
      if (choice === undefined) continue;
      if (choice !== 'create') arns[name] = choice;
      else {
        const topic = new SnsTopic(this, name, {
          region: props.region,
          name: `${props.namePrefix}-${name}`,
          tags: props.tags && { ...props.tags },
        });
        created[name] = topic;
        arns[name] = topic.arn;
      }
    }
    this.arns = arns;
    this.created = created;
  }
}
