import pc from 'picocolors';
import type { MailSeen } from './stage';

/** One step of the story, with its progress. */
export interface Chapter {
  readonly title: string;
  /** Absent while the step is running, and if the story ended early. */
  outcome?: string;
  seconds: number;
  readonly lines: string[];
}

/** Prints events as they happen, with times, and keeps them for the picture. */
export class Narrator {
  readonly chapters: Chapter[] = [];

  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** Runs one step of the story. */
  async step(title: string, work: (detail: (text: string) => void) => Promise<string>): Promise<void> {
    const startedAt = performance.now();
    const chapter: Chapter = { title, seconds: 0, lines: [] };
    this.chapters.push(chapter);
    this.print(`\n${pc.bold(`${this.chapters.length}. ${title}`)}`);
    try {
      chapter.outcome = await work((text) => this.detail(text));
    } finally {
      chapter.seconds = (performance.now() - startedAt) / 1000;
    }
    this.print(`   ${pc.green('✓')} ${chapter.outcome} ${pc.dim(`(${chapter.seconds.toFixed(1)} s)`)}`);
  }

  /** Prints a message that was sent in the current step. */
  received(when: string, { verdict, header }: MailSeen): void {
    this.detail(`a message sent ${when}: ${verdict}`);
    if (header) this.detail(`  ${header}`);
  }

  /** Prints the duration of the whole story. */
  total(): void {
    const seconds = this.chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
    this.print(pc.dim(`\n${this.chapters.length} steps in ${seconds.toFixed(1)} s`));
  }

  private detail(text: string): void {
    const lines = text.split('\n');
    this.chapters.at(-1)!.lines.push(...lines);
    for (const line of lines) this.print(pc.dim(`   │ ${line}`));
  }
}
