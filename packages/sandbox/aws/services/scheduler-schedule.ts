import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../service';
import { parseExpression } from './scheduler-expression';

/** A schedule, in the SDK's shapes, defaults filled in. */
export interface ScheduleDefinition {
  readonly Name: string;
  readonly GroupName: string;
  readonly Arn: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly StartDate?: Date;
  readonly EndDate?: Date;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
  readonly FlexibleTimeWindow: {
    readonly Mode: 'OFF' | 'FLEXIBLE';
    readonly MaximumWindowInMinutes?: number;
  };
  readonly KmsKeyArn?: string;
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input?: string;
    readonly DeadLetterConfig?: { readonly Arn: string };
    readonly RetryPolicy: {
      readonly MaximumEventAgeInSeconds: number;
      readonly MaximumRetryAttempts: number;
    };
  };
}

const MAX_INPUT_BYTES = 256 * 1024;

/** Reads what `CreateSchedule` and `UpdateSchedule` take. @throws AwsError ValidationException */
export function readDefinition(input: any, arn: string): ScheduleDefinition {
  const { Name, GroupName = 'default', FlexibleTimeWindow: window, Target: target } = input;
  checkName(Name, 'name');
  checkName(GroupName, 'groupName');
  if (!window) throw missing('flexibleTimeWindow');
  if (!target) throw missing('target');
  const timezone = input.ScheduleExpressionTimezone ?? 'UTC';
  if (timezone !== 'UTC') throw invalid(`The sandbox knows UTC only, not ${timezone}.`);
  parseExpression(input.ScheduleExpression, 0);
  checkWindow(window);
  return {
    Name,
    GroupName,
    Arn: arn,
    Description: input.Description,
    ScheduleExpression: input.ScheduleExpression,
    ScheduleExpressionTimezone: timezone,
    StartDate: date(input.StartDate),
    EndDate: date(input.EndDate),
    State: oneOf('state', input.State ?? 'ENABLED', ['ENABLED', 'DISABLED'] as const),
    ActionAfterCompletion: oneOf('actionAfterCompletion', input.ActionAfterCompletion ?? 'NONE', [
      'NONE',
      'DELETE',
    ] as const),
    FlexibleTimeWindow: window,
    KmsKeyArn: input.KmsKeyArn,
    Target: readTarget(target),
  };
}

function readTarget(target: any): ScheduleDefinition['Target'] {
  if (!/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(target.Arn ?? '')) {
    throw invalid(`The sandbox invokes Lambda functions only, not ${target.Arn}.`);
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(target.RoleArn ?? '')) {
    throw invalid(`Provided RoleArn is not valid: ${target.RoleArn}`);
  }
  if (target.Input !== undefined && Buffer.byteLength(target.Input) > MAX_INPUT_BYTES) {
    throw invalid('Provided Input is too long.');
  }
  const { MaximumEventAgeInSeconds: age = 86_400, MaximumRetryAttempts: retries = 185 } =
    target.RetryPolicy ?? {};
  if (!(age >= 60 && age <= 86_400)) throw invalid('MaximumEventAgeInSeconds must be between 60 and 86400.');
  if (!(retries >= 0 && retries <= 185)) throw invalid('MaximumRetryAttempts must be between 0 and 185.');
  return {
    Arn: target.Arn,
    RoleArn: target.RoleArn,
    Input: target.Input,
    DeadLetterConfig: target.DeadLetterConfig,
    RetryPolicy: { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries },
  };
}

function checkWindow({
  Mode,
  MaximumWindowInMinutes: minutes,
}: ScheduleDefinition['FlexibleTimeWindow']): void {
  oneOf('flexibleTimeWindow.mode', Mode, ['OFF', 'FLEXIBLE']);
  if (Mode === 'OFF' && minutes !== undefined) {
    throw invalid('MaximumWindowInMinutes must not be set when the FlexibleTimeWindow mode is OFF.');
  }
  if (Mode === 'FLEXIBLE' && !(minutes && minutes >= 1 && minutes <= 1440)) {
    throw invalid('MaximumWindowInMinutes must be between 1 and 1440.');
  }
}

export function checkName(name: unknown, member: string): void {
  if (typeof name === 'string' && /^[0-9a-zA-Z-_.]{1,64}$/.test(name)) return;
  throw invalid(
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy ` +
      'regular expression pattern: ^[0-9a-zA-Z-_.]+$',
  );
}

/** Whether two definitions are the same, so that a request may be a repetition. */
export const sameDefinition = (a: ScheduleDefinition, b: ScheduleDefinition): boolean =>
  isDeepStrictEqual(a, b);

/** Over the wire times are seconds since the epoch. */
const date = (value: Date | number | undefined): Date | undefined =>
  typeof value === 'number' ? new Date(value * 1000) : value;

function oneOf<T extends string>(member: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy ` +
      `enum value set: [${allowed.join(', ')}]`,
  );
}

const missing = (member: string): AwsError =>
  invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** A role that trusts the scheduler sees the schedule's group, not the schedule, as `aws:SourceArn`. */
export const groupArnOf = (scheduleArn: string): string =>
  scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1');
