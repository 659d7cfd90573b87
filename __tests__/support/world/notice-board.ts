import type { BusEvent, Events } from '../../../handlers/aws/events';
import type { TopicSubscription, Topics } from '../../../handlers/aws/topics';
import type { Clock } from '../../../handlers/clock';
import type { Notice } from '../../../handlers/words/notice-layout';
import type { Subscribers } from '../../../handlers/words/topics';
import { awsFailure } from './aws-failure';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

export interface Published extends Notice {
  readonly topicArn: string;
}

const LARGEST_BYTES = 262_144;

/** SNS: holds the published messages, and refuses those that SNS refuses. */
export class NoticeBoard {
  readonly published: Published[] = [];
  /** Of each topic. */
  subscribers: Subscribers = { confirmed: 1, pending: 0 };
  /** Of single topics, by ARN. */
  readonly states: Record<string, Subscribers | 'gone'> = {};
  /** Of each topic. */
  subscriptions: readonly TopicSubscription[] = [];

  constructor(private readonly calls: Calls) {}

  /** What came to one topic. */
  to(topicArn: string): Published[] {
    return this.published.filter((notice) => notice.topicArn === topicArn);
  }

  api(invocation: Invocation, clock: Clock): Topics {
    return {
      publish: (topicArn, notice) =>
        this.calls.perform(invocation, clock, { action: 'sns:Publish', resource: topicArn }, () => {
          if (!/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(notice.subject))
            throw awsFailure('InvalidParameter', 'Invalid parameter: Subject', 400);
          if (notice.message === '' || Buffer.byteLength(notice.message) > LARGEST_BYTES)
            throw awsFailure('InvalidParameter', 'Invalid parameter: Message too long', 400);
          this.published.push({ topicArn, ...notice });
        }),
      subscribers: (topicArn) =>
        this.calls.perform(
          invocation,
          clock,
          { action: 'sns:GetTopicAttributes', resource: topicArn },
          () => {
            const state = this.states[topicArn] ?? this.subscribers;
            if (state === 'gone') throw awsFailure('NotFoundException', 'Topic does not exist', 404);
            return state;
          },
        ),
      subscriptions: (topicArn) =>
        this.calls.perform(
          invocation,
          clock,
          { action: 'sns:ListSubscriptionsByTopic', resource: topicArn },
          () => this.subscriptions,
        ),
    };
  }
}

/** The default bus of EventBridge, with the events that were put on it. */
export class EventBus {
  readonly put: BusEvent[] = [];

  constructor(private readonly calls: Calls) {}

  api(invocation: Invocation, clock: Clock): Events {
    return {
      put: (events) =>
        this.calls.perform(invocation, clock, { action: 'events:PutEvents', resource: 'default' }, () => {
          this.put.push(...JSON.parse(JSON.stringify(events)));
        }),
    };
  }
}
