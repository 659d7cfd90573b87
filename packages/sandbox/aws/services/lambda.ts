import { AsyncEvents } from '../../lambda/async-events';
import { CodeStore } from '../../lambda/code-store';
import { parseFunctionName } from '../../lambda/function-name';
import type { FunctionRecord } from '../../lambda/function-record';
import { Functions } from '../../lambda/functions';
import { Invoker, sessionOf } from '../../lambda/invoker';
import { LAMBDA_DEFAULTS, type LambdaOptions } from '../../lambda/options';
import type { SandboxCore, ServiceFactory } from '../core';
import type { Operation, Service } from '../service';
import { aliasOperations } from './lambda-alias-operations';
import { attachmentOperations } from './lambda-attachment-operations';
import { concurrencyOperations, isFull } from './lambda-concurrency';
import { functionOperations } from './lambda-function-operations';
import { invoke } from './lambda-invoke';
import { LambdaParts } from './lambda-parts';

export interface LambdaService extends Service {
  /** What a function and Lambda have logged, line by line, oldest first. */
  logs(functionName: string, region?: string): readonly string[];
  /** Ends the process of a running invocation at once (SIGKILL); resolves when it is gone. */
  killInvocation(requestId: string): Promise<void>;
  /** Request ids of the invocations that run now. */
  running(): readonly string[];
  /** Resolves when the asynchronous invocation of that request is not running (any more). */
  settled(requestId: string): Promise<void>;
  /** Resolves when no asynchronous invocation runs. Retries that are due later are not waited for. */
  idle(): Promise<void>;
  /** Changes how functions are run, from their next execution environment on. */
  configure(options: LambdaOptions): void;
}

/** Lambda. Functions are the deployed zips, each running in processes of its own. */
export const createLambda: ServiceFactory<LambdaService> = (core) => {
  let options = { ...LAMBDA_DEFAULTS, ...core.options.lambda };
  let closed = false;
  const functions = new Functions(core.accountId);
  const code = new CodeStore();
  const invoker = new Invoker(core, () => options);
  const events = new AsyncEvents({
    now: () => core.clock.now(),
    schedule: (at, run) => void core.clock.schedule(at, run),
    configOf: (functionArn) => functions.find(functionArn)?.eventInvokeConfig,
    isFull: (functionArn) => isFull(functions.find(functionArn)),
    async invoke(request) {
      const fn = functions.find(request.functionArn);
      const outcome = fn && !closed ? await invoker.run(fn, request) : undefined;
      return closed ? undefined : outcome;
    },
    deliver: (functionArn, destination, record) =>
      deliver(core, functions.find(functionArn), destination, record),
  });
  const kill = async (requestId: string) => {
    await Promise.all(functions.all().map(({ pool }) => pool.kill(requestId)));
  };
  core.provideKill(kill);
  core.clock.subscribe(() => {
    for (const { pool } of functions.all()) pool.setClock(invoker.clockOffsetMs());
  });
  core.onClose(async () => {
    closed = true;
    await Promise.all(functions.all().map(({ pool }) => pool.close()));
    code.close();
  });

  const parts = new LambdaParts(core, functions, code, () => options);
  const operations: Record<string, Operation> = {
    ...functionOperations(parts),
    ...attachmentOperations(parts),
    ...aliasOperations(parts),
    ...concurrencyOperations(parts),
    ...parts.operations({
      Invoke: {
        action: 'lambda:InvokeFunction',
        resource: (input, context) => parts.qualifiedArn(input, context),
        run: (input, context) => {
          const arn = parts.qualifiedArn(input, context);
          return invoke(parts.named(input, context), arn, input, context, invoker, events);
        },
      },
    }),
  };

  return {
    name: 'lambda',
    operations,
    logs: (functionName, region = core.region) =>
      invoker.logs(functions.arn(region, parseFunctionName(functionName))),
    killInvocation: kill,
    running: () => functions.all().flatMap(({ pool }) => pool.runningRequestIds()),
    settled: (requestId) => events.settled(requestId),
    idle: () => events.idle(),
    configure: (changed) => {
      options = { ...options, ...changed };
      for (const { pool } of functions.all()) pool.retire();
    },
  };
};

/**
 * Tells a destination how an asynchronous invocation ended. Lambda does it in the function's role: without
 * `sns:Publish` nothing arrives, and nobody is told.
 */
async function deliver(
  core: SandboxCore,
  fn: FunctionRecord | undefined,
  topicArn: string,
  record: unknown,
): Promise<void> {
  if (!fn) return;
  const input = { TopicArn: topicArn, Message: JSON.stringify(record) };
  await core.call('sns', 'Publish', input, sessionOf(fn), topicArn.split(':')[3]).catch(() => {});
}
