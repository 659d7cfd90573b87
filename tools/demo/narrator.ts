import pc from 'picocolors';
import type { MailSeen } from './stage';
import type { Witness } from './witness';

/** One step of the story, as far as it has come. */
export interface Chapter {
  readonly title: string;
  /** Absent while it is running, and if the story ended early. */
  outcome?: string;
  seconds: number;
  /** Whether a deploy was stopped or failed in it, as it should. */
  stopped: boolean;
  readonly lines: string[];
  witness?: Witness;
  /** Sent in it, in order, and when. */
  readonly mails: ({ readonly when: string } & MailSeen)[];
}

/** Prints what happens while it happens, with times, and keeps it for the report. */
export class Narrator {
  readonly chapters: Chapter[] = [];

  constructor(private readonly write: (text: string) => void = (text) => process.stdout.write(text)) {}

  print(text: string): void {
    this.write(`${text}\n`);
  }

  /** Runs one step of the story. */
  async step(title: string, work: (detail: (text: string) => void) => Promise<string>): Promise<void> {
    const startedAt = performance.now();
    const chapter: Chapter = { title, seconds: 0, stopped: false, lines: [], mails: [] };
    this.chapters.push(chapter);
    this.print(`\n${pc.bold(`${this.chapters.length}. ${title}`)}`);
    try {
      chapter.outcome = await work((text) => {
        chapter.lines.push(text);
        this.print(pc.dim(indent(text)));
      });
    } finally {
      chapter.seconds = (performance.now() - startedAt) / 1000;
    }
    this.print(`   ${pc.green('✓')} ${chapter.outcome} ${pc.dim(`(${chapter.seconds.toFixed(1)} s)`)}`);
  }

  /** Keeps the state of SES and DNS with the current step. */
  saw(witness: Witness, { stopped = false } = {}): void {
    const chapter = this.chapters.at(-1)!;
    chapter.witness = witness;
    chapter.stopped ||= stopped;
  }

  /** Prints a mail that was sent in the current step, and keeps it. */
  received(when: string, mail: MailSeen): void {
    const chapter = this.chapters.at(-1)!;
    chapter.mails.push({ when, ...mail });
    this.print(pc.dim(indent(`a mail sent ${when}: ${mail.verdict}${mail.header && `\n  ${mail.header}`}`)));
  }

  /** Prints how long the whole took. */
  total(): void {
    const seconds = this.chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
    this.print(pc.dim(`\n${this.chapters.length} steps in ${seconds.toFixed(1)} s`));
  }
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `   │ ${line}`)
    .join('\n');
