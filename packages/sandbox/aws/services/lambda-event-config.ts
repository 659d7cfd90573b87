import type { EventInvokeConfig } from '../../lambda/function-record';
import { evaluate } from '../policy';
import { AwsError } from '../service';
import type { IamService } from './iam';

/** Reads `PutFunctionEventInvokeConfig`. Destinations are SNS topics: no other kind is simulated. */
export function eventInvokeConfig(
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: any,
  now: number,
): EventInvokeConfig {
  const destinations: EventInvokeConfig['DestinationConfig'] = {
    OnSuccess: {},
    OnFailure: {},
    ...DestinationConfig,
  };
  for (const { Destination: arn } of Object.values(destinations))
    if (arn && !/^arn:aws[\w-]*:sns:/.test(arn)) throw invalid(`The destination ${arn} is not an SNS topic`);
  return {
    LastModified: new Date(now),
    MaximumRetryAttempts,
    MaximumEventAgeInSeconds,
    DestinationConfig: destinations,
  };
}

/**
 * The function's role has to be able to send there by the time that it is said; a policy that was just put may not have
 * arrived. @throws AwsError InvalidParameterValueException
 */
export function checkMayPublish(iam: IamService, roleArn: string, topicArn: string | undefined): void {
  if (!topicArn) return;
  const request = { action: 'sns:Publish', resource: topicArn, principalArns: [], keys: {} };
  if (evaluate(iam.rolePolicies(iam.roleNameOf(roleArn) ?? ''), request) === 'allow') return;
  throw invalid(`The function's execution role does not have permissions to call Publish on ${topicArn}`);
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
