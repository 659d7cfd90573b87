import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createExchange } from '../../../handlers/dns/exchange';

/** Debian puts servers where an ordinary PATH does not look. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Where a program is; undefined if it is not installed. */
export const findProgram = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A Python that has the module: the first on PATH may be another than the system's. */
export const findPython = (module: string): string | undefined =>
  ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0,
  );

/** Runs the suite, or shows why it is skipped. */
export const describeWith = (title: string, missing: readonly string[], suite: () => void): void => {
  if (missing.length === 0) describe(title, suite);
  else {
    describe(title, () => {
      test.skip(`skipped: not installed: ${missing.join(', ')}`, () => {});
    });
  }
};

/** A temporary folder, and the processes that work in it. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'byodkim-oracle-'));
  private readonly children: ChildProcess[] = [];
  private readonly output: string[] = [];

  write(name: string, text: string, mode = 0o644): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode });
    return path;
  }

  start(program: string, args: readonly string[]): void {
    const child = spawn(program, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => this.output.push(String(text)));
    this.children.push(child);
  }

  /** Waits until it is so; failing to ask counts as no. */
  async until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      if (await isSo().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${what} did not start.\n${this.output.join('').slice(-2_000)}`);
  }

  /** Waits until a DNS server answers for the zone. */
  answers(address: string, port: number, zone: string): Promise<void> {
    const exchange = createExchange({ resendsMs: [50], tcpMs: 100, deadlineMs: 150 });
    return this.until(async () => {
      const result = await exchange({ address, port }, { name: zone, type: 'SOA', recursionDesired: true });
      return 'reply' in result && result.reply.rcode === 'NOERROR';
    }, `The server of ${zone} at ${address}:${port}`);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.children.map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return undefined;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
        return ended.then(() => clearTimeout(timer));
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
