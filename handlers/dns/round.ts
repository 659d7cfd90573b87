import { setMaxListeners } from 'node:events';
import { failure, readTxtReply, type TxtAnswer } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Exchange, ExchangeResult } from './exchange';
import { LIMITS, type Limit } from './limits';
import type { Question, Reply } from './message';
import type { Problem, Role } from './outcome';
import { afterReading } from './transport';

/** One piece of work under way; what it is worth waiting for can change while it runs. */
export interface Task {
  /** Resolves when it is done, however it ended. */
  readonly done: Promise<void>;
  /** The end waits for it. */
  promote(): void;
  /** The end waits for it only for the grace. */
  demote(): void;
  /** The end does not wait for it. */
  abandon(): void;
}

/**
 * How long what is not essential may still take when the rest is done: as long as the slowest of those that did answer,
 * and half of it, for it was asked at the same time as they were.
 */
export interface Grace {
  readonly leastMs: number;
  readonly mostMs: number;
  readonly ofSlowest: number;
}

export const GRACE: Grace = { leastMs: 15, mostMs: 250, ofSlowest: 1.5 };

/**
 * Work that begets work, asked for at once: the end has come when all that is essential is done, and what is not
 * essential (a parent's servers beside the one that answered, servers known to be silent) has had a short grace.
 */
export class Tasks {
  private readonly waitingFor = { essential: 0, optional: 0, nothing: 0 };
  private graceTimer: NodeJS.Timeout | undefined;
  private graceBegan = 0;
  private ended = false;
  private readonly end: Promise<void>;
  private resolveEnd!: () => void;
  private rejectEnd!: (reason: unknown) => void;

  constructor(
    private readonly graceMs: () => number,
    private readonly longestGraceMs: number,
  ) {
    this.end = new Promise((resolve, reject) => {
      this.resolveEnd = resolve;
      this.rejectEnd = reject;
    });
    this.end.catch(() => {});
  }

  run(essential: boolean, work: () => Promise<void>): Task {
    let open = true;
    let counted: keyof typeof this.waitingFor = essential ? 'essential' : 'optional';
    const count = (change: 1 | -1): void => {
      this.waitingFor[counted] += change;
    };
    const recount = (next: typeof counted): void => {
      if (!open || counted === next) return;
      count(-1);
      counted = next;
      count(1);
      this.check();
    };
    count(1);
    if (essential) this.check();
    else this.renewGrace();
    // Work starts in a later turn, so that what is begun together is counted together.
    const done = Promise.resolve()
      .then(work)
      .catch((error) => this.rejectEnd(error))
      .finally(() => {
        open = false;
        count(-1);
        this.check();
      });
    return {
      done,
      promote: () => recount('essential'),
      demote: () => recount('optional'),
      abandon: () => recount('nothing'),
    };
  }

  private check(): void {
    if (this.waitingFor.essential > 0) {
      clearTimeout(this.graceTimer);
      this.graceTimer = undefined;
    } else if (this.waitingFor.optional === 0) {
      this.stop();
    } else if (!this.ended && !this.graceTimer) {
      this.graceBegan = performance.now();
      this.startGrace();
    }
  }

  /** What is begun within the grace has one of its own; together they are no longer than the longest. */
  renewGrace(): void {
    if (this.graceTimer) this.startGrace();
  }

  private startGrace(): void {
    clearTimeout(this.graceTimer);
    const leftMs = this.longestGraceMs - (performance.now() - this.graceBegan);
    const timer = setTimeout(
      afterReading(() => this.graceTimer === timer && this.stop()),
      Math.max(0, Math.min(this.graceMs(), leftMs)),
    );
    this.graceTimer = timer;
  }

  /** Ends the waiting now. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    this.resolveEnd();
  }

  /** Resolves at the end. Needs at least one task to have been run. */
  finished(): Promise<void> {
    return this.end;
  }
}

/** What a proof remembers from one round to the next. */
export class Memory {
  /** Servers that let a whole deadline pass. */
  readonly silent = new Set<string>();
  /** Resolvers that were overtaken by the next. */
  readonly slow = new Set<string>();
}

/** Two round trips, and some of one. */
const PATIENCE_OF_SLOWEST = 2.25;

/** A timer's longest time. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * One round of questions. Each question goes to each server once; a server that let its deadline pass is asked again in
 * later rounds, but not waited for. Ends when the work is done, the time is up or a limit is reached, and then closes
 * every socket.
 */
export class Round {
  readonly tasks: Tasks;
  /** The limits that were reached: what was found is not all there is. */
  readonly exceeded = new Set<Limit>();
  private readonly results = new Map<string, Promise<ExchangeResult>>();
  private readonly closing = new AbortController();
  private readonly addresses = new Set<string>();
  private receivedBytes = 0;
  private slowestMs = 0;
  private timeWasUp = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly memory: Memory,
    private readonly grace: Grace = GRACE,
  ) {
    this.tasks = new Tasks(() => this.timesSlowest(grace.ofSlowest), grace.mostMs);
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

  /** How long one of several that know the same may take, two questions one after another, before the next is asked. */
  get patienceMs(): number {
    return this.timesSlowest(PATIENCE_OF_SLOWEST);
  }

  private timesSlowest(times: number): number {
    return Math.min(Math.max(this.slowestMs * times, this.grace.leastMs), this.grace.mostMs);
  }

  noteSlow(server: Endpoint): void {
    this.memory.slow.add(formatEndpoint(server));
  }

  /** Whether one more address may be asked in this round. */
  admits(endpoint: Endpoint): boolean {
    const server = formatEndpoint(endpoint);
    if (!this.addresses.has(server) && this.addresses.size >= LIMITS.addresses) {
      this.exceeded.add('addresses');
      return false;
    }
    this.addresses.add(server);
    return true;
  }

  /** Asks; the same question to the same server only once. Never rejects. */
  ask(endpoint: Endpoint, question: Question): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const key = `${server} ${question.name.toLowerCase()} ${question.type} ${question.checkingDisabled ?? false}`;
    const known = this.results.get(key);
    if (known) return known;
    if (this.closing.signal.aborted) {
      return Promise.resolve({ problem: this.unfinished(server), silent: false, roundTripMs: 0 });
    }
    const over = this.spent();
    if (over) {
      this.exceeded.add(over);
      return Promise.resolve({ problem: { kind: 'limit', limit: over }, silent: false, roundTripMs: 0 });
    }
    const started = performance.now();
    const result = this.exchange(endpoint, question, this.closing.signal).then(
      (answer) => {
        if ('problem' in answer && answer.silent) this.memory.silent.add(server);
        else this.memory.silent.delete(server);
        if ('reply' in answer) {
          this.receivedBytes += answer.bytes ?? 0;
          this.slowestMs = Math.max(this.slowestMs, answer.roundTripMs);
        }
        return answer;
      },
      () => ({
        problem: this.unfinished(server),
        silent: false,
        roundTripMs: Math.round(performance.now() - started),
      }),
    );
    this.results.set(key, result);
    return result;
  }

  /** Asks for the TXT records of a name, and reads what comes back. */
  async askForTexts(
    endpoint: Endpoint,
    name: string,
    role: Role,
    checkingDisabled?: boolean,
  ): Promise<{ readonly answer: TxtAnswer; readonly roundTripMs: number; readonly reply?: Reply }> {
    const recursionDesired = role === 'recursive';
    const result = await this.ask(endpoint, { name, type: 'TXT', recursionDesired, checkingDisabled });
    const { roundTripMs } = result;
    if ('problem' in result) return { answer: failure(result.problem), roundTripMs };
    const { reply } = result;
    return { answer: readTxtReply(reply, name, role), roundTripMs, reply };
  }

  private spent(): Limit | undefined {
    if (this.results.size >= LIMITS.questions) return 'questions';
    return this.receivedBytes > LIMITS.receivedBytes ? 'receivedBytes' : undefined;
  }

  /** Why there is no answer of a server that the end of the round cut short. */
  private unfinished(server: string): Problem {
    if (this.memory.silent.has(server)) return { kind: 'silent' };
    return { kind: this.timeWasUp ? 'time-was-up' : 'not-waited-for' };
  }

  /**
   * Waits for the end of the round, at most `budgetMs`.
   * @throws the signal's reason, when it is aborted
   */
  async finish(budgetMs: number, signal?: AbortSignal): Promise<void> {
    const stop = (): void => this.tasks.stop();
    const timer = setTimeout(
      () => {
        this.timeWasUp = true;
        stop();
      },
      Math.min(Math.max(budgetMs, 0), LONGEST_MS),
    );
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
