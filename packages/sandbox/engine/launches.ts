import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import type { LaunchedProvider } from '../provider/launched';

/** Both ends, so that a pipe is there without anybody at the other one, and nobody waits. */
const BOTH_ENDS = constants.O_RDWR | constants.O_NONBLOCK;
const ORPHAN_CHECK_MS = 1_000;

/** The environment of a program that an engine has launched, as far as it tells it; `PWD` and `PPID` are in it. */
export type LaunchEnvironment = Readonly<Record<string, string>>;

export interface Launches {
  /** What the launched program needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Serves each plugin that an engine launches from this process: what is launched is `LAUNCHED`, a shell's script, which
 * hands over and waits. A program of its own would start Node, four times an apply.
 * @param folder to be made; nobody else may write there
 */
export function serveLaunches(
  folder: string,
  serve: (environment: LaunchEnvironment, onShutdown: () => void) => Promise<LaunchedProvider>,
): Launches {
  mkdirSync(folder, { mode: 0o700 });
  const asked = path.join(folder, 'asked');
  execFileSync('mkfifo', [asked]);
  const served = new Set<() => void>();

  const answer = async (name: string): Promise<void> => {
    const place = path.join(folder, name);
    const environment = readEnvironment(path.join(place, 'environment'));
    const pipe = openSync(path.join(place, 'answer'), BOTH_ENDS);
    let close = (): void => {};
    const end = (): void => {
      if (!served.delete(end)) return;
      clearInterval(orphaned);
      close();
      // The program waits for it.
      closeSync(pipe);
      rmSync(place, { recursive: true, force: true });
    };
    const orphaned = setInterval(() => !isAlive(Number(environment.PPID)) && end(), ORPHAN_CHECK_MS).unref();
    served.add(end);
    try {
      const provider = await serve(environment, end);
      if (!served.has(end)) return provider.close();
      close = () => provider.close();
      writeSync(pipe, `${provider.handshake}\n`);
    } catch (error) {
      if (served.has(end)) writeSync(pipe, `${(error as Error).message.replaceAll('\n', ' ')}\n`);
      end();
    }
  };
  const askers = new net.Socket({ fd: openSync(asked, BOTH_ENDS), writable: false }).unref();
  readline.createInterface(askers).on('line', (name) => {
    // What has asked is gone already.
    answer(name).catch(() => {});
  });
  return {
    environment: { SANDBOX_PROVIDER: folder, SANDBOX_PROVIDER_PID: String(process.pid) },
    close: () => {
      askers.destroy();
      for (const end of served) end();
    },
  };
}

function readEnvironment(file: string): LaunchEnvironment {
  const lines = readFileSync(file, 'utf8').split('\0').slice(0, -1);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * The engine locks the hash of what it launches, so its bytes are always the same: whom it asks comes from the
 * environment. It ends with the pipe's other end, which the process that serves has alone once it has answered. Ctrl-C is
 * the engine's to handle: it says when to stop.
 */
export const LAUNCHED = `#!/bin/sh
trap '' INT
if [ "$TF_PLUGIN_MAGIC_COOKIE" != d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2 ]; then
  echo 'This program is a Terraform plugin: it is launched by the engine, not by hand.' >&2
  exit 1
fi
if ! kill -0 "$SANDBOX_PROVIDER_PID" 2>/dev/null; then
  echo 'The sandbox whose provider this is has ended: start it again.' >&2
  exit 1
fi
umask 077
place=$SANDBOX_PROVIDER/$$
mkdir "$place" && mkfifo "$place/answer" || exit 1
for name in PWD PPID PLUGIN_CLIENT_CERT AWS_ENDPOINT_URL AWS_REGION AWS_DEFAULT_REGION \\
  AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; do
  eval "printf '%s=%s\\\\0' $name \\"\\$$name\\""
done >"$place/environment"
exec 4<>"$place/answer" 3<"$place/answer"
echo $$ >"$SANDBOX_PROVIDER/asked"
read -r handshake <&3
exec 4>&-
case $handshake in
  *'|grpc|'*) echo "$handshake" ;;
  *) echo "$handshake" >&2; exit 1 ;;
esac
read -r end <&3
exit 0
`;
