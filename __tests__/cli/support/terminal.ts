import type { ExitCode } from '../../../cli/exit-codes';
import { run } from '../../../cli/run';
import type { CliWorld, Sink } from '../../../cli/world/world';
import { systemClock } from '../../../handlers/clock';
import { proveRecord } from '../../../handlers/dns/gate';
import { lookUp } from '../../../handlers/dns/lookup';

/** What a command line ended with. */
export interface Ended {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place to write to, that remembers. */
export function memorySink(isTerminal = false): Sink & { text: string } {
  return {
    text: '',
    isTerminal,
    columns: 120,
    write(text) {
      this.text += text;
    },
  };
}

const nobody = (what: string) => async (): Promise<never> => {
  throw new Error(`the test did not expect ${what}`);
};

/** Runs a command line in this process. What the test does not give must not be needed, but for time and DNS. */
export async function byodkim(args: readonly string[], world: Partial<CliWorld> = {}): Promise<Ended> {
  const stdout = memorySink();
  const stderr = memorySink();
  const exitCode = await run(args, {
    env: {},
    clock: systemClock,
    stdout,
    stderr,
    signal: new AbortController().signal,
    readFile: async (path) => {
      throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    },
    writeFile: nobody('a file to be written'),
    writeNew: nobody('a new file'),
    git: nobody('git'),
    isInteractive: false,
    ask: async () => null,
    prove: (request, gate) => proveRecord(request, { loopback: 'allowed', ...gate }),
    lookUp: (request, dns) => lookUp(request, { loopback: 'allowed', ...dns }),
    invoke: nobody('a call of the function'),
    armedSchedules: nobody('a list of schedules'),
    callerAccount: nobody('the account'),
    storeNew: nobody('an object to be stored'),
    tagIdentity: nobody('a tag to be set'),
    identities: nobody('a call of SES'),
    inventory: nobody('a look into SES and S3'),
    ...world,
  });
  return {
    exitCode,
    stdout: world.stdout ? ((world.stdout as { text?: string }).text ?? '') : stdout.text,
    stderr: world.stderr ? ((world.stderr as { text?: string }).text ?? '') : stderr.text,
  };
}

/** Files by path. */
export const files =
  (contents: Readonly<Record<string, string>>): CliWorld['readFile'] =>
  async (path) => {
    const text = contents[path];
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return Buffer.from(text);
  };
