import { type Answer, failure, type RecordQuestion, readReply } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Exchange, ExchangeResult } from './exchange';
import { LIMITS, type Limit } from './limits';
import type { Question, Reply } from './message';
import type { Problem, Role } from './outcome';
import { afterReading } from './transport';

/** Whether an answer is waited for until its deadline, or only for a short grace once no needed question is open. */
export type IsNeeded = () => boolean;

const ALWAYS: IsNeeded = () => true;

/** How long an answer that is not needed is waited for: so many times the slowest answer, within limits. */
export interface Grace {
  readonly leastMs: number;
  readonly mostMs: number;
  readonly ofSlowest: number;
}

const GRACE: Grace = { leastMs: 15, mostMs: 250, ofSlowest: 1.5 };

/** Two round trips, and some of one. */
const PATIENCE_OF_SLOWEST = 2.25;

/** What a proof remembers from one round to the next. */
export class Memory {
  /** Servers that let a whole deadline pass. */
  readonly silent = new Set<string>();
  /** Resolvers that took so long that the next one was asked as well. */
  readonly slow = new Set<string>();
  /** Whether some server had no record. */
  wasMissing = false;
}

export interface AnswerReply {
  readonly answer: Answer;
  readonly roundTripMs: number;
  readonly reply?: Reply;
}

interface Asked {
  readonly result: Promise<ExchangeResult>;
  /** One for each caller that asked. */
  readonly needs: IsNeeded[];
  readonly ending: AbortController;
}

/**
 * The questions of one round. Each goes to each server once, so whoever asks again gets the answer that is under way. A
 * server that was silent in an earlier round is asked again, but not waited for. When the round is closed, or its time is
 * up, every open question ends without an answer.
 */
export class Round {
  /** The limits that were reached: what was found is not all there is. */
  readonly exceeded = new Set<Limit>();
  private readonly asked = new Map<string, Asked>();
  private readonly open = new Set<Pick<Asked, 'needs' | 'ending'>>();
  private readonly addresses = new Set<string>();
  private readonly answered = new Set<string>();
  private receivedBytes = 0;
  private slowestMs = 0;
  private isClosed = false;
  private timeWasUp = false;
  private graceTimer: NodeJS.Timeout | undefined;
  private graceBegan: number | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly memory: Memory,
    private readonly grace: Grace = GRACE,
  ) {}

  /**
   * Runs the work of the round for at most `budgetMs`, and closes the round.
   * @throws the signal's reason, when it is aborted
   */
  async run<T>(budgetMs: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const close = (): void => this.close();
    const timer = setTimeout(() => {
      this.timeWasUp = true;
      close();
    }, budgetMs);
    signal?.addEventListener('abort', close, { once: true });
    try {
      const result = await work();
      signal?.throwIfAborted();
      return result;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', close);
      close();
    }
  }

  private close(): void {
    this.isClosed = true;
    this.endOpen();
  }

  private endOpen(): void {
    this.stopGrace();
    for (const { ending } of [...this.open]) ending.abort();
  }

  /** Sorts servers: first those that have answered quickly. */
  inOrderOfPreference(servers: readonly Endpoint[]): readonly Endpoint[] {
    const { silent, slow } = this.memory;
    const cost = (endpoint: Endpoint): number => {
      const server = formatEndpoint(endpoint);
      return (silent.has(server) ? 2 : 0) + (slow.has(server) ? 1 : 0);
    };
    return [...servers].sort((a, b) => cost(a) - cost(b));
  }

  /** How long one of several equal servers may take, for two questions in a row, before the next is asked. */
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

  /** Asks a server. Never rejects. */
  ask(endpoint: Endpoint, question: Question, isNeeded: IsNeeded = ALWAYS): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const { name, type, recursionDesired, checkingDisabled = false } = question;
    const key = `${server} ${name.toLowerCase()} ${type} ${recursionDesired} ${checkingDisabled}`;
    const needs = this.memory.silent.has(server) ? [] : [isNeeded];
    const known = this.asked.get(key);
    if (known) {
      known.needs.push(...needs);
      this.reconsider();
      return known.result;
    }
    const refusal = this.refusal(server);
    if (refusal) return Promise.resolve({ problem: refusal, silent: false, roundTripMs: 0 });
    const asked = { needs, ending: new AbortController() };
    const result = this.send(endpoint, question, asked);
    this.asked.set(key, { ...asked, result });
    return result;
  }

  /** Asks for the records of a name, and reads the reply. */
  async askForRecords(
    endpoint: Endpoint,
    asked: RecordQuestion,
    role: Role,
    isNeeded?: IsNeeded,
    checkingDisabled?: boolean,
  ): Promise<AnswerReply> {
    const recursionDesired = role === 'recursive';
    const question = { ...asked, recursionDesired, checkingDisabled };
    const result = await this.ask(endpoint, question, isNeeded);
    const { roundTripMs } = result;
    if ('problem' in result) return { answer: failure(result.problem), roundTripMs };
    const { reply } = result;
    return { answer: readReply(reply, asked, role), roundTripMs, reply };
  }

  /** Why a question is not sent. */
  private refusal(server: string): Problem | undefined {
    if (this.isClosed) return this.unfinished(server);
    const limit: Limit | undefined =
      this.asked.size >= LIMITS.questions
        ? 'questions'
        : this.receivedBytes > LIMITS.receivedBytes
          ? 'receivedBytes'
          : undefined;
    if (limit) this.exceeded.add(limit);
    return limit && { kind: 'limit', limit };
  }

  private async send(
    endpoint: Endpoint,
    question: Question,
    asked: Pick<Asked, 'needs' | 'ending'>,
  ): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const started = performance.now();
    this.open.add(asked);
    // A question renews the grace, up to its longest.
    this.stopGrace();
    this.reconsider();
    try {
      const found = await this.exchange(endpoint, question, asked.ending.signal);
      this.note(server, found);
      return found;
    } catch {
      const roundTripMs = Math.round(performance.now() - started);
      return { problem: this.unfinished(server), silent: false, roundTripMs };
    } finally {
      this.open.delete(asked);
      this.reconsider();
    }
  }

  private note(server: string, found: ExchangeResult): void {
    // Some servers answer for records, and drop questions of other types.
    if ('problem' in found && found.silent && !this.answered.has(server)) this.memory.silent.add(server);
    else this.memory.silent.delete(server);
    if (!('reply' in found)) return;
    this.answered.add(server);
    this.receivedBytes += found.bytes ?? 0;
    this.slowestMs = Math.max(this.slowestMs, found.roundTripMs);
  }

  /** Why there is no answer of a server whose question was cut short. */
  private unfinished(server: string): Problem {
    if (this.memory.silent.has(server)) return { kind: 'silent' };
    return { kind: this.timeWasUp ? 'time-was-up' : 'not-waited-for' };
  }

  /** Begins the grace once none of the open questions is needed any more. */
  reconsider(): void {
    const isNeeded = [...this.open].some(({ needs }) => needs.some((need) => need()));
    if (isNeeded) this.graceBegan = undefined;
    if (isNeeded || this.open.size === 0 || this.isClosed) this.stopGrace();
    else if (!this.graceTimer) this.beginGrace();
  }

  private beginGrace(): void {
    this.graceBegan ??= performance.now();
    const leftMs = this.grace.mostMs - (performance.now() - this.graceBegan);
    const graceMs = Math.min(this.timesSlowest(this.grace.ofSlowest), leftMs);
    const timer = setTimeout(
      afterReading(() => {
        if (this.graceTimer === timer) this.endOpen();
      }),
      Math.max(0, graceMs),
    );
    this.graceTimer = timer;
  }

  private stopGrace(): void {
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
  }
}
