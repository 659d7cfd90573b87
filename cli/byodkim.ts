import { setMaxListeners } from 'node:events';
import { EXIT, type ExitCode } from './facts/exit-codes';
import { INTERRUPTS } from './real-world/ask';
import { realWorld } from './real-world/real-world';
import { run } from './run';

/** Runs the operator's command. Ctrl-C ends it in order; a second one ends it at once, unless engines run. */
async function main(): Promise<void> {
  // The SDK's note on future Node versions is for maintainers, not for operators.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const interruption = new AbortController();
  // Each question to a server and each call listens: of many domains at once there are many.
  setMaxListeners(0, interruption.signal);
  for (const signal of INTERRUPTS)
    process.on(signal, function end() {
      interruption.abort(new Error(signal));
      // Last: between two handlers, a further signal would end the command at once, though engines run.
      process.off(signal, end);
    });
  // Nobody reads on (`byodkim deploy | head`), or the disk is full: what runs ends in order, and with its own exit code.
  let isLost = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      isLost ||= error.code !== 'EPIPE';
      interruption.abort(error);
    });
  let exitCode: ExitCode = EXIT.failed;
  process.on('exit', () => {
    // Leaves at once: while Node closes down by itself, it has no handlers any more, and a signal would take the exit code.
    process.exit(exitCode || (isLost ? EXIT.failed : EXIT.ok));
  });
  exitCode = await run(process.argv.slice(2), realWorld(interruption.signal));
}

void main();
