import { setMaxListeners } from 'node:events';
import { type Answer, failure, type RecordQuestion, readReply } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Exchange, ExchangeResult } from './exchange';
import { LIMITS, type Limit } from './limits';
import type { Question, Reply } from './message';
import type { Problem, Role } from './outcome';
import { afterReading } from './transport';

/** Whether an answer is waited for until its deadline, or only for a short grace once no essential question is open. */
export type Wait = 'essential' | 'optional';

/** The grace: as long as the slowest of those that did answer and half of it, within limits. */
export interface Grace {
  readonly leastMs: number;
  readonly mostMs: number;
  readonly ofSlowest: number;
}

const GRACE: Grace = { leastMs: 15, mostMs: 250, ofSlowest: 1.5 };

/** Two round trips, and some of one. */
const PATIENCE_OF_SLOWEST = 2.25;

/** A timer's longest time. */
const LONGEST_MS = 2 ** 31 - 1;

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
  readonly server: string;
  readonly question: Question;
  readonly result: Promise<ExchangeResult>;
  readonly giveUp: () => void;
  wait: Wait;
}

/**
 * The questions of one round. Each goes to each server once, so whoever asks again gets the answer that is under way. A
 * server that was silent in an earlier round is asked again, but only as optional. When the round is closed, or its time
 * is up, every open question ends without an answer.
 */
export class Round {
  /** The limits that were reached: what was found is not all there is. */
  readonly exceeded = new Set<Limit>();
  private readonly asked = new Map<string, Asked>();
  private readonly open = new Set<Asked>();
  private readonly closing = new AbortController();
  private readonly addresses = new Set<string>();
  private readonly answered = new Set<string>();
  private receivedBytes = 0;
  private slowestMs = 0;
  private timeWasUp = false;
  private graceTimer: NodeJS.Timeout | undefined;
  private graceBegan: number | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly memory: Memory,
    private readonly grace: Grace = GRACE,
  ) {
    setMaxListeners(0, this.closing.signal);
  }

  /**
   * Runs the work of the round for at most `budgetMs`, and closes the round.
   * @throws the signal's reason, when it is aborted
   */
  async run<T>(budgetMs: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const close = (): void => this.close();
    const timer = setTimeout(
      () => {
        this.timeWasUp = true;
        close();
      },
      Math.min(Math.max(budgetMs, 0), LONGEST_MS),
    );
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
    this.closing.abort();
    clearTimeout(this.graceTimer);
  }

  /** Whether a server is worth waiting for. */
  isResponsive(endpoint: Endpoint): boolean {
    return !this.memory.silent.has(formatEndpoint(endpoint));
  }

  /** Sorts servers: first those that have answered quickly. */
  inOrderOfPreference(servers: readonly Endpoint[]): readonly Endpoint[] {
    const cost = (endpoint: Endpoint): number =>
      (this.isResponsive(endpoint) ? 0 : 2) + (this.memory.slow.has(formatEndpoint(endpoint)) ? 1 : 0);
    return [...servers].sort((a, b) => cost(a) - cost(b));
  }

  /** How long one of several servers that know the same may take, for two questions in a row, before the next is asked. */
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
  ask(endpoint: Endpoint, question: Question, wanted: Wait = 'essential'): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const { name, type, recursionDesired, checkingDisabled = false } = question;
    const key = `${server} ${name.toLowerCase()} ${type} ${recursionDesired} ${checkingDisabled}`;
    const wait = this.isResponsive(endpoint) ? wanted : 'optional';
    const known = this.asked.get(key);
    if (known) {
      if (wait === 'essential') this.setWait(known, wait);
      return known.result;
    }
    const refusal = this.refusal(server);
    if (refusal) return Promise.resolve({ problem: refusal, silent: false, roundTripMs: 0 });
    const asked = this.send(endpoint, server, question, wait);
    this.asked.set(key, asked);
    return asked.result;
  }

  /** Asks for the records of a name, and reads the reply. */
  async askForRecords(
    endpoint: Endpoint,
    asked: RecordQuestion,
    role: Role,
    wait?: Wait,
    checkingDisabled?: boolean,
  ): Promise<AnswerReply> {
    const recursionDesired = role === 'recursive';
    const question = { ...asked, recursionDesired, checkingDisabled };
    const result = await this.ask(endpoint, question, wait);
    const { roundTripMs } = result;
    if ('problem' in result) return { answer: failure(result.problem), roundTripMs };
    const { reply } = result;
    return { answer: readReply(reply, asked, role), roundTripMs, reply };
  }

  /** Makes open questions optional. */
  demote(isMeant: (question: Question, server: string) => boolean): void {
    for (const asked of this.open) if (isMeant(asked.question, asked.server)) this.setWait(asked, 'optional');
  }

  private setWait(asked: Asked, wait: Wait): void {
    asked.wait = wait;
    this.checkGrace();
  }

  /** Why a question is not sent. */
  private refusal(server: string): Problem | undefined {
    if (this.closing.signal.aborted) return this.unfinished(server);
    const limit: Limit | undefined =
      this.asked.size >= LIMITS.questions
        ? 'questions'
        : this.receivedBytes > LIMITS.receivedBytes
          ? 'receivedBytes'
          : undefined;
    if (limit) this.exceeded.add(limit);
    return limit && { kind: 'limit', limit };
  }

  private send(endpoint: Endpoint, server: string, question: Question, wait: Wait): Asked {
    const started = performance.now();
    const unfinished = (): ExchangeResult => ({
      problem: this.unfinished(server),
      silent: false,
      roundTripMs: Math.round(performance.now() - started),
    });
    let giveUp: () => void = () => {};
    const result = new Promise<ExchangeResult>((resolve) => {
      const end = (found: ExchangeResult): void => {
        resolve(found);
        this.open.delete(asked);
        this.checkGrace();
      };
      giveUp = () => end(unfinished());
      this.exchange(endpoint, question, this.closing.signal).then(
        (found) => {
          this.note(server, found);
          end(found);
        },
        () => giveUp(),
      );
    });
    const asked: Asked = { server, question, result, giveUp: () => giveUp(), wait };
    this.open.add(asked);
    if (wait === 'optional') this.stopGrace();
    this.checkGrace();
    return asked;
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

  /** Begins the grace when only optional questions are open. Each of them renews it, up to its longest. */
  private checkGrace(): void {
    if ([...this.open].some(({ wait }) => wait === 'essential')) {
      this.stopGrace();
      this.graceBegan = undefined;
      return;
    }
    if (this.open.size === 0 || this.closing.signal.aborted) {
      this.stopGrace();
      return;
    }
    if (this.graceTimer) return;
    this.graceBegan ??= performance.now();
    const leftMs = this.grace.mostMs - (performance.now() - this.graceBegan);
    const graceMs = Math.min(this.timesSlowest(this.grace.ofSlowest), leftMs);
    const timer = setTimeout(
      afterReading(() => {
        if (this.graceTimer !== timer) return;
        this.stopGrace();
        for (const { giveUp } of [...this.open]) giveUp();
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
