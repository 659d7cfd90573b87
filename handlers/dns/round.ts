import { setMaxListeners } from 'node:events';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Exchange, ExchangeResult } from './exchange';
import type { Question } from './message';
import { Tasks } from './tasks';

/** What a proof remembers from one round to the next. */
export class Memory {
  /** Servers that let a whole deadline pass. */
  readonly silent = new Set<string>();
  /** Resolvers that were overtaken by the next. */
  readonly slow = new Set<string>();
}

/** How long what is not essential may still take when the rest is done. */
const GRACE_MS = 250;

/** A timer's longest time. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * One round of questions. Each question goes to each server once; a server that let its deadline pass is asked again in
 * later rounds, but not waited for. Ends when the work is done or the time is up, and then closes every socket.
 */
export class Round {
  readonly tasks = new Tasks(GRACE_MS);
  private readonly results = new Map<string, Promise<ExchangeResult>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly exchange: Exchange,
    private readonly memory: Memory,
  ) {
    setMaxListeners(0, this.closing.signal);
  }

  /** Whether a server is worth waiting for. */
  isResponsive(endpoint: Endpoint): boolean {
    return !this.memory.silent.has(formatEndpoint(endpoint));
  }

  /** Those first that have not kept us waiting. */
  inOrderOfPreference(servers: readonly Endpoint[]): readonly Endpoint[] {
    const cost = (endpoint: Endpoint): number =>
      (this.isResponsive(endpoint) ? 0 : 2) + (this.memory.slow.has(formatEndpoint(endpoint)) ? 1 : 0);
    return [...servers].sort((a, b) => cost(a) - cost(b));
  }

  noteSlow(server: Endpoint): void {
    this.memory.slow.add(formatEndpoint(server));
  }

  /** Asks; the same question to the same server only once. Never rejects. */
  ask(endpoint: Endpoint, question: Question): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const key = [server, question.name.toLowerCase(), question.type, question.checkingDisabled ?? false].join(
      ' ',
    );
    const known = this.results.get(key);
    if (known) return known;
    const started = performance.now();
    const result = this.exchange(endpoint, question, this.closing.signal).then(
      (answer) => {
        if ('problem' in answer && answer.silent) this.memory.silent.add(server);
        else this.memory.silent.delete(server);
        return answer;
      },
      () => ({
        problem: this.memory.silent.has(server) ? 'does not answer' : 'had not answered when time was up',
        silent: false,
        roundTripMs: Math.round(performance.now() - started),
      }),
    );
    this.results.set(key, result);
    return result;
  }

  /**
   * Waits for the end of the round, at most `budgetMs`.
   * @throws the signal's reason, when it is aborted
   */
  async finish(budgetMs: number, signal?: AbortSignal): Promise<void> {
    const stop = (): void => this.tasks.stop();
    const timer = setTimeout(stop, Math.min(Math.max(budgetMs, 0), LONGEST_MS));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (!signal?.aborted) await this.tasks.finished();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      this.closing.abort();
      // Whoever waited for an answer gets to know that there is none, before the results are read.
      await Promise.all(this.results.values());
    }
    signal?.throwIfAborted();
  }
}
