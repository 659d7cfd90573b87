/**
 * One execution environment: a process of its own that loads a function's handler and runs one invocation at a time, as
 * Lambda's Node runtime does. It is built into `dist/sandbox/lambda-runner.js`; `execution-environment.ts` starts it
 * and controls it over IPC.
 */
import type { Context } from 'aws-lambda';
import type { FromRunner, InvokeMessage, ReportedError, StartMessage, ToRunner } from './messages';
import { captureOutput, installConsole, silenceNodeVersionWarning } from './runner/console';
import { type Handler, loadHandler, reportedError, unhandledRejection } from './runner/load-handler';
import { VirtualTime } from './runner/virtual-time';

const { env } = process;
let time: VirtualTime;
let handler: Handler;
let requestId: string | undefined;

const send = (message: FromRunner): void => void process.send?.(message);

/** Ends the process once the message is sent. */
const crash = (error: ReportedError): void => {
  const message: FromRunner = { type: 'crash', error };
  process.send?.(message, () => process.exit(128));
};

async function start({ clockOffsetMs, sleepFactor, logFormat }: StartMessage): Promise<void> {
  time = new VirtualTime(sleepFactor, () => send({ type: 'outOfTime' }));
  time.setClock(clockOffsetMs);
  time.install();
  captureOutput((text) => send({ type: 'output', text }));
  installConsole(logFormat, () => requestId);
  silenceNodeVersionWarning();
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? '.', env._HANDLER ?? '');
    send({ type: 'ready' });
  } catch (error) {
    crash(reportedError(error));
  }
}

async function invoke(message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  time.beginInvocation(message.clockOffsetMs, message.timeoutMs);
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    send({
      type: 'result',
      payload: JSON.stringify(result === undefined ? null : result),
      memoryUsedMb: memoryUsedMb(),
    });
  } catch (thrown) {
    const error = reportedError(thrown);
    console.error('Invoke Error', JSON.stringify({ ...error, stack: error.trace, trace: undefined }));
    send({ type: 'error', error, memoryUsedMb: memoryUsedMb() });
  } finally {
    requestId = undefined;
  }
}

const memoryUsedMb = (): number => Math.ceil(process.memoryUsage.rss() / 2 ** 20);

function contextOf({ requestId: awsRequestId, functionArn }: InvokeMessage): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId,
    invokedFunctionArn: functionArn,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
    getRemainingTimeInMillis: () => Math.floor(time.remainingMs()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

process.on('message', (message: ToRunner) => {
  if (message.type === 'start') void start(message);
  else if (message.type === 'invoke') void invoke(message);
  else time.setClock(message.clockOffsetMs);
});
// The sandbox has ended.
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => crash(reportedError(error)));
process.on('unhandledRejection', (reason) => crash(unhandledRejection(reason)));
