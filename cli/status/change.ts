import type { StatusAnswer } from '../target/function';
import type { ChangeState } from '../words/status';

/** Returns the state of the last change of a domain. */
export function changeOf(answer: StatusAnswer): ChangeState {
  const { last, drifted, revertsAt, selector, confirmed } = answer;
  if (last?.event === 'rollback-failed') return { code: 'ROLLBACK_FAILED', facts: {} };
  if (drifted) return { code: 'DRIFTED', facts: {} };
  if (revertsAt !== null) return openChange(answer, revertsAt);
  if (last?.event === 'reverted') return { code: 'ROLLED_BACK', facts: {} };
  if (selector === null) return { code: 'NONE', facts: {} };
  return { code: confirmed ? 'CONFIRMED' : 'UNCONFIRMED', facts: {} };
}

function openChange({ waiting, ses, now, findings }: StatusAnswer, revertsAt: string): ChangeState {
  if (waiting && ses?.status === 'SUCCESS') return { code: 'VERIFIED', facts: {} };
  const leftMs = Date.parse(revertsAt) - Date.parse(now);
  if (leftMs >= 0) return { code: waiting ? 'WAITS_FOR_SES' : 'ARMED', facts: { leftMs } };
  // A rollback that was tried is not late: its schedule has reached the function.
  const wasTried = findings.some(({ code }) => code === 'ROLLBACK_FAILED');
  return wasTried
    ? { code: 'ROLLBACK_FAILED', facts: {} }
    : { code: 'ROLLBACK_LATE', facts: { lateMs: -leftMs } };
}
