import type { SandboxCore } from '../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import { listOf, type ResourceTags } from '../../contract/resource-tags';
import { AwsError, type CallContext, type Service } from '../../contract/service';
import { tagOperations } from './tagging';

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

interface LogGroup {
  readonly logGroupName: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly logGroupClass: string;
  readonly region: string;
  retentionInDays?: number;
  readonly deletionProtectionEnabled: false;
  readonly tags: ResourceTags;
  readonly streams: Set<string>;
  readonly events: LogEvent[];
}

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const DAY_MS = 24 * 3_600_000;
/** Limits how old, or how far in the future, an event may be. */
const OLDEST_DAYS = 14;
const NEWEST_MS = 2 * 3_600_000;

class LogGroups {
  private readonly groups = new Map<string, LogGroup>();

  constructor(readonly core: SandboxCore) {}

  find(name: string, region: string): LogGroup | undefined {
    return this.groups.get(`${region}/${name}`);
  }

  /** @throws AwsError ResourceNotFoundException */
  get({ logGroupName }: any, { region }: Pick<CallContext, 'region'>): LogGroup {
    const found = this.find(logGroupName, region);
    if (!found) throw notFound('The specified log group does not exist.');
    return found;
  }

  all(): readonly LogGroup[] {
    return [...this.groups.values()];
  }

  add(group: LogGroup): void {
    this.groups.set(`${group.region}/${group.logGroupName}`, group);
  }

  remove({ region, logGroupName }: LogGroup): void {
    this.groups.delete(`${region}/${logGroupName}`);
  }

  arn(name: string, region: string): string {
    return `arn:aws:logs:${region}:${this.core.accountId}:log-group:${name}`;
  }
}

export interface LogsService extends Service {
  /** Returns the events of a group, in order. Empty for a group that does not exist. */
  events(name: string, region?: string): readonly LogEvent[];
}

/** CloudWatch Logs: groups, streams, events. */
export const createLogs = (core: SandboxCore): LogsService => {
  const groups = new LogGroups(core);
  const common: Common = {
    resource: ({ logGroupNamePrefix = '', logGroupName = logGroupNamePrefix, logStreamName }, { region }) =>
      `${groups.arn(logGroupName, region)}:${logStreamName ? `log-stream:${logStreamName}` : '*'}`,
  };
  const operations = operationsOf('logs', common, {
    ...groupOperations(groups),
    ...eventOperations(groups),
    ...tagOperations({
      service: 'logs',
      members: ['resourceArn', 'tags', 'tagKeys'],
      asMap: true,
      find: (arn, region) => groups.find(arn.replace(/:\*$/, '').split(':log-group:')[1] ?? '', region)?.tags,
      missing: () => notFound('The specified log group does not exist.'),
    }),
  });
  return {
    name: 'logs',
    operations,
    events: (name, region = core.region) => groups.find(name, region)?.events ?? [],
  };
};

function groupOperations(groups: LogGroups): OwnOperations {
  return {
    CreateLogGroup(input, { region, clock }) {
      const { logGroupName } = input;
      if (groups.find(logGroupName, region)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      groups.add({
        logGroupName,
        arn: groups.arn(logGroupName, region),
        creationTime: clock.now(),
        logGroupClass: input.logGroupClass ?? 'STANDARD',
        region,
        deletionProtectionEnabled: false,
        tags: groups.core.resourceTags(listOf(input.tags)),
        streams: new Set(),
        events: [],
      });
    },
    DescribeLogGroups: (input, { region }) => ({ logGroups: describedGroups(groups, input, region) }),
    PutRetentionPolicy(input, context) {
      if (!RETENTION_DAYS.includes(input.retentionInDays)) {
        throw invalid(`retentionInDays must be one of ${RETENTION_DAYS.join(', ')}`);
      }
      groups.get(input, context).retentionInDays = input.retentionInDays;
    },
    DeleteRetentionPolicy(input, context) {
      groups.get(input, context).retentionInDays = undefined;
    },
    DeleteLogGroup(input, context) {
      groups.remove(groups.get(input, context));
    },
    // Providers before version 6 call these instead.
    TagLogGroup(input, context) {
      groups.get(input, context).tags.put(listOf(input.tags));
    },
    ListTagsLogGroup: (input, context) => ({ tags: groups.get(input, context).tags.record }),
  };
}

function describedGroups(groups: LogGroups, input: any, region: string): object[] {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  return groups
    .all()
    .filter((found) => found.region === region)
    .filter(({ logGroupName }) => logGroupName.startsWith(prefix ?? ''))
    .filter(({ logGroupName }) => logGroupName.toLowerCase().includes((pattern ?? '').toLowerCase()))
    .map(({ tags: _tags, streams: _streams, events, region: _region, arn, ...described }) => ({
      ...described,
      arn: `${arn}:*`,
      logGroupArn: arn,
      storedBytes: events.reduce((bytes, { message }) => bytes + message.length, 0),
    }));
}

function eventOperations(groups: LogGroups): OwnOperations {
  return {
    CreateLogStream(input, context) {
      const { streams } = groups.get(input, context);
      if (streams.has(input.logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      streams.add(input.logStreamName);
    },
    PutLogEvents: (input, context) => putEvents(groups.get(input, context), input, context.clock.now()),
    FilterLogEvents(input, context) {
      const { events } = groups.get(input, context);
      return {
        events: events
          .map((event, index) => ({ ...event, eventId: String(index).padStart(56, '0') }))
          .filter(
            ({ timestamp, message, logStreamName }) =>
              timestamp >= (input.startTime ?? 0) &&
              timestamp <= (input.endTime ?? Number.POSITIVE_INFINITY) &&
              logStreamName.startsWith(input.logStreamNamePrefix ?? '') &&
              message.includes(input.filterPattern ?? ''),
          ),
      };
    },
  };
}

/** Accepts events that are neither too old nor too new, and reports the positions of the others in the request. */
function putEvents({ streams, events, retentionInDays }: LogGroup, input: any, now: number): object {
  const { logStreamName } = input;
  if (!streams.has(logStreamName)) throw notFound('The specified log stream does not exist.');
  const times = input.logEvents.map(({ timestamp }: any) => timestamp);
  if (times.some((time: number, index: number) => index > 0 && time < times[index - 1])) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  const until = (time: number): number => times.filter((each: number) => each < time).length;
  const tooOld = until(now - OLDEST_DAYS * DAY_MS);
  const expired = retentionInDays === undefined ? 0 : until(now - retentionInDays * DAY_MS);
  const tooNew = until(now + NEWEST_MS);
  for (const { timestamp, message } of input.logEvents.slice(Math.max(tooOld, expired), tooNew))
    events.push({ timestamp, message, logStreamName });
  const rejected = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    ...(tooNew < times.length && { tooNewLogEventStartIndex: tooNew }),
  };
  return Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {};
}

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
