/** Cuts text that comes in pieces into lines. */
export class LineBuffer {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
  }

  /** A last line that had no end. */
  flush(): void {
    if (this.rest) this.onLine(this.rest);
    this.rest = '';
  }
}
