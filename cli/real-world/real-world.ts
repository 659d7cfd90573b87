import { execFile } from 'node:child_process';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { systemClock } from '../../handlers/clock';
import { ENVIRONMENT, FUNCTION_TIMEOUT_SECONDS } from '../../handlers/contract/contract';
import { proveRecord } from '../../handlers/dns/gate';
import { lookUp } from '../../handlers/dns/lookup';
import { awsFailure } from '../errors/aws-failure';
import type { CliWorld, InvokeFunction, Sink } from '../world/world';
import { ask } from './ask';
import { callerAccount } from './caller-account';
import { identities } from './identities';
import { inventory } from './inventory';
import { readWhole } from './read-whole';
import { storeNew } from './store-new';
import { tagIdentity } from './tag-identity';

/** Returns the world as it is. `signal` is aborted by Ctrl-C. AWS clients are loaded on first use. */
export function realWorld(signal: AbortSignal): CliWorld {
  // Servers in the list may be on this machine, but servers from DNS may not.
  const loopback = process.env[ENVIRONMENT.dnsLoopback] === 'allow' ? 'allowed' : 'given';
  return {
    env: process.env,
    clock: systemClock,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    signal,
    readFile: readWhole,
    writeFile: writeWhole,
    writeNew,
    git: (args, folder) => git(args, folder, signal),
    isInteractive: process.stdin.isTTY === true,
    ask: (question) => ask(question, signal),
    prove: (request, gate) => proveRecord(request, { loopback, ...gate }),
    lookUp: (request, dns) => lookUp(request, { loopback, ...dns }),
    invoke: lambdaInvoke(),
    armedSchedules,
    identities,
    callerAccount,
    inventory,
    storeNew,
    tagIdentity,
  };
}

/** Writes a temporary file first, so that an interrupted run does not change the file. Keeps a link to it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
}

const writeNew = (path: string, text: string): Promise<boolean> =>
  writeFile(path, text, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

const sink = (stream: NodeJS.WriteStream): Sink => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY === true,
  ...(stream.columns && { columns: stream.columns }),
});

const git = (args: readonly string[], cwd: string, signal: AbortSignal) =>
  new Promise<string | null>((resolve, reject) => {
    execFile('git', args, { cwd, signal, maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(error ? null : stdout);
    });
  });

/** Calls through one client per region; a call may take as long as the function may run. */
function lambdaInvoke(): InvokeFunction {
  const clients = new Map<string, LambdaClient>();
  const requestHandler = {
    connectionTimeout: 5_000,
    requestTimeout: (FUNCTION_TIMEOUT_SECONDS + 10) * 1000,
    throwOnRequestTimeout: true,
  };
  return async ({ functionName, region, qualifier, payload, signal }) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const client = clients.get(region) ?? new LambdaClient({ region, requestHandler });
    clients.set(region, client);
    const command = new InvokeCommand({
      FunctionName: functionName,
      Qualifier: qualifier,
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    const answer = await client.send(command, { abortSignal: signal });
    return {
      payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8') || 'null'),
      ...(answer.FunctionError && { functionError: answer.FunctionError }),
    };
  };
}

/** Leaves out the schedules of the audit and of drills, which roll nothing back. */
const HARMLESS = /-audit$|^byodkim-(?:audit|drill)-/;

/** Lists the armed reverts of a schedule group; none if the group is gone. */
async function armedSchedules(group: string, region: string): Promise<string[]> {
  const { paginateListSchedules, SchedulerClient } = await import('@aws-sdk/client-scheduler');
  const names: string[] = [];
  try {
    const pages = paginateListSchedules({ client: new SchedulerClient({ region }) }, { GroupName: group });
    for await (const { Schedules = [] } of pages) names.push(...Schedules.map(({ Name = '' }) => Name));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    const resource = { kind: 'schedules', group, region } as const;
    throw awsFailure(error, { action: 'scheduler:ListSchedules', resource });
  }
  return names.filter((name) => !HARMLESS.test(name));
}
