import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a run has published, on the disk before it is in DNS: the next run takes back what an interrupted one left. */
export class PublishedRecords {
  private readonly file: string;
  private readonly values: Map<string, string>;

  constructor(folder: string) {
    this.file = path.join(folder, 'records.json');
    this.values = new Map<string, string>(
      existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : [],
    );
  }

  /** Name and value of each. */
  all(): (readonly [string, string])[] {
    return [...this.values];
  }

  add(name: string, value: string): void {
    this.values.set(name, value);
    this.keep();
  }

  remove(name: string): void {
    this.values.delete(name);
    this.keep();
  }

  private keep(): void {
    writeFileSync(this.file, JSON.stringify([...this.values]));
  }
}
