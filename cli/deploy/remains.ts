/** Finds the remains of destroyed entries in SES, in DNS and in the key store. */
import { DAY_MS, dayFrom } from '../../handlers/clock';
import { MINIMUM_OVERLAP_DAYS, privateKeyObject, recordName, s3Uri } from '../../handlers/contract/contract';
import type { ListedDomain } from '../../list/domain-list';
import { CliError } from '../errors/cli-error';
import { keyStoreOf } from '../target/domain-list';
import type { StatusAnswer } from '../target/function';
import type { Hint, Outcome, RecordLeft } from '../words/outcomes';
import type { Deployment } from './deployment';
import { statusOf } from './status-of';

/** Adds its remains to each entry that was destroyed. */
export async function withRemains(deployment: Deployment, destroyed: readonly Outcome[]): Promise<Outcome[]> {
  const ended: Outcome[] = [];
  for (const each of destroyed)
    ended.push({ ...each, hints: [...each.hints, ...(await remainsOf(deployment, each))] });
  return ended;
}

async function remainsOf(deployment: Deployment, { stack, ended }: Outcome): Promise<Hint[]> {
  const { list, signal } = deployment;
  if (ended !== 'done' || signal.aborted) return [];
  const listed = list.domains.find((each) => each.stack === stack)!;
  try {
    return [leftOf(listed, await statusOf(deployment, listed))];
  } catch (error) {
    if (!signal.aborted) throw error;
    return [];
  }
}

/** Returns the remains of an entry from the function's answer after its destroy. */
export function leftOf(listed: ListedDomain, answer: StatusAnswer | CliError): Hint {
  if (answer instanceof CliError) return { code: 'LEFT_UNKNOWN', facts: { error: answer.code } };
  const { ses, keyStoreBucket, selector: inForce } = answer;
  const { domain, selector, home } = listed;
  if (home !== undefined) return { code: 'LEFT_AT_HOME', facts: { ses, home } };
  const { bucket = keyStoreBucket, privateKey: key = privateKeyObject(domain, selector) } =
    keyStoreOf(listed) ?? {};
  const privateKey = s3Uri({ bucket, key });
  return { code: 'LEFT', facts: { ses, records: recordsLeft(listed, answer), privateKey, inForce } };
}

/**
 * Returns the fate of the list's record, and of the records that other mail needs, by the function's clock, which has dated
 * the signers.
 */
function recordsLeft(listed: ListedDomain, answer: StatusAnswer): RecordLeft[] {
  const { domain, selector, record } = listed;
  const published = record ? [selector, ...(record.previousSelectors ?? [])] : [];
  const leftAs = (each: string): RecordLeft => {
    const name = recordName(domain, each);
    if (signsWith(answer, each)) return { kind: 'needed', recordName: name };
    if (published.includes(each)) return { kind: 'removed' };
    const until = neededUntil(listed, answer, each);
    return until === undefined || until <= Date.parse(answer.now)
      ? { kind: 'unused', recordName: name }
      : { kind: 'free', recordName: name, from: dayFrom(until) };
  };
  const others = [...answer.signers.map((signer) => signer.selector), ...[answer.ses?.selector ?? []].flat()];
  const left = [...new Set(others)].filter((each) => each !== selector).map(leftAs);
  return [leftAs(selector), ...left.filter(({ kind }) => kind === 'needed' || kind === 'free')];
}

const signsWith = ({ ses }: StatusAnswer, selector: string): boolean =>
  ses?.origin === 'EXTERNAL' && ses.selector === selector;

/** Returns the time until which mail that was signed with a selector may be in transit; undefined if there was none. */
function neededUntil(
  { overlapDays = MINIMUM_OVERLAP_DAYS }: ListedDomain,
  { signers, now }: StatusAnswer,
  selector: string,
): number | undefined {
  const signer = signers.find((each) => each.selector === selector);
  return signer && (signer.stoppedAt ?? Date.parse(now)) + overlapDays * DAY_MS;
}
