import { readTxtReply, type TxtAnswer } from './answer';
import type { Endpoint } from './endpoint';
import { type Judgement, serverVerdict, unreachable } from './judge';
import type { ServerVerdict } from './outcome';
import type { Round, Task } from './round';

export interface ResolverVerdicts {
  readonly servers: readonly ServerVerdict[];
  readonly warnings: readonly string[];
}

interface Row {
  readonly asked: { readonly endpoint: Endpoint; readonly role: 'recursive' };
  judgement?: Judgement;
  roundTripMs: number;
}

/** Asks recursive resolvers for the record. */
export class ResolverStage {
  private readonly rows: Row[];
  private readonly tasks: Task[] = [];

  constructor(
    private readonly round: Round,
    resolvers: readonly Endpoint[],
    private readonly recordName: string,
    private readonly judge: (answer: TxtAnswer) => Judgement,
  ) {
    this.rows = resolvers.map((endpoint) => ({ asked: { endpoint, role: 'recursive' }, roundTripMs: 0 }));
  }

  /** @param enoughIsOne whether one resolver that sees the record is enough not to wait for the others */
  begin(enoughIsOne: boolean): void {
    for (const row of this.rows) {
      const worthWaiting = this.round.isResponsive(row.asked.endpoint);
      this.tasks.push(
        this.round.tasks.run(worthWaiting, async () => {
          await this.ask(row);
          if (!enoughIsOne || row.judgement?.verdict !== 'ready') return;
          for (const task of this.tasks) task.demote();
        }),
      );
    }
  }

  private async answerOf(
    row: Row,
    checkingDisabled: boolean,
  ): Promise<{ answer: TxtAnswer; roundTripMs: number }> {
    const question = {
      name: this.recordName,
      type: 'TXT',
      recursionDesired: true,
      checkingDisabled,
    } as const;
    const result = await this.round.ask(row.asked.endpoint, question);
    const { roundTripMs } = result;
    if ('problem' in result) return { answer: { kind: 'failure', problem: result.problem }, roundTripMs };
    return { answer: readTxtReply(result.reply, this.recordName, 'recursive'), roundTripMs };
  }

  private async ask(row: Row): Promise<void> {
    const { answer, roundTripMs } = await this.answerOf(row, false);
    row.roundTripMs = roundTripMs;
    row.judgement = this.judge(answer);
    const { problem } = row.judgement;
    if (problem?.kind !== 'rcode' || problem.rcode !== 'SERVFAIL') return;
    // With checking disabled a validating resolver shows what it would not vouch for.
    const unchecked = await this.answerOf(row, true);
    if (this.judge(unchecked.answer).verdict !== 'ready') return;
    row.judgement = unreachable({ kind: 'dnssec-bogus' });
  }

  verdicts(): ResolverVerdicts {
    const answered = this.rows.map((row) => {
      const judgement = row.judgement ?? unreachable({ kind: 'not-waited-for' });
      return { judgement, server: serverVerdict(row.asked, judgement, row) };
    });
    return {
      servers: answered.map(({ server }) => server),
      warnings: [...new Set(answered.flatMap(({ judgement }) => judgement.warnings ?? []))],
    };
  }
}
