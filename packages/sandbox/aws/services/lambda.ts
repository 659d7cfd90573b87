import type { SandboxCore } from '../../contract/core';
import { LAMBDA_DEFAULTS, type LambdaOptions } from '../../contract/lambda-options';
import type { Operation, Service } from '../../contract/service';
import { AsyncEvents } from '../../lambda/async-events';
import { CodeStore } from '../../lambda/code-store';
import { Functions } from '../../lambda/functions';
import { Invoker } from '../../lambda/invoker';
import { aliasOperations } from './lambda-alias-operations';
import { attachmentOperations } from './lambda-attachment-operations';
import { functionOperations } from './lambda-function-operations';
import { invoke } from './lambda-invoke';
import { functionPolicy, permissionOperations } from './lambda-permission-operations';

export interface LambdaService extends Service {
  /** Returns the lines that a function and Lambda have logged, oldest first. */
  logs(functionName: string, region?: string): readonly string[];
  /** Resolves when the asynchronous invocation with that request id is not running. */
  settled(requestId: string): Promise<void>;
  /** Resolves when no asynchronous invocation is running. It does not wait for retries that are due later. */
  idle(): Promise<void>;
  /** Changes how functions are run, from their next execution environment on. */
  configure(changed: LambdaOptions): void;
}

/** Lambda. Functions run from the deployed zips, in processes of their own. */
export const createLambda = (core: SandboxCore): LambdaService => {
  let options = { ...LAMBDA_DEFAULTS, ...core.options.lambda };
  const code = new CodeStore();
  const functions = new Functions(core, code, () => options);
  const invoker = new Invoker(core, () => options);
  const events = new AsyncEvents(core, functions, invoker);
  core.provideKill(async (requestId) => {
    await Promise.all(functions.all().map(({ pool }) => pool.kill(requestId)));
  });
  core.clock.subscribe(() => {
    for (const { pool } of functions.all()) pool.setClock(invoker.clockOffsetMs());
  });
  core.onClose(async () => {
    events.close();
    await Promise.all(functions.all().map(({ pool }) => pool.close()));
    code.close();
  });

  const operations: Record<string, Operation> = {
    ...functionOperations(functions),
    ...attachmentOperations(functions),
    ...aliasOperations(functions),
    ...permissionOperations(functions),
    ...functions.operations({
      Invoke: {
        action: 'lambda:InvokeFunction',
        resource: (input, context) => functions.qualifiedArn(input, context),
        resourcePolicy: (input, context) => functionPolicy(functions, input, context),
        run: (input, context) => {
          const functionArn = functions.qualifiedArn(input, context);
          const fn = functions.named(input, context);
          return invoke({ fn, functionArn }, input, context, { invoker, events });
        },
      },
    }),
  };

  return {
    name: 'lambda',
    operations,
    logs: (functionName, region = core.region) =>
      invoker.logs(functions.arn({ FunctionName: functionName }, { region })),
    settled: (requestId) => events.settled(requestId),
    idle: () => events.idle(),
    configure: (changed) => {
      options = { ...options, ...changed };
      for (const { pool } of functions.all()) pool.retire();
    },
  };
};
