import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import type { ProviderSurroundings } from '../provider/aws-provider';
import type { LaunchedProvider } from '../provider/launched';

/**
 * The program that an engine launches. The engine locks its hash, so its bytes never change: the address of the sandbox
 * comes from the environment.
 */
export const LAUNCHED = `#!/bin/sh
exec "\${SANDBOX_NODE:?it is set by the environment of a sandbox}" "$SANDBOX_LAUNCHED"
`;

/** A launched program's environment. */
export type Launched = Omit<ProviderSurroundings, 'account'>;

export interface Launches {
  /** Variables that the launched program needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the number of plugins that are being served. */
  count(): number;
  close(): void;
}

/**
 * Serves each plugin that an engine launches from this process: `launched.cjs` hands over and waits. Loading a provider
 * in a process of its own would take seconds, four times per apply.
 * @param socket path of the socket, which no other user may reach
 */
export async function serveLaunches(
  socket: string,
  serve: (launched: Launched, onShutdown: () => void) => Promise<LaunchedProvider>,
): Promise<Launches> {
  const served = new Set<net.Socket>();
  const server = net.createServer((launched) => {
    served.add(launched);
    let close = (): void => {};
    launched.on('error', () => {});
    launched.on('close', () => {
      served.delete(launched);
      close();
    });
    readline.createInterface(launched).once('line', async (line) => {
      try {
        const provider = await serve(JSON.parse(line), () => launched.destroy());
        close = () => provider.close();
        if (launched.destroyed) close();
        else launched.write(`${provider.handshake}\n`);
      } catch (error) {
        launched.end(`${(error as Error).message.replaceAll('\n', ' ')}\n`);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    environment: {
      SANDBOX_NODE: process.execPath,
      SANDBOX_LAUNCHED: path.join(__dirname, 'launched.cjs'),
      SANDBOX_PROVIDER: socket,
    },
    count: () => served.size,
    close() {
      server.close();
      for (const launched of served) launched.destroy();
    },
  };
}
