import type { EventInvokeConfig } from '../../lambda/function-record';
import { evaluate } from '../policy';
import { AwsError } from '../service';
import type { IamService } from './iam';

/** Reads `PutFunctionEventInvokeConfig`. Destinations are SNS topics: no other kind is simulated. */
export function eventInvokeConfig(input: any, now: number): EventInvokeConfig {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: ageSeconds, DestinationConfig } = input;
  return {
    lastModified: now,
    maximumRetryAttempts: retries,
    maximumEventAgeSeconds: ageSeconds,
    onSuccess: destination(DestinationConfig?.OnSuccess?.Destination),
    onFailure: destination(DestinationConfig?.OnFailure?.Destination),
  };
}

function destination(arn: string | undefined): string | undefined {
  if (!arn) return undefined;
  if (!/^arn:aws[\w-]*:sns:/.test(arn)) throw invalid(`The destination ${arn} is not an SNS topic`);
  return arn;
}

/**
 * The function's role has to be able to send there by the time that it is said; a policy that was just put may not have
 * arrived. @throws AwsError InvalidParameterValueException
 */
export function checkMayPublish(iam: IamService, roleArn: string, topicArn: string | undefined): void {
  if (topicArn === undefined) return;
  const request = { action: 'sns:Publish', resource: topicArn, principalArns: [], keys: {} };
  if (evaluate(iam.rolePolicies(iam.roleNameOf(roleArn) ?? ''), request) === 'allow') return;
  throw invalid(`The function's execution role does not have permissions to call Publish on ${topicArn}`);
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
