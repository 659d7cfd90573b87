import Table from 'cli-table3';
import pc from 'picocolors';

/** One line of the table at the end. */
export interface Told {
  readonly step: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** Tells what happens while it happens, with times, and keeps a table for the end. */
export class Narrator {
  readonly told: Told[] = [];
  private number = 0;

  constructor(private readonly write: (text: string) => void = (text) => process.stdout.write(text)) {}

  say(text: string): void {
    this.write(`${text}\n`);
  }

  /** Runs one step of the story. Its last word, the outcome, goes into the table. */
  async step(title: string, work: (detail: (text: string) => void) => Promise<string>): Promise<void> {
    const startedAt = performance.now();
    this.number += 1;
    this.say(`\n${pc.bold(`${this.number}. ${title}`)}`);
    const outcome = await work((text) => this.say(pc.dim(indent(text))));
    const seconds = (performance.now() - startedAt) / 1000;
    this.told.push({ step: title, outcome, seconds });
    this.say(`   ${pc.green('✓')} ${outcome} ${pc.dim(`(${seconds.toFixed(1)} s)`)}`);
  }

  table(): void {
    const table = new Table({
      head: ['', 'Step', 'Outcome', 'Time'],
      colWidths: [4, 40, 54, 9],
      wordWrap: true,
      style: { head: [], border: [] },
    });
    for (const [index, { step, outcome, seconds }] of this.told.entries())
      table.push([index + 1, step, outcome, `${seconds.toFixed(1)} s`]);
    const total = this.told.reduce((sum, { seconds }) => sum + seconds, 0);
    this.say(`\n${table.toString()}\n${pc.dim(`in all ${total.toFixed(1)} s`)}`);
  }
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `   │ ${line}`)
    .join('\n');
