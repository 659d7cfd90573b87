/** The questions of one round: each is sent to each server once, within the limits of the round. */

import { setMaxListeners } from 'node:events';
import { LIMITS, type Limit } from '../dns-limits';
import type { Problem, Role } from '../gate-outcome';
import { type Answer, failure, type RecordQuestion, readReply } from './answer';
import type { Question, Reply } from './codec';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Exchange, ExchangeResult } from './exchange';

/**
 * How long an answer may take that is not needed: of a resolver or a witness before the next one is asked as well, of
 * further resolvers once one shows the record, of a server that was silent in an earlier round. Without it, a dead resolver
 * would cost its whole deadline (2.5 s) at each look-up, public ones as much in each proof from a closed network, and a dead
 * server in each round.
 */
const GRACE_MS = 250;

/** How many servers of a zone are asked at most, in turn, for what one of them can answer. */
export const WITNESSES = 2;

/** What a proof remembers of servers from one round to the next. */
export class Memory {
  /** Servers that let a whole deadline pass. */
  readonly silent = new Set<string>();
  /** Resolvers that took so long that the next one was asked as well. */
  readonly slow = new Set<string>();
}

/** A reply to a question for records, and what it means; without a reply, the answer is a failure. */
export interface RecordReply {
  readonly answer: Answer;
  readonly roundTripMs: number;
  readonly reply?: Reply;
}

export class Round {
  /** The limits that were reached: what was found is not all there is. */
  readonly exceeded = new Set<Limit>();
  private readonly asked = new Map<string, Promise<ExchangeResult>>();
  private readonly ending = new AbortController();
  private readonly answered = new Set<string>();
  private receivedBytes = 0;
  private isOver = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly memory: Memory,
    readonly graceMs = GRACE_MS,
  ) {
    // Every open question listens.
    setMaxListeners(0, this.ending.signal);
  }

  /**
   * Runs the work of the round for at most `budgetMs`. When it ends, or the time is up, every open question ends too.
   * @throws the signal's reason, when it is aborted
   */
  async run<T>(budgetMs: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const end = (): void => {
      this.isOver = true;
      this.ending.abort();
    };
    const timer = setTimeout(end, budgetMs);
    signal?.addEventListener('abort', end);
    try {
      const result = await work();
      signal?.throwIfAborted();
      return result;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      end();
    }
  }

  /** Asks a server once; a repeated question returns the first answer. Never rejects. */
  ask(endpoint: Endpoint, question: Question): Promise<ExchangeResult> {
    const server = formatEndpoint(endpoint);
    const { name, type, recursionDesired, checkingDisabled = false } = question;
    const key = `${server} ${name.toLowerCase()} ${type} ${recursionDesired} ${checkingDisabled}`;
    const known = this.asked.get(key);
    if (known) return known;
    const refusal = this.refusal(server);
    if (refusal) return Promise.resolve({ problem: refusal, silent: false, roundTripMs: 0 });
    const result = this.send(endpoint, server, question);
    this.asked.set(key, result);
    return result;
  }

  /** Asks for the records of a name, and reads the reply. */
  async askForRecords(
    endpoint: Endpoint,
    { name, type }: RecordQuestion,
    role: Role,
    checkingDisabled?: boolean,
  ): Promise<RecordReply> {
    const question = { name, type, recursionDesired: role === 'recursive', checkingDisabled };
    const result = await this.ask(endpoint, question);
    if ('problem' in result) return { ...result, answer: failure(result.problem) };
    return { ...result, answer: readReply(result.reply, question, role) };
  }

  /** Returns why a question is not sent. */
  private refusal(server: string): Problem | undefined {
    if (this.isOver) return this.unfinished(server);
    const isFull = this.asked.size >= LIMITS.questions;
    if (!isFull && this.receivedBytes <= LIMITS.receivedBytes) return undefined;
    const limit = isFull ? 'questions' : 'receivedBytes';
    this.exceeded.add(limit);
    return { kind: 'limit', limit };
  }

  private async send(endpoint: Endpoint, server: string, question: Question): Promise<ExchangeResult> {
    const { silent } = this.memory;
    const began = performance.now();
    // A server that was silent is waited for no longer than the grace.
    const grace = silent.has(server) ? new AbortController() : undefined;
    const end = (): void => grace?.abort();
    const timer = grace && setTimeout(end, this.graceMs);
    if (grace) this.ending.signal.addEventListener('abort', end);
    try {
      const { signal } = grace ?? this.ending;
      const result = await this.exchange(endpoint, question, signal);
      // Some servers answer for records, and drop questions of other types.
      if ('problem' in result && result.silent && !this.answered.has(server)) silent.add(server);
      else silent.delete(server);
      if ('reply' in result) {
        this.answered.add(server);
        this.receivedBytes += result.bytes ?? 0;
      }
      return result;
    } catch {
      const roundTripMs = Math.round(performance.now() - began);
      return { problem: this.unfinished(server), silent: false, roundTripMs };
    } finally {
      clearTimeout(timer);
      this.ending.signal.removeEventListener('abort', end);
    }
  }

  /** Returns why a server whose question was cut short has not answered. */
  private unfinished(server: string): Problem {
    return { kind: this.memory.silent.has(server) ? 'silent' : 'time-was-up' };
  }

  /** Asks resolvers in turn, those first that have answered quickly, for what `read` finds in a result. */
  askInTurn<T>(
    resolvers: readonly Endpoint[],
    question: Question,
    read: (result: ExchangeResult, resolver: Endpoint) => T | undefined,
  ): Promise<T | undefined> {
    const { silent, slow } = this.memory;
    const cost = (resolver: Endpoint): number =>
      (silent.has(formatEndpoint(resolver)) ? 2 : 0) + (slow.has(formatEndpoint(resolver)) ? 1 : 0);
    const order = [...resolvers].sort((a, b) => cost(a) - cost(b));
    const attempts = order.map((each) => async () => read(await this.ask(each, question), each));
    return inTurn(attempts, this.graceMs, (late) => slow.add(formatEndpoint(order[late]!)));
  }
}

/**
 * Runs attempts in turn: the next one begins when one has failed, or is late. An attempt fails by resolving to undefined,
 * and must not reject.
 *
 * @param onLate receives each attempt that is late
 * @returns the first success, or undefined when all have failed
 */
export function inTurn<T>(
  attempts: readonly (() => Promise<T | undefined>)[],
  lateMs: number,
  onLate: (index: number) => void = () => {},
): Promise<T | undefined> {
  return new Promise((resolve) => {
    let begun = 0;
    let failed = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: T | undefined): void => {
      clearTimeout(timer);
      begun = attempts.length;
      resolve(result);
    };
    const begin = (): void => {
      clearTimeout(timer);
      const index = begun;
      if (index >= attempts.length) return;
      begun += 1;
      timer = setTimeout(() => {
        onLate(index);
        begin();
      }, lateMs);
      attempts[index]!().then((result) => {
        if (result === undefined) failed += 1;
        if (result !== undefined || failed === attempts.length) finish(result);
        else begin();
      });
    };
    if (attempts.length === 0) finish(undefined);
    else begin();
  });
}
