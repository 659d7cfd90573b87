import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { ENVIRONMENT, TOPICS, type TopicName, topicSetting } from '../handlers/contract/contract';
import type { PartProps } from './names';
import { isMade, protocolOf, type TopicChoices } from './topic-choices';

/** The SNS topics that the function may send to. */
export class NoticeTopics extends Construct {
  /** ARNs of the topics that are made or named. */
  readonly arns: { readonly [name in TopicName]?: string };
  /** The variables by which the function knows them. */
  readonly variables: Readonly<Record<string, string>>;
  /** The topics that the stack makes. */
  readonly created: { readonly [name in TopicName]?: SnsTopic };

  constructor(scope: Construct, id: string, props: PartProps & { readonly choices: TopicChoices }) {
    super(scope, id);
    const { choices, names, region, tags } = props;
    const made = TOPICS.filter((name) => isMade(choices[name])).map((name) => {
      const topic = new SnsTopic(this, name, { region, name: `${names.functionName}-${name}`, tags });
      return [name, topic] as const;
    });
    this.created = Object.fromEntries(made);
    for (const [name, topic] of made) this.subscribe(name, topic, props);
    const arns = TOPICS.map((name) => [name, this.created[name]?.arn ?? choices[name]] as const);
    this.arns = Object.fromEntries(arns.filter(([, arn]) => arn !== undefined));
    this.variables = Object.fromEntries(
      TOPICS.map((name) => [ENVIRONMENT[topicSetting(name)], this.arns[name] ?? '']),
    );
  }

  private subscribe(
    name: TopicName,
    topic: SnsTopic,
    { choices, region }: PartProps & { readonly choices: TopicChoices },
  ): void {
    const choice = choices[name];
    if (typeof choice !== 'object') return;
    for (const endpoint of new Set(choice.subscribers))
      new SnsTopicSubscription(this, `${name}-${endpoint}`, {
        region,
        topicArn: topic.arn,
        protocol: protocolOf(endpoint),
        endpoint,
      });
  }
}
