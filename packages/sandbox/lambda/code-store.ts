import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

export interface FunctionCode {
  /** SHA-256 in base64, as Lambda returns it. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The folder that `LAMBDA_TASK_ROOT` names. */
  readonly folder: string;
}

/** Unpacks each function's zip once, below one temporary folder. */
export class CodeStore {
  private root: string | undefined;

  /** @throws Error if it is not a zip */
  unpack(zip: Uint8Array): FunctionCode {
    const digest = createHash('sha256').update(zip).digest();
    const folder = path.join(this.rootFolder(), digest.toString('hex').slice(0, 32));
    if (!existsSync(folder)) {
      const files = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/'));
      for (const [name, content] of files) {
        const file = path.join(folder, path.normalize(`/${name}`));
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    return { sha256: digest.toString('base64'), sizeBytes: zip.length, folder };
  }

  close(): void {
    if (!this.root) return;
    process.off('exit', this.removeRoot);
    this.removeRoot();
  }

  private rootFolder(): string {
    if (this.root) return this.root;
    this.root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-lambda-'));
    process.on('exit', this.removeRoot);
    return this.root;
  }

  private readonly removeRoot = (): void => {
    if (this.root) rmSync(this.root, { recursive: true, force: true });
    this.root = undefined;
  };
}
