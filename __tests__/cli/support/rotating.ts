import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { realWorld } from '../../../cli/real-world/real-world';
import type { FunctionCall } from '../../../cli/world/world';
import { FakeCloud, type FakeCloudOptions } from '../../support/world';
import { awsError, functionIn } from './function';
import { Repository } from './repository';
import { byodkim } from './terminal';

/** Where `byodkim rotate` edits a list: a repository with it, and the cloud of its domains. */
export class Rotating {
  private readonly repository = new Repository();
  readonly cloud: FakeCloud;
  readonly calls: FunctionCall[] = [];

  constructor(options: FakeCloudOptions = {}) {
    this.cloud = new FakeCloud(options);
  }

  private get file(): string {
    return path.join(this.repository.folder, 'our domains.yaml');
  }

  remove(): void {
    this.repository.remove();
  }

  /** The list as it is now. */
  listed(): string {
    return readFileSync(this.file, 'utf8');
  }

  commit(text: string): void {
    this.repository.commit('our domains.yaml', text);
  }

  /** Each write of the list fails with it. */
  disk?: NodeJS.ErrnoException;

  /** A region whose function does not answer. */
  outage?: string;

  rotate(...args: string[]): ReturnType<typeof byodkim> {
    return byodkim(['rotate', ...args, '--list', this.file], {
      readFile: (place) => readFile(place),
      writeFile: async (place, text) => {
        if (this.disk) throw this.disk;
        writeFileSync(place, text);
      },
      git: realWorld(new AbortController().signal).git,
      invoke: async (call) => {
        if (call.region === this.outage) throw awsError('TimeoutError', 503, 'socket hang up');
        return functionIn(this.cloud, this.calls)(call);
      },
      prove: (request, gate) => this.cloud.run((world) => world.prove(request, gate)),
      clock: { now: () => this.cloud.clock.now(), sleep: async () => {} },
    });
  }
}
