import { hedged } from './bootstrap';
import type { Round } from './round';

/** So many servers are asked at most for what one can tell. */
export const WITNESSES = 2;

/**
 * A question that one of several servers can answer as well as another: the first is asked, and the next if that one does
 * not answer in time, also where the next becomes known only after that.
 */
export class Inquiry<Server> {
  private readonly servers: Server[] = [];
  private isAnswered = false;
  private lacksServer = false;

  constructor(
    private readonly round: Round,
    /** @returns whether the server has answered, whatever it was */
    private readonly ask: (server: Server) => Promise<boolean>,
  ) {}

  /** One more server that may be asked. */
  offer(server: Server, essential: boolean): void {
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

  private async askOne(server: Server): Promise<true | undefined> {
    if (!(await this.ask(server))) return undefined;
    this.isAnswered = true;
    return true;
  }
}
