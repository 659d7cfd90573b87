import pc from 'picocolors';
import { Narrator } from '../demo/narrator';
import type { Recorder } from './recorder';

/** The last lines of an output contain the reason of a failure. */
const KEPT_LINES = 40;

/** Narrates the steps, and names each in the recording, which is kept after each. Begins none after an interrupt. */
export class RecordedNarrator extends Narrator {
  /** Titles of the steps that failed. */
  readonly failed: string[] = [];

  constructor(
    private readonly recorder: Recorder,
    private readonly keep: () => void,
    private readonly signal: AbortSignal | undefined,
  ) {
    super();
  }

  override async step(title: string, work: Parameters<Narrator['step']>[1]): Promise<void> {
    this.signal?.throwIfAborted();
    this.recorder.begin(title);
    await super.step(title, work);
    this.keep();
  }

  /** Runs steps, and records the failure of one. @throws Error after an interrupt */
  async attempt(steps: () => Promise<void>): Promise<void> {
    try {
      await steps();
    } catch (error) {
      if (this.signal?.aborted) throw error;
      const { title } = this.chapters.at(-1)!;
      const { message, actual } = error as Error & { readonly actual?: unknown };
      const [what = ''] = message.split('\n');
      const output = (typeof actual === 'string' ? actual : message).split('\n').slice(-KEPT_LINES);
      this.recorder.found({ question: title, answer: ['failed', what, ...output].join('\n') });
      this.failed.push(title);
      this.print(`   ${pc.red('✗')} ${what}`);
      this.keep();
    }
  }
}
