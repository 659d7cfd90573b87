/** Sends the questions of one round, each once to each server, within the limits of the round. */

import { setMaxListeners } from 'node:events';
import { type LimitingClock, systemClock } from '../clock';
import { LIMITS, type Limit } from '../dns-limits';
import type { Problem, ServerRole } from '../dns-verdicts';
import { type Answer, failedAnswer, type RecordQuestion, readReply } from './answer';
import type { Question, Reply, ResourceRecord } from './codec';
import { type Endpoint, formatEndpoint, type WorldOfServers } from './endpoint';
import { createExchange, type Exchange, type ExchangeResult } from './exchange';

/** The means by which questions are sent. */
export interface DnsWorld extends WorldOfServers {
  /** Returns the milliseconds that are left. */
  remainingMs(): number;
  /** Signal that ends the work, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Function that asks one question. @default UDP and TCP sockets */
  readonly exchange?: Exchange;
  /** Clock that measures the time of `exchange`. @default the machine's own, as with sockets */
  readonly networkClock?: Pick<LimitingClock, 'limit'>;
  /**
   * Whether IPv6 servers can be reached. If not, a server's IPv6 addresses are asked only if it has no others. @default true
   * if the machine has such an address
   */
  readonly hasIPv6?: () => boolean;
}

/** A reply to a question for records, with its meaning. Without a reply, the answer is a failure. */
export interface RecordReply {
  readonly answer: Answer;
  readonly roundTripMs: number;
  readonly reply?: Reply;
}

/** The stored result of a question. `answer` is the meaning of the reply, if the question was for records. */
type Heard = ExchangeResult & { readonly answer?: Answer };

export class Round {
  /** The limits that were reached, so that the result may be incomplete. */
  readonly exceeded = new Set<Limit>();
  private readonly asked = new Map<string, Promise<Heard>>();
  private readonly ending = new AbortController();
  private readonly exchange: Exchange;
  private receivedBytes = 0;

  constructor(readonly world: DnsWorld) {
    this.exchange = world.exchange ?? createExchange();
    // Every open question listens.
    setMaxListeners(0, this.ending.signal);
  }

  /**
   * Runs the work of the round within its limit. When it ends or the time is up, every open question ends, too.
   * @throws the signal's reason, if it is aborted
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.world;
    signal?.throwIfAborted();
    const end = (): void => this.ending.abort();
    const timer = setTimeout(end, Math.min(LIMITS.roundMs, this.world.remainingMs()));
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

  /** Waits for a promise, for at most `ms`. */
  async within<T>(awaited: Promise<T>, ms: number): Promise<T | 'late'> {
    const waiting = new AbortController();
    const { networkClock = systemClock } = this.world;
    const isOver = (): 'late' => 'late';
    const time = networkClock.limit(ms, waiting.signal).then(isOver, isOver);
    try {
      return await Promise.race([awaited, time]);
    } finally {
      waiting.abort();
    }
  }

  /** Asks a server once; a repeated question returns the first answer. Never rejects. */
  ask(endpoint: Endpoint, question: Question): Promise<Heard> {
    const { name, type, recursionDesired, checkingDisabled = false } = question;
    const server = formatEndpoint(endpoint);
    const key = `${server} ${name.toLowerCase()} ${type} ${recursionDesired} ${checkingDisabled}`;
    const known = this.asked.get(key);
    if (known) return known;
    const refusal = this.refusal();
    if (refusal) return Promise.resolve({ problem: refusal, roundTripMs: 0 });
    const result = this.send(endpoint, question);
    this.asked.set(key, result);
    return result;
  }

  /** Asks for the records of a name and reads the reply. */
  async askForRecords(
    endpoint: Endpoint,
    { name, type }: RecordQuestion,
    role: ServerRole,
    checkingDisabled?: boolean,
  ): Promise<RecordReply> {
    const question = { name, type, recursionDesired: role === 'recursive', checkingDisabled };
    const result = await this.ask(endpoint, question);
    if ('problem' in result) return { ...result, answer: failedAnswer(result.problem) };
    return { ...result, answer: result.answer! };
  }

  /** Returns why a question is not sent. */
  private refusal(): Problem | undefined {
    if (this.ending.signal.aborted) return { kind: 'time-was-up' };
    const isFull = this.asked.size >= LIMITS.questions;
    if (!isFull && this.receivedBytes <= LIMITS.receivedBytes) return undefined;
    const limit = isFull ? 'questions' : 'receivedBytes';
    this.exceeded.add(limit);
    return { kind: 'limit', limit };
  }

  private async send(endpoint: Endpoint, question: Question): Promise<Heard> {
    const began = performance.now();
    try {
      const result = await this.exchange(endpoint, question, this.ending.signal);
      if (!('reply' in result)) return result;
      this.receivedBytes += result.bytes ?? 0;
      return { ...result, reply: shortened(result.reply), answer: answerIn(result.reply, question) };
    } catch {
      return { problem: { kind: 'time-was-up' }, roundTripMs: Math.round(performance.now() - began) };
    }
  }
}

/** Reads a reply to a question for records. */
function answerIn(reply: Reply, { name, type, recursionDesired }: Question): Answer | undefined {
  if (type === 'NS' || type === 'SOA') return undefined;
  return readReply(reply, { name, type }, recursionDesired ? 'recursive' : 'authoritative');
}

/** This reads one more than is used, to detect that there are too many. */
const KEPT_OF_A_TYPE = LIMITS.serversPerZone + 1;

/**
 * Drops the parts of a reply that nobody reads after its answer, since a round keeps every reply and each may have many
 * records.
 */
function shortened({ answers, authorities, additionals, ...reply }: Reply): Reply {
  return {
    ...reply,
    answers: firstOfEachType(answers),
    authorities: firstOfEachType(authorities),
    additionals: firstOfEachType(additionals),
  };
}

function firstOfEachType(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const counts = new Map<ResourceRecord['type'], number>();
  return records.filter(({ type }) => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return count <= KEPT_OF_A_TYPE;
  });
}
