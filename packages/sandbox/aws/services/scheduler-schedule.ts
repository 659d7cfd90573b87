import { AwsError } from '../../contract/service';
import { parseExpression } from './scheduler-expression';

/** A schedule in the SDK's shapes, with all defaults filled in. */
export interface ScheduleDefinition {
  readonly Name: string;
  readonly GroupName: string;
  readonly Arn: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
  readonly FlexibleTimeWindow: {
    readonly Mode: 'OFF' | 'FLEXIBLE';
    readonly MaximumWindowInMinutes?: number;
  };
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input: string;
    readonly RetryPolicy: {
      readonly MaximumEventAgeInSeconds: number;
      readonly MaximumRetryAttempts: number;
    };
  };
}

const MAX_INPUT_BYTES = 256 * 1024;

/** Reads the input of `CreateSchedule` and `UpdateSchedule`. */
export function readDefinition(input: any, arn: string): ScheduleDefinition {
  const timezone = input.ScheduleExpressionTimezone ?? 'UTC';
  if (timezone !== 'UTC') throw invalid(`The sandbox knows UTC only, not ${timezone}.`);
  parseExpression(input.ScheduleExpression, 0);
  checkWindow(input.FlexibleTimeWindow);
  const { ClientToken: _, ...said } = input;
  return {
    State: 'ENABLED',
    ActionAfterCompletion: 'NONE',
    GroupName: 'default',
    ScheduleExpressionTimezone: timezone,
    ...said,
    Arn: arn,
    Target: readTarget(input.Target),
  };
}

function readTarget(target: any): ScheduleDefinition['Target'] {
  if (!/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(target.Arn ?? '')) {
    throw invalid(`The sandbox invokes Lambda functions only, not ${target.Arn}.`);
  }
  if (target.Input === undefined || /<aws\.scheduler\./.test(target.Input))
    throw invalid(
      'The sandbox gives a target its Input as it is: there must be one, without <aws.scheduler.…>.',
    );
  if (Buffer.byteLength(target.Input) > MAX_INPUT_BYTES) throw invalid('Provided Input is too long.');
  const { Arn, RoleArn, Input, RetryPolicy } = target;
  const defaults = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };
  return { Arn, RoleArn, Input, RetryPolicy: { ...defaults, ...RetryPolicy } };
}

/** Refuses a flexible time window, since such a schedule would fire at an unknown time within it. */
function checkWindow({ Mode, MaximumWindowInMinutes }: ScheduleDefinition['FlexibleTimeWindow']): void {
  if (Mode === 'FLEXIBLE') throw invalid('The sandbox knows no FlexibleTimeWindow but OFF.');
  if (MaximumWindowInMinutes !== undefined)
    throw invalid('MaximumWindowInMinutes must not be set when the FlexibleTimeWindow mode is OFF.');
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** Returns the ARN of the schedule's group: the `aws:SourceArn` that a role's trust sees. */
export const groupArnOf = (scheduleArn: string): string =>
  scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1');
