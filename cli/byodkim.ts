import { setMaxListeners } from 'node:events';
import { EXIT, type ExitCode } from './exit-codes';
import { INTERRUPTS } from './real-world/ask';
import { realWorld } from './real-world/real-world';
import { run } from './run';

/** Runs the operator's command. Ctrl-C ends the command in order; a second one ends it at once, unless engines are running. */
async function main(): Promise<void> {
  // The SDK's note on future Node versions is for maintainers, not for operators.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const interruption = new AbortController();
  // Each question to a server and each call adds a listener, so there are many with many domains at once.
  setMaxListeners(0, interruption.signal);
  for (const signal of INTERRUPTS)
    process.on(signal, function end() {
      interruption.abort(new Error(signal));
      // This handler comes last, since a further signal between two handlers would end the command at once although engines
      // are running.
      process.off(signal, end);
    });
  // If nobody reads the output (`byodkim deploy | head`) or the disk is full, running work ends in order and with its own exit
  // code.
  let isLost = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      isLost ||= error.code !== 'EPIPE';
      interruption.abort(error);
    });
  let exitCode: ExitCode = EXIT.failed;
  process.on('exit', () => {
    // Exits at once. While Node closes down by itself, it has no handlers any more, and a signal would replace the exit code.
    process.exit(exitCode || (isLost ? EXIT.failed : EXIT.ok));
  });
  exitCode = await run(process.argv.slice(2), realWorld(interruption.signal));
}

void main();
