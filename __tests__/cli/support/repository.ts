import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A git repository in a temporary folder, as little as a review needs. */
export class Repository {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'byodkim-review-'));

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    }).trim();
  }

  write(file: string, text: string): string {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    return place;
  }

  commit(file: string, text: string): string {
    this.write(file, text);
    this.git('add', file);
    // "[main 1a2b3c4] change"
    const [, hash] = /([0-9a-f]{7,})\]/.exec(this.git('commit', '--message', 'change'))!;
    return hash!;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
