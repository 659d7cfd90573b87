import { setMaxListeners } from 'node:events';
import { realWorld } from './real-world';
import { run } from './run';

/** Runs the operator's command. Ctrl-C ends it in order; a second one ends it at once. */
async function main(): Promise<void> {
  // The SDK's note on future Node versions is for maintainers, not for operators.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const interruption = new AbortController();
  // Each question to a server and each call listens: of many domains at once there are many.
  setMaxListeners(0, interruption.signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interruption.abort(new Error(signal)));
  // The reader has closed the pipe (`byodkim status | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await run(process.argv.slice(2), realWorld(interruption.signal));
}

void main();
