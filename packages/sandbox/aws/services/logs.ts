import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import { listOf, type ResourceTags } from '../../contract/resource-tags';
import { AwsError } from '../../contract/service';
import { tagOperations } from './tagging';

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

export type LogsService = ReturnType<typeof createLogs>;

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

/** CloudWatch Logs: groups, streams, events. */
const DAY_MS = 24 * 3_600_000;
/** What is older, or as much in the future, is not taken. */
const OLDEST_DAYS = 14;
const NEWEST_MS = 2 * 3_600_000;

export const createLogs = (core: SandboxCore) => {
  const groups = new Map<string, LogGroup>();
  const key = (name: string, region: string) => `${region}/${name}`;
  const group = (name: string, region: string): LogGroup => {
    const found = groups.get(key(name, region));
    if (!found) throw notFound('The specified log group does not exist.');
    return found;
  };
  const groupArn = (name: string, region: string) =>
    `arn:aws:logs:${region}:${core.accountId}:log-group:${name}`;
  const common: Common = {
    resource: ({ logGroupNamePrefix = '', logGroupName = logGroupNamePrefix, logStreamName }, { region }) =>
      `${groupArn(logGroupName, region)}:${logStreamName ? `log-stream:${logStreamName}` : '*'}`,
  };

  const operations = operationsOf('logs', common, {
    CreateLogGroup(input, { region, clock }) {
      const { logGroupName: name } = input;
      if (groups.has(key(name, region))) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      groups.set(key(name, region), {
        logGroupName: name,
        arn: groupArn(name, region),
        creationTime: clock.now(),
        logGroupClass: input.logGroupClass ?? 'STANDARD',
        region,
        deletionProtectionEnabled: false,
        tags: core.resourceTags(listOf(input.tags)),
        streams: new Set(),
        events: [],
      });
    },
    DescribeLogGroups(input, { region }) {
      if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      return {
        logGroups: [...groups.values()]
          .filter((found) => found.region === region)
          .filter(({ logGroupName }) => logGroupName.startsWith(input.logGroupNamePrefix ?? ''))
          .filter(({ logGroupName }) =>
            logGroupName.toLowerCase().includes((input.logGroupNamePattern ?? '').toLowerCase()),
          )
          .map(({ tags: _tags, streams: _streams, events, region: _region, arn, ...described }) => ({
            ...described,
            arn: `${arn}:*`,
            logGroupArn: arn,
            storedBytes: events.reduce((bytes, { message }) => bytes + message.length, 0),
          })),
      };
    },
    PutRetentionPolicy(input, { region }) {
      if (!RETENTION_DAYS.includes(input.retentionInDays)) {
        throw invalid(`retentionInDays must be one of ${RETENTION_DAYS.join(', ')}`);
      }
      group(input.logGroupName, region).retentionInDays = input.retentionInDays;
    },
    DeleteRetentionPolicy(input, { region }) {
      group(input.logGroupName, region).retentionInDays = undefined;
    },
    DeleteLogGroup(input, { region }) {
      group(input.logGroupName, region);
      groups.delete(key(input.logGroupName, region));
    },
    // What providers before 6 ask instead.
    TagLogGroup(input, { region }) {
      group(input.logGroupName, region).tags.put(listOf(input.tags));
    },
    ListTagsLogGroup: (input, { region }) => ({
      tags: group(input.logGroupName, region).tags.record,
    }),
    CreateLogStream(input, { region }) {
      const { streams } = group(input.logGroupName, region);
      if (streams.has(input.logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      streams.add(input.logStreamName);
    },
    PutLogEvents(input, { region, clock }) {
      const { streams, events, retentionInDays } = group(input.logGroupName, region);
      const { logStreamName } = input;
      if (!streams.has(logStreamName)) throw notFound('The specified log stream does not exist.');
      const times = input.logEvents.map(({ timestamp }: any) => timestamp);
      if (times.some((time: number, index: number) => index > 0 && time < times[index - 1])) {
        throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
      }
      const until = (time: number): number => times.filter((each: number) => each < time).length;
      const tooOld = until(clock.now() - OLDEST_DAYS * DAY_MS);
      const expired = retentionInDays === undefined ? 0 : until(clock.now() - retentionInDays * DAY_MS);
      const tooNew = until(clock.now() + NEWEST_MS);
      for (const { timestamp, message } of input.logEvents.slice(Math.max(tooOld, expired), tooNew))
        events.push({ timestamp, message, logStreamName });
      const rejected = {
        ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
        ...(expired > 0 && { expiredLogEventEndIndex: expired }),
        ...(tooNew < times.length && { tooNewLogEventStartIndex: tooNew }),
      };
      return Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {};
    },
    FilterLogEvents(input, { region }) {
      const { events } = group(input.logGroupName, region);
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
    ...tagOperations({
      service: 'logs',
      members: ['resourceArn', 'tags', 'tagKeys'],
      asMap: true,
      find: (arn, region) =>
        groups.get(key(arn.replace(/:\*$/, '').split(':log-group:')[1] ?? '', region))?.tags,
      missing: () => notFound('The specified log group does not exist.'),
    }),
  });
  return {
    name: 'logs',
    operations,
    /** What was logged to a group, in order. Empty for a group that does not exist. */
    events: (name: string, region = core.region): readonly LogEvent[] =>
      groups.get(key(name, region))?.events ?? [],
  };
};

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
