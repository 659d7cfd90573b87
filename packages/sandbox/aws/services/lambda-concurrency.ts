import { invalid, notFound } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import type { FunctionRecord } from '../../lambda/function-record';
import { AwsError, type Operation } from '../service';
import type { LambdaParts } from './lambda-parts';

/** What an account may run at once, and what must stay for functions without a reservation. */
const ACCOUNT_LIMIT = 1000;
const LEAST_UNRESERVED = 100;

/** Reserved concurrency. */
export function concurrencyOperations(parts: LambdaParts): Record<string, Operation> {
  const described = ({ reservedConcurrency }: FunctionRecord) =>
    reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  return parts.operations({
    PutFunctionConcurrency(input, context) {
      if (parseFunctionName(input.FunctionName).qualifier !== undefined) {
        throw invalid(
          'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
        );
      }
      if (parts.functions.find(parts.arn(input, context)) === undefined) {
        const message = `Function not found: ${parts.arn(input, context)}:$LATEST`;
        throw notFound(message);
      }
      const before = parts.named(input, context);
      const others = parts.functions
        .all()
        .filter(({ arn, region }) => arn !== before.arn && region === before.region);
      const reserved = others.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
      if (ACCOUNT_LIMIT - reserved - input.ReservedConcurrentExecutions < LEAST_UNRESERVED) {
        throw invalid(
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        );
      }
      return described(parts.change(before, { reservedConcurrency: input.ReservedConcurrentExecutions }));
    },
    DeleteFunctionConcurrency(input, context) {
      parts.change(parts.named(input, context), { reservedConcurrency: undefined });
    },
  });
}

/** Whether as many invocations run as are reserved. */
export const isFull = (record: FunctionRecord | undefined): boolean =>
  record?.reservedConcurrency !== undefined && record.pool.running >= record.reservedConcurrency;

export const tooManyRequests = (): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
  });
