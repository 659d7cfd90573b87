/** Waits after the applies until SES has verified: the one place of the command that does. */
import { MINUTE_MS } from '../../handlers/clock';
import { callFunction, type StatusAnswer } from '../aws/function';
import { CliError, orCliError } from '../cli-error';
import { functionNameOf } from '../domain-list';
import { formatDuration } from '../terminal/words';
import { type Deployment, runPhase } from './deployment';
import type { Outcome } from './outcome';

/** Pause between two rounds. */
const ROUND_MS = { first: 2_000, longest: 15_000 };

/**
 * Asks the function about each entry that SES had not verified, in turn and at the pace of all that the command runs,
 * until SES has or the time is over; prints how each ended. Then ends the stacks that are not done before.
 * @param seconds how long to wait in all; 0: each entry is asked about once
 */
export async function awaitVerification(
  deployment: Deployment,
  seconds: number,
  applied: readonly Outcome[],
): Promise<Outcome[]> {
  const { list, pace, signal, cli } = deployment;
  const { world, out } = cli;
  const { clock } = world;
  const outcomes = new Map(applied.map((each) => [each.stack, each]));
  const open = new Set(applied.filter(({ isUnverified }) => isUnverified).map(({ stack }) => stack));
  const startedAt = clock.now();
  const until = startedAt + seconds * 1000;
  const left = () => formatDuration(until - clock.now());
  const functionName = functionNameOf(list);
  let notedAt: number | undefined;
  try {
    for (let pause = ROUND_MS.first; open.size > 0; pause = Math.min(2 * pause, ROUND_MS.longest)) {
      for (const stack of open) {
        const { domain, region, selector } = list.domains.find((each) => each.stack === stack)!;
        await pace.turn(region, 1, signal);
        out.progress.show(`Waiting for SES: ${open.size} to verify, ${left()} left (Ctrl-C ends the wait)`);
        const answer = await orCliError(
          callFunction(world, { functionName, region }, 'status', { domain, region }),
        );
        const outcome = after(outcomes.get(stack)!, answer, selector);
        outcomes.set(stack, outcome);
        if (outcome.ended === 'waits for SES') continue;
        open.delete(stack);
        if (outcome.ended !== 'unchanged')
          out.write(
            `${stack}  ${outcome.ended}: ${outcome.detail} (${formatDuration(clock.now() - startedAt)})\n`,
          );
      }
      if (open.size === 0 || clock.now() >= until) break;
      if (notedAt === undefined || clock.now() - notedAt >= MINUTE_MS) {
        notedAt = clock.now();
        for (const stack of open)
          out.write(`${stack}  waits for SES, ${left()} at most: ${outcomes.get(stack)!.detail}\n`);
      }
      await clock.sleep(Math.min(pause, until - clock.now()), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const unfinished = [...outcomes.values()].filter((each) => each.isUnfinished && each.ended === 'done');
  // An approved apply goes on.
  const ended = signal.aborted ? [] : await runPhase(deployment, stacksOf(unfinished), null);
  return [...outcomes.values()].map((each) => ended.find(({ stack }) => stack === each.stack) ?? each);
}

const stacksOf = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ stack }) => stack);

/** Reads an answer of the function. One that could not be asked is asked again. */
function after(before: Outcome, answer: StatusAnswer | CliError, selector: string): Outcome {
  const waits = (detail: string): Outcome => ({ ...before, ended: 'waits for SES', detail });
  if (answer instanceof CliError) return waits(`not known (${answer.code}: ${answer.message})`);
  const { ses, waiting, unverified } = answer;
  const isReverted = waiting === null && unverified?.selector === selector;
  if (isReverted || answer.selector !== selector || answer.drifted)
    return {
      ...before,
      ended: 'rolled back',
      detail: isReverted ? 'SES had not verified it in time' : 'SES has something else now',
    };
  if (ses?.status !== 'SUCCESS') return waits(`SES says ${ses?.status}`);
  return before.ended === 'unchanged' ? before : { ...before, ended: 'done', detail: 'SES has verified it' };
}
