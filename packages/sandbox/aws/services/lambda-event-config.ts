import type { EventInvokeConfig } from '../../lambda/function-record';
import { AwsError } from '../service';

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

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
