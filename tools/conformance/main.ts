/**
 * `npm run conformance -- --domain … [--hosted-zone …]`: asks a real account what no document says, plays the
 * demo's story on it, records AWS's answers, and leaves nothing behind.
 */
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { FUNCTION_NAME } from './account-stage';
import { Refused } from './recording';
import { type Person, type RunOptions, run } from './run';
import { openSandboxAccount } from './sandbox-account';

interface Options extends RunOptions {
  readonly sandbox?: boolean;
}

const program = new Command('conformance')
  .description(
    'The life of a domain on a real account, from nothing to signed mail and back, leaving nothing behind.',
  )
  .requiredOption('--domain <domain>', 'a domain, or a subdomain, that sends no mail')
  .option('--region <region>', 'the region', process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION)
  .option('--account <id>', 'refuse any other account')
  .option('--hosted-zone <id>', 'the Route 53 zone to publish in (default: a person publishes)')
  .option('--record <file>', 'where the recording goes', 'conformance-recording.json')
  .option(
    '--folder <folder>',
    'where list and state lie while it runs',
    path.join(homedir(), `.${FUNCTION_NAME}`),
  )
  .option('--sandbox', 'on the embedded sandbox, as CI does');

async function main(options: Options): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      console.error('\nInterrupted: everything that was made is removed. Please wait.');
      interrupted.abort();
    });
  const person: Person = {
    signal: interrupted.signal,
    say: (text) => void process.stdout.write(`${text}\n`),
    ...(process.stdin.isTTY && { ask }),
  };
  const account = options.sandbox ? await openSandboxAccount(options.domain, options.region!) : undefined;
  try {
    await run(options, person, account);
  } finally {
    await account?.close();
  }
}

async function ask(question: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    await terminal.question(question);
  } finally {
    terminal.close();
  }
}

program.parse();
main(program.opts<Options>()).catch((error: Error) => {
  console.error(error instanceof Refused ? error.message : error);
  process.exitCode = 1;
});
