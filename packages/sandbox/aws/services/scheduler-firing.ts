import type { SandboxCore } from '../../contract/core';
import { AwsError, type Principal } from '../../contract/service';
import type { IamService } from './iam';
import { groupArnOf, type ScheduleDefinition } from './scheduler-schedule';

export interface Occasion {
  /** Milliseconds since the epoch. */
  readonly scheduledAt: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Records how one call of the target ended. */
export interface Firing extends Occasion {
  readonly scheduleArn: string;
  /** Request id of the invocation that Lambda accepted; absent if it accepted none. */
  readonly requestId?: string;
  /** Lambda's reason for not accepting the invocation. */
  readonly error?: string;
  /** Time of the next attempt; absent once the invocation has been accepted or given up. */
  readonly retryAt?: number;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30 * 60_000;

export const newOccasion = (scheduledAt: number): Occasion => ({ scheduledAt, attempt: 1 });

/**
 * Calls the target in the schedule's role, asynchronously, as the scheduler does. The outcome of the function is
 * Lambda's concern; the scheduler retries only a call that Lambda does not accept.
 */
export async function callTarget(
  core: SandboxCore,
  schedule: ScheduleDefinition,
  occasion: Occasion,
): Promise<Firing> {
  const { Arn, RoleArn, Input } = schedule.Target;
  const firing = { scheduleArn: schedule.Arn, ...occasion };
  try {
    const principal = assumeRole(core, RoleArn, schedule);
    const input = {
      FunctionName: Arn,
      InvocationType: 'Event',
      Payload: Buffer.from(Input),
    };
    const { RequestId } = await core.call('lambda', 'Invoke', input, {
      principal,
      region: Arn.split(':')[3],
    });
    return { ...firing, requestId: RequestId };
  } catch (error) {
    return {
      ...firing,
      error: (error as Error).message,
      retryAt: retryTime(core, schedule, occasion, error),
    };
  }
}

function retryTime(
  { clock }: SandboxCore,
  { Target: { RetryPolicy } }: ScheduleDefinition,
  { scheduledAt, attempt }: Occasion,
  error: unknown,
): number | undefined {
  const retryAt = clock.now() + Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
  const expiresAt = scheduledAt + RetryPolicy.MaximumEventAgeInSeconds * 1000;
  const again = mayRetry(error) && attempt <= RetryPolicy.MaximumRetryAttempts && retryAt <= expiresAt;
  return again ? retryAt : undefined;
}

function assumeRole(core: SandboxCore, roleArn: string, schedule: ScheduleDefinition): Principal {
  const keys = { 'aws:SourceArn': groupArnOf(schedule.Arn), 'aws:SourceAccount': core.accountId };
  const iam = core.service<IamService>('iam');
  const roleName = iam.roleAt(roleArn)?.RoleName;
  if (!roleName || !iam.trustsService(roleArn, 'scheduler.amazonaws.com', keys)) {
    throw new AwsError('AccessDeniedException', `The scheduler may not assume ${roleArn}`, 403);
  }
  return { type: 'role', roleName, roleArn, sessionName: schedule.Name };
}

const mayRetry = (error: unknown): boolean =>
  !(error instanceof AwsError) || error.statusCode >= 500 || error.statusCode === 429;
