import type { SocketEndpoint } from './endpoint';
import type { Round } from './round';

/**
 * Tries one thing after another without waiting long for any: the next begins when one has failed, or when `hedgeMs` have
 * passed. An attempt fails by resolving to undefined; it must not reject.
 *
 * @returns the first success, or undefined when all have failed
 */
export const hedged = <T>(
  attempts: readonly (() => Promise<T | undefined>)[],
  hedgeMs: number,
  /** Told which attempt was overtaken. */
  overtaken: (index: number) => void = () => {},
): Promise<T | undefined> =>
  new Promise((resolve) => {
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
      const attempt = attempts[index];
      if (!attempt) return;
      begun += 1;
      timer = setTimeout(() => {
        overtaken(index);
        begin();
      }, hedgeMs);
      attempt().then((result) => {
        if (result !== undefined) return finish(result);
        failed += 1;
        if (failed === attempts.length) finish(undefined);
        else begin();
      });
    };
    if (attempts.length === 0) finish(undefined);
    else begin();
  });

/** So many servers are asked at most for what one can tell. */
export const WITNESSES = 2;

/**
 * A question that one of several servers can answer as well as another: the first is asked, and the next if that one does
 * not answer in time, also where the next becomes known only after that.
 */
export class Inquiry {
  private readonly servers: SocketEndpoint[] = [];
  private isAnswered = false;
  private lacksServer = false;

  constructor(
    private readonly round: Round,
    /** @returns whether the server has answered, whatever it was */
    private readonly ask: (server: SocketEndpoint) => Promise<boolean>,
  ) {}

  offer(server: SocketEndpoint, essential = true): void {
    if (this.servers.length >= WITNESSES) return;
    this.servers.push(server);
    const { round } = this;
    const isFirst = this.servers.length === 1;
    if (!isFirst && (this.isAnswered || !this.lacksServer)) return;
    round.tasks.run(essential, async () => {
      if (isFirst) await hedged(this.attempts(), round.patienceMs);
      else await this.askOne(server);
    });
  }

  private attempts(): (() => Promise<true | undefined>)[] {
    return Array.from({ length: WITNESSES }, (_, at) => async () => {
      const server = this.servers[at];
      if (server !== undefined) return this.askOne(server);
      this.lacksServer = true;
      return undefined;
    });
  }

  private async askOne(server: SocketEndpoint): Promise<true | undefined> {
    if (!(await this.ask(server))) return undefined;
    this.isAnswered = true;
    return true;
  }
}

/**
 * The servers of a zone of which one is asked for what it can tell as well as another. It is the first by name, unless
 * that one is too late: so it is the same one in every proof, in whatever order their addresses come.
 */
export class Witnesses {
  private readonly names = new Set<string>();
  private readonly held: { name: string; endpoint: SocketEndpoint; isAwaited: boolean }[] = [];
  private first: string | undefined;
  /** Those of the servers that may still turn out to have an address. */
  private readonly hoped = new Set<string>();
  private isOpen = false;
  private isPassedOver = false;
  private readonly decided: Promise<true>;
  private decide!: () => void;

  constructor(
    private readonly round: Round,
    private readonly inquiry: Inquiry,
  ) {
    this.decided = new Promise((resolve) => {
      this.decide = () => resolve(true);
    });
  }

  /** The zone has these servers. */
  expect(hosts: readonly string[]): void {
    if (this.first !== undefined || hosts.length === 0) return;
    [this.first] = [...hosts].sort();
    for (const host of hosts) this.hoped.add(host);
    this.round.tasks.run(true, async () => {
      await hedged([() => this.decided, async () => true], this.round.patienceMs);
      this.isOpen = true;
      this.held.sort((a, b) => Number(b.isAwaited) - Number(a.isAwaited) || (a.name < b.name ? -1 : 1));
      for (const { endpoint, isAwaited } of this.held) this.inquiry.offer(endpoint, isAwaited);
    });
  }

  /** One of them is asked for the record; `isAwaited`: it is not known to be silent. */
  offer(name: string, endpoint: SocketEndpoint, isAwaited: boolean): void {
    if (this.names.has(name)) return;
    this.names.add(name);
    if (this.isOpen) {
      this.inquiry.offer(endpoint, isAwaited);
      return;
    }
    this.held.push({ name, endpoint, isAwaited });
    if (name === this.first && !isAwaited) this.passOver();
    else if (name === this.first || (this.isPassedOver && isAwaited)) this.decide();
  }

  /** One of them has no address that could be asked. */
  lack(name: string): void {
    this.hoped.delete(name);
    if (name === this.first) this.passOver();
    if (this.hoped.size === 0) this.decide();
  }

  private passOver(): void {
    this.isPassedOver = true;
    if (this.held.some(({ isAwaited }) => isAwaited)) this.decide();
  }
}
