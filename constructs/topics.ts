import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { Construct } from 'constructs';
import type { PartProps } from './names';

const TOPICS = ['dns', 'result', 'audit'] as const;
/** Which topic: see {@link TopicChoices}. */
export type TopicName = (typeof TOPICS)[number];

/** ARN of an existing topic, or `create` for one that the stack makes. @default none: nothing is sent */
export type TopicChoice = 'create' | (string & {});
/** The topics: `dns` asks the DNS team for records, `result` notifies operators of each change’s end, `audit` of findings. */
export type TopicChoices = { readonly [name in TopicName]?: TopicChoice };

/** The SNS topics that the function may send to. */
export class Topics extends Construct {
  /** ARNs of the topics that are made or named. */
  readonly arns: { readonly [name in TopicName]?: string };
  /** Those that the stack makes. */
  readonly created: { readonly [name in TopicName]?: SnsTopic };

  constructor(scope: Construct, id: string, props: PartProps & { readonly choices: TopicChoices }) {
    super(scope, id);
    const { choices, names, region, tags } = props;
    const made = TOPICS.filter((name) => choices[name] === 'create').map((name) => {
      const topic = new SnsTopic(this, name, { region, name: `${names.functionName}-${name}`, tags });
      return [name, topic] as const;
    });
    this.created = Object.fromEntries(made);
    const arns = TOPICS.map((name) => [name, this.created[name]?.arn ?? choices[name]] as const);
    this.arns = Object.fromEntries(arns.filter(([, arn]) => arn !== undefined));
  }
}
