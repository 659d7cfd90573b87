import type { ResourceType } from '../resource';
import { keepSpelling, sortedJson } from '../schema/spelling';
import { given, nameOrPrefixed, uniqueId } from './common';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

/** `aws_cloudwatch_event_rule`: an EventBridge rule with an event pattern, on the default bus. */
export const eventRule = simpleResource({
  what: 'EventBridge Rule',
  service: 'events',
  put: 'PutRule',
  read: 'DescribeRule',
  delete: 'DeleteRule',
  identity: (planned) => {
    const name = nameOrPrefixed(planned);
    return { id: name, name };
  },
  input: (planned) => ({
    ...inputOf('events', 'PutRuleRequest', planned),
    EventPattern: sortedJson(planned.event_pattern),
    ...(Object.keys(planned.tags_all ?? {}).length > 0 && { Tags: tagList(planned.tags_all) }),
  }),
  named: ({ id, event_bus_name: EventBusName }) => ({ Name: id, ...given({ EventBusName }) }),
  state: ({ Arn, Name, Description, EventPattern, State }, state) => ({
    arn: Arn,
    name: Name,
    description: Description ?? null,
    event_bus_name: state.event_bus_name ?? 'default',
    event_pattern: keepSpelling(state.event_pattern, EventPattern),
    state: State,
  }),
  tagging: tagsByArn('events', 'ResourceARN'),
});

/** `aws_cloudwatch_event_target`: a Lambda function that receives a rule's events. */
export const eventTarget: ResourceType = {
  ...simpleResource({
    what: 'EventBridge Target',
    service: 'events',
    put: 'PutTargets',
    read: 'ListTargetsByRule',
    delete: 'RemoveTargets',
    identity: ({ rule, target_id }) => {
      const targetId = target_id || `terraform-${uniqueId()}`;
      return { id: `${rule}-${targetId}`, target_id: targetId };
    },
    input: ({ rule, event_bus_name, target_id: id, ...planned }) => ({
      ...{ Rule: rule, EventBusName: event_bus_name },
      Targets: [inputOf('events', 'Target', { ...planned, id })],
    }),
    named: ({ rule, event_bus_name, target_id }) => ({
      ...{ Rule: rule, EventBusName: event_bus_name },
      ...{ Ids: [target_id], Limit: 100 },
    }),
    state: ({ Targets }, state) => {
      const target = Targets.find(({ Id }: any) => Id === state.target_id);
      if (!target) return null;
      const { id: _, ...read } = stateOf('events', 'Target', target);
      return read;
    },
    told: (verb, { id }) => `${verb} EventBridge Target (${id})`,
  }),
  importState: (imported) => {
    const [rule = '', target_id = ''] = imported.split('/').slice(-2);
    return { id: `${rule}-${target_id}`, rule, target_id, event_bus_name: 'default' };
  },
};
