import path from 'node:path';
import { type InProcessOptions, type InProcessProvider, serveInProcess } from '../provider/in-process';

/** Stand-in providers that this process serves, one for each stack's folder: an engine does not tell where it runs. */
export class ServedProviders {
  private readonly served = new Map<string, Promise<InProcessProvider>>();

  constructor(private readonly options: Omit<InProcessOptions, 'workingDirectory'>) {}

  /** What the engine's environment needs so that it launches none in this folder; served until `close`. */
  async environmentIn(folder: string): Promise<Readonly<Record<string, string>>> {
    const workingDirectory = path.resolve(folder);
    const provider =
      this.served.get(workingDirectory) ?? serveInProcess({ ...this.options, workingDirectory });
    this.served.set(workingDirectory, provider);
    return (await provider).environment;
  }

  async close(): Promise<void> {
    for (const provider of this.served.values()) await (await provider).close();
  }
}
