import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../request';
import type { Outcome } from './outcome';

type Remembered = Record<string, { ended: Outcome['ended']; code: string | null; at: string }>;

/** How each stack's last run ended: kept beside the stacks, written as each ends. */
export class LastRun {
  private readonly file: string;
  private readonly known: Remembered;

  constructor(outdir: string) {
    this.file = path.join(outdir, 'last-run.json');
    this.known = existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
  }

  remember({ stack, ended, errors }: Outcome): void {
    this.known[stack] = { ended, code: errors[0]?.code ?? null, at: new Date().toISOString() };
    mkdirSync(path.dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, `${JSON.stringify(this.known, null, 2)}\n`);
    renameSync(`${this.file}.new`, this.file);
  }

  /** Stacks that the function refused. @throws UsageError where nothing was ever run here */
  refused(): string[] {
    if (Object.keys(this.known).length === 0)
      throw new UsageError(
        `--not-ready takes the domains that were refused in the last run, and nothing is known of one (${this.file}).`,
      );
    return Object.entries(this.known)
      .filter(([, { ended }]) => ended === 'refused')
      .map(([stack]) => stack);
  }
}
