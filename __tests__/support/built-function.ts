import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../constructs/built-handler';
import { functionPolicy, policyDocument } from '../../constructs/function-policy';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import { makeBucket } from '../../packages/sandbox/__tests__/use-sandbox';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';

export const BUCKET = 'key-store';
export const FUNCTION = 'ses-byodkim';
const LOG_GROUP = `/aws/lambda/${FUNCTION}`;
const GROUP = 'byodkim';

/**
 * Puts the built zip into a simulated account, without an engine: under the very policy that the stack gives it,
 * enforced, and with its bucket, log group and schedule group.
 * @param topics environment variable → ARN of a topic that the function may publish to
 * @param settings further environment variables
 */
export async function deployBuiltFunction(
  sandbox: Sandbox,
  topics: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await makeBucket(sandbox, BUCKET);
  await sandbox.call('scheduler', 'CreateScheduleGroup', { Name: GROUP });
  await sandbox.call('logs', 'CreateLogGroup', { logGroupName: LOG_GROUP });
  const schedulerRoleArn = await makeRole(sandbox, 'scheduler-role', 'scheduler.amazonaws.com');
  const policy = functionPolicy({
    partition: 'aws',
    region: sandbox.region,
    account: sandbox.accountId,
    bucket: BUCKET,
    scheduleGroup: GROUP,
    schedulerRoleArn,
    logGroup: LOG_GROUP,
    topicArns: Object.values(topics),
  });
  const { Statement: statements } = JSON.parse(policyDocument(policy));
  await sandbox.call('lambda', 'CreateFunction', {
    FunctionName: FUNCTION,
    Role: await makeRole(sandbox, 'function-role', 'lambda.amazonaws.com', statements),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 300,
    Code: { ZipFile: readFileSync(path.join(PROJECT_ROOT, HANDLER_ZIP)) },
    Environment: {
      // In full, and not from the contract: another name would break functions that are deployed.
      Variables: {
        BYODKIM_KEY_STORE_BUCKET: BUCKET,
        BYODKIM_SCHEDULER_ROLE_ARN: schedulerRoleArn,
        BYODKIM_SCHEDULE_GROUP: GROUP,
        ...topics,
        ...settings,
      },
    },
  });
  await sandbox.call('lambda', 'CreateAlias', {
    FunctionName: FUNCTION,
    Name: 'read',
    FunctionVersion: '$LATEST',
  });
}
