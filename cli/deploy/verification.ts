/** Asks the function what SES has by now: after the applies until SES has verified, and after a destroy. */
import { DAY_MS, dayFrom, MINUTE_MS } from '../../handlers/clock';
import { MINIMUM_OVERLAP_DAYS, privateKeyObject, recordName, s3Uri } from '../../handlers/contract/contract';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CliError, orCliError } from '../errors/cli-error';
import { SES_READS } from '../pace/ses-reads';
import { describeState } from '../review/meaning';
import { functionNameOf, keyStoreOf } from '../target/domain-list';
import { callFunction, type StatusAnswer } from '../target/function';
import { formatDuration } from '../words/format';
import type { CliWorld } from '../world/world';
import type { Deployment } from './deployment';
import type { Outcome } from './outcome';

/**
 * Pause between two rounds. One or two entries are checked more often: all share one rate, and a stack that is done only once SES has
 * verified (`verification.required`) is planned and applied again after that, which takes seconds.
 */
const ROUND_MS = { first: 2_000, longestOfFew: 3_000, longest: 15_000 };
const FEW = 2;

/**
 * Asks the function about each entry that SES had not verified, in turn and at the pace of all that the command runs,
 * until SES has or the time is over; prints how each ended.
 */
export async function awaitVerification(
  { list, pace, signal, cli: { world, out }, waitSeconds }: Deployment,
  applied: readonly Outcome[],
): Promise<Outcome[]> {
  const { clock } = world;
  const outcomes = new Map(applied.map((each) => [each.stack, each]));
  const open = new Set(list.domains.filter(({ stack }) => outcomes.get(stack)?.isUnverified));
  const startedAt = clock.now();
  const until = startedAt + waitSeconds * 1000;
  const left = () => formatDuration(until - clock.now());
  let notedAt = Number.NEGATIVE_INFINITY;
  try {
    for (let pause = ROUND_MS.first; open.size > 0; pause *= 2) {
      for (const listed of open) {
        const { stack } = listed;
        await pace.turn(listed, SES_READS.status.reads, signal);
        out.progress.show(`Waiting for SES: ${open.size} to verify, ${left()} left (Ctrl-C ends the wait)`);
        const outcome = after(outcomes.get(stack)!, await statusOf(world, list, listed), listed.selector);
        outcomes.set(stack, outcome);
        if (outcome.ended === 'waits for SES') continue;
        open.delete(listed);
        if (outcome.ended === 'unchanged') continue;
        const took = formatDuration(clock.now() - startedAt);
        out.write(`${stack}  ${outcome.ended}: ${outcome.detail} (${took})\n`);
      }
      if (open.size === 0 || clock.now() >= until) break;
      if (clock.now() - notedAt >= MINUTE_MS) {
        notedAt = clock.now();
        for (const { stack } of open)
          out.write(`${stack}  waits for SES, ${left()} at most: ${outcomes.get(stack)!.detail}\n`);
      }
      const longest = open.size > FEW ? ROUND_MS.longest : ROUND_MS.longestOfFew;
      await clock.sleep(Math.min(pause, longest, until - clock.now()), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [...outcomes.values()];
}

/** Reads an answer of the function. One that could not be asked is asked again. */
function after(before: Outcome, answer: StatusAnswer | CliError, selector: string): Outcome {
  const waits = (detail: string): Outcome => ({ ...before, ended: 'waits for SES', detail });
  if (answer instanceof CliError) return waits(`not known (${answer.code}: ${answer.message})`);
  const { ses, waiting, unverified } = answer;
  const isReverted = !waiting && unverified?.selector === selector;
  if (isReverted || answer.selector !== selector || answer.drifted)
    return {
      ...before,
      ended: 'rolled back',
      detail: isReverted ? 'SES had not verified it in time' : 'SES has something else now',
    };
  if (ses?.status !== 'SUCCESS') return waits(`SES says ${ses?.status}`);
  return before.ended === 'unchanged' ? before : { ...before, ended: 'done', detail: 'SES has verified it' };
}

const statusOf = (
  world: CliWorld,
  list: DomainList,
  { domain, region }: ListedDomain,
): Promise<StatusAnswer | CliError> =>
  orCliError(
    callFunction(world, { functionName: functionNameOf(list), region }, 'status', { domain, region }),
  );

/** Adds to each entry that was destroyed what is left of it: in SES, in DNS, in the key store. */
export async function withRemains(
  { cli: { world }, list, pace, signal }: Deployment,
  destroyed: readonly Outcome[],
): Promise<Outcome[]> {
  const ended: Outcome[] = [];
  for (const each of destroyed) {
    const hints = [...each.hints];
    if (each.ended === 'done' && !signal.aborted) {
      const listed = list.domains.find(({ stack }) => stack === each.stack)!;
      try {
        await pace.turn(listed, SES_READS.status.reads, signal);
        hints.push(remainsOf(listed, await statusOf(world, list, listed), world.clock.now()));
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
    ended.push({ ...each, hints });
  }
  return ended;
}

function remainsOf(listed: ListedDomain, answer: StatusAnswer | CliError, now: number): string {
  const { domain, selector, record, home, overlapDays = MINIMUM_OVERLAP_DAYS } = listed;
  if (answer instanceof CliError)
    return `What SES has now is not known (${answer.code}): \`byodkim status\`.`;
  const { ses } = answer;
  const has =
    ses === null
      ? 'has no identity any more, and refuses mail from it'
      : `has ${describeState(answer)}${ses.enabled ? '' : ', switched off,'} now`;
  if (home !== undefined) return `SES ${has}. Key and record stay: they are those of ${home}.`;
  const { bucket = answer.keyStoreBucket, privateKey: key = privateKeyObject(domain, selector) } =
    keyStoreOf(listed) ?? {};
  const name = recordName(domain, selector);
  const going =
    ses?.origin === 'EXTERNAL' && ses.selector === selector
      ? `Its record ${name} has to stay`
      : record
        ? 'Its records went with the stack'
        : `Its record ${name} may go from ${dayFrom(now + overlapDays * DAY_MS)} on: mail in transit needs it until then`;
  return `SES ${has}. ${going}. Its private key stays at ${s3Uri({ bucket, key })}.`;
}
