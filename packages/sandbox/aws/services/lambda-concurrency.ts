import { invalid, notFound } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import type { FunctionRecord } from '../../lambda/function-record';
import type { Functions } from '../../lambda/functions';
import { AwsError, type Operation } from '../service';

/** What an account may run at once, and what must stay for functions without a reservation. */
const ACCOUNT_LIMIT = 1000;
const LEAST_UNRESERVED = 100;

/** Reserved concurrency. */
export function concurrencyOperations(functions: Functions): Record<string, Operation> {
  const described = ({ reservedConcurrency }: FunctionRecord) =>
    reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  return functions.operations({
    PutFunctionConcurrency(input, context) {
      if (parseFunctionName(input.FunctionName).qualifier !== undefined) {
        throw invalid(
          'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
        );
      }
      const arn = functions.arn(input, context);
      if (!functions.find(arn)) throw notFound(`Function not found: ${arn}:$LATEST`);
      const before = functions.named(input, context);
      const others = functions
        .all()
        .filter(({ arn, region }) => arn !== before.arn && region === before.region);
      const reserved = others.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
      if (ACCOUNT_LIMIT - reserved - input.ReservedConcurrentExecutions < LEAST_UNRESERVED) {
        throw invalid(
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        );
      }
      return described(functions.change(before, { reservedConcurrency: input.ReservedConcurrentExecutions }));
    },
    DeleteFunctionConcurrency(input, context) {
      functions.change(functions.named(input, context), { reservedConcurrency: undefined });
    },
  });
}

export const tooManyRequests = (): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
  });
