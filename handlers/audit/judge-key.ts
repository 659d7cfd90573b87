import { day } from '../clock';
import { KEY_WARNING_DAYS, keyDaysLeft, keyDueAt } from '../key/lifetime';
import { type Finding, finding } from './findings';

/** A key's object, beside what the ledger knows of it. */
export interface KeyAtRest {
  /** e.g. `s3://bucket/key`. */
  readonly place: string;
  /** Of the current object; `null`: it is gone. */
  readonly etag: string | null;
  /** Of the object that was applied; undefined where the ledger does not know. */
  readonly appliedEtag: string | undefined;
  /** Milliseconds since the epoch; undefined when nobody knows. */
  readonly madeAt: number | undefined;
}

/** Whether the key is still there, still the same, and young enough. */
export function judgeKey(
  { place, etag, appliedEtag, madeAt }: KeyAtRest,
  lifetimeDays: number,
  now: number,
): Finding[] {
  const findings = madeAt === undefined ? [] : judgeAge(madeAt, lifetimeDays, now);
  if (etag === null)
    findings.unshift(
      finding(
        'KEY_MISSING',
        `The private key ${place} is gone. SES goes on signing with it, but no deploy and no way back works.`,
      ),
    );
  else if (appliedEtag !== undefined && etag !== appliedEtag)
    findings.unshift(
      finding(
        'KEY_REPLACED',
        `The private key ${place} was written over since it was applied. SES still signs with the earlier one.`,
      ),
    );
  return findings;
}

function judgeAge(madeAt: number, lifetimeDays: number, now: number): Finding[] {
  const left = keyDaysLeft(madeAt, now, lifetimeDays);
  if (left > KEY_WARNING_DAYS) return [];
  const [made, due] = [day(madeAt), day(keyDueAt(madeAt, lifetimeDays))];
  const overdue = `The key of ${made} is older than ${lifetimeDays} days: it was due on ${due}.`;
  return left < 0
    ? [finding('KEY_OVERDUE', overdue)]
    : [finding('KEY_DUE', `The key of ${made} must be replaced by ${due}: in ${left} days.`)];
}
