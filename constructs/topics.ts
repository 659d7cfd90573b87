import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { Construct } from 'constructs';

const TOPICS = ['dns', 'result', 'audit'] as const;
/** Which topic: see {@link TopicChoices}. */
export type TopicName = (typeof TOPICS)[number];

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
    for (const name of TOPICS) {
      const choice = props.choices[name];
      if (choice === 'create')
        created[name] = new SnsTopic(this, name, {
          region: props.region,
          name: `${props.namePrefix}-${name}`,
          tags: props.tags && { ...props.tags },
        });
      const arn = created[name]?.arn ?? choice;
      if (arn !== undefined) arns[name] = arn;
    }
    this.arns = arns;
    this.created = created;
  }
}
