import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { systemClock } from '../handlers/clock';
import { ENVIRONMENT, FUNCTION_TIMEOUT_SECONDS } from '../handlers/contract';
import { createExchange } from '../handlers/dns/exchange';
import { proveRecord } from '../handlers/dns/gate';
import { armedSchedules } from './aws/armed-schedules';
import { bucketObject, type S3AndSts } from './aws/bucket-object';
import { ask } from './terminal/ask';
import type { CliWorld, InvokeFunction, ProcessResult, Sink } from './world';

/** The world as it is. `signal` is aborted by Ctrl-C. AWS clients are loaded when they are first needed. */
export function realWorld(signal: AbortSignal): CliWorld {
  return {
    env: process.env,
    clock: systemClock,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    signal,
    readFile: (path) => readFile(path),
    readStart: (path, bytes) => readStart(path, bytes, signal),
    writeFile: writeWhole,
    git: (args, folder) => run('git', args, folder, signal),
    ask: (question) => ask(question, signal),
    // Who names a server on the command line or in the list stands at this machine; DNS does not.
    prove: (request, gate) => proveRecord(request, { loopback: loopbackOf(process.env), ...gate }),
    createExchange,
    invoke: lambdaInvoke(),
    getObject: bucketObject(s3AndSts),
    armedSchedules,
  };
}

async function readStart(path: string, bytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of addAbortSignal(signal, path === '-' ? process.stdin : createReadStream(path))) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bytes);
}

/** Beside it first, so that an interrupted run leaves the file as it was. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, text);
  await rename(beside, path);
}

const loopbackOf = (env: NodeJS.ProcessEnv): 'given' | 'allowed' =>
  env[ENVIRONMENT.dnsLoopback] === 'allow' ? 'allowed' : 'given';

const sink = (stream: NodeJS.WriteStream): Sink => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY === true,
  ...(stream.columns && { columns: stream.columns }),
});

function run(
  command: string,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, ...output }));
  });
}

/** One client per region; a call may take as long as the function may run. */
function lambdaInvoke(): InvokeFunction {
  const load = async () => {
    const [{ InvokeCommand, LambdaClient }, { NodeHttpHandler }] = await Promise.all([
      import('@aws-sdk/client-lambda'),
      import('@smithy/node-http-handler'),
    ]);
    const requestHandler = new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: (FUNCTION_TIMEOUT_SECONDS + 10) * 1000,
      throwOnRequestTimeout: true,
    });
    return { InvokeCommand, client: perRegion((region) => new LambdaClient({ region, requestHandler })) };
  };
  let loading: ReturnType<typeof load> | undefined;
  return async ({ functionName, region, qualifier, payload, signal }) => {
    loading ??= load();
    const { InvokeCommand, client } = await loading;
    const answer = await client(region).send(
      new InvokeCommand({
        FunctionName: functionName,
        ...(qualifier !== undefined && { Qualifier: qualifier }),
        Payload: Buffer.from(JSON.stringify(payload)),
      }),
      { abortSignal: signal },
    );
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    return {
      payload: text === '' ? null : parseJson(text),
      ...(answer.FunctionError && { functionError: answer.FunctionError }),
    };
  };
}

async function s3AndSts(): Promise<S3AndSts> {
  const [s3, sts] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/client-sts')]);
  return {
    s3,
    sts,
    s3Client: perRegion((region) => new s3.S3Client({ region })),
    stsClient: perRegion((region) => new sts.STSClient({ region })),
  };
}

function perRegion<T>(create: (region: string) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return (region) => {
    const client = clients.get(region) ?? create(region);
    clients.set(region, client);
    return client;
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
