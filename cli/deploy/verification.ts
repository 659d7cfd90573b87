/** Waits after the applies until SES has verified: the one place of the command that does. */
import { READ_ONLY_AUDIT } from '../../handlers/budgets';
import { type Clock, MINUTE_MS } from '../../handlers/clock';
import type { ListedDomain } from '../../list/domain-list';
import type { Answers } from '../aws/answers';
import { CliError, orCliError } from '../cli-error';
import { formatDuration } from '../status/change-state';
import type { Outcome } from './outcome';

export interface Verification {
  readonly clock: Clock;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
  /** How long to wait in all; 0: each entry is asked about once. */
  readonly seconds: number;
  readonly domains: readonly ListedDomain[];
  /** Asks the function, through its read-only alias. @throws CliError */
  ask(domain: ListedDomain): Promise<Answers['status']>;
  write(text: string): void;
  /** Shows a line at a terminal that the next one overwrites. */
  show(text: string): void;
}

/** Between two rounds: short at first. */
const ROUND_MS = { first: READ_ONLY_AUDIT.sesIntervalMs, longest: 15_000 };

/**
 * Asks about each entry in turn until SES has verified it or the time is over, and prints how each ended. All of them
 * share one pace, that of an audit by hand: half of SES's rate, so that deploys and rollbacks have the other.
 * @returns the outcomes, those of entries that no longer wait replaced
 */
export async function awaitVerification(
  { clock, signal, seconds, domains, ask, write, show }: Verification,
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const ended = new Map(outcomes.map((each) => [each.stack, each]));
  const pending = () => [...ended.values()].filter((each) => each.ended === 'waits for SES');
  const startedAt = clock.now();
  const until = startedAt + seconds * 1000;
  const left = () => formatDuration(until - clock.now());
  const print = (stack: string, what: string) => write(`${stack}  ${what}\n`);
  if (seconds > 0)
    for (const { stack } of pending()) print(stack, `waits for SES to verify, ${left()} at most`);
  let notedAt = startedAt;
  try {
    for (let pause = ROUND_MS.first; pending().length > 0; pause = Math.min(2 * pause, ROUND_MS.longest)) {
      for (const [index, before] of pending().entries()) {
        if (index > 0) await clock.sleep(READ_ONLY_AUDIT.sesIntervalMs, signal);
        show(`Waiting for SES: ${pending().length} to verify, ${left()} left (Ctrl-C ends the wait)`);
        const { stack } = before;
        const domain = domains.find((each) => each.stack === stack)!;
        const next = after(before, await orCliError(ask(domain)), domain.selector);
        ended.set(stack, next);
        if (next.ended !== 'waits for SES')
          print(stack, `${next.ended}: ${next.detail} (${formatDuration(clock.now() - startedAt)})`);
      }
      if (clock.now() >= until) break;
      if (clock.now() - notedAt >= MINUTE_MS) {
        notedAt = clock.now();
        for (const { stack } of pending()) print(stack, `still waits for SES, ${left()} left`);
      }
      if (pending().length > 0) await clock.sleep(pause, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [...ended.values()];
}

/** Reads an answer of the function. One that could not be asked is asked again. */
function after(before: Outcome, answer: Answers['status'] | CliError, selector: string): Outcome {
  if (answer instanceof CliError)
    return { ...before, detail: `not known: ${answer.code}: ${answer.message}` };
  const { ses, waiting, unverified } = answer;
  const isReverted = waiting === null && unverified?.selector === selector;
  if (isReverted || answer.selector !== selector || answer.drifted)
    return {
      ...before,
      ended: 'rolled back',
      detail: isReverted ? 'SES had not verified it in time' : 'SES has something else now',
    };
  if (ses?.status === 'SUCCESS') return { ...before, ended: 'done', detail: 'SES has verified it' };
  return { ...before, detail: `SES says ${ses?.status}` };
}
