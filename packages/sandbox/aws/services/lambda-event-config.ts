import type { EventInvokeConfig } from '../../lambda/function-record';
import { AwsError } from '../service';

/** Reads `PutFunctionEventInvokeConfig`. Destinations are SNS topics: no other kind is simulated. */
export function eventInvokeConfig(input: any, now: number): EventInvokeConfig {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: ageSeconds, DestinationConfig } = input;
  if (retries !== undefined && ![0, 1, 2].includes(retries)) {
    throw invalid(`MaximumRetryAttempts must be between 0 and 2, not ${retries}`);
  }
  if (ageSeconds !== undefined && !(ageSeconds >= 60 && ageSeconds <= 21_600)) {
    throw invalid(`MaximumEventAgeInSeconds must be between 60 and 21600, not ${ageSeconds}`);
  }
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
