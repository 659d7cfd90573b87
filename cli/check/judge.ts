import { delegatedName } from '../../handlers/contract/contract';
import { aliasError, gateError } from '../../handlers/dns/outcome';
import type { ByodkimError } from '../../handlers/errors/errors';
import type { GateOutcome } from '../../handlers/words/gate';
import { type Standing, standingOfOutcome } from '../dns/standing';
import { exitCodeOfError, exitCodeOfOutcome } from '../errors/decisions';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import type { CheckAnswer, RecordNeeded } from '../words/check';
import type { RecordEvidence } from './ask';
import { whyNotVerified } from './why-not-verified';

/** The judgement of a record: that of the gate, or a worse one. */
export type RecordOutcome = Omit<GateOutcome, 'code'> & {
  /** Absent when ready. `RECORD_MISSING`: SES signs with the record's key. */
  readonly code?: GateOutcome['code'] | 'RECORD_MISSING';
};

/** Result of a check. */
export interface Judgement {
  readonly outcome: RecordOutcome;
  /** Present if mail depends on a missing or wrong record. */
  readonly needed?: RecordNeeded;
  /** Present if the error is another one than that of the gate. */
  readonly error?: ByodkimError;
  /** `READY`, or the code of the problem. A problem of the record comes first. */
  readonly code: string;
  readonly standing: Standing;
  readonly exitCode: ExitCode;
  /** Answers about a domain that SES does not verify; absent without a key file. */
  readonly answers: readonly CheckAnswer[] | undefined;
}

/** Judges only the answers, so that the same evidence always gives the same result. */
export function judgeCheck(evidence: RecordEvidence): Judgement {
  const { keyFile, proved, mailFrom, expected, isNeeded } = evidence;
  const ofRecord = judgeRecord(evidence);
  const { outcome } = ofRecord;
  const { refusal } = expected;
  return {
    ...ofRecord,
    code: refusal?.code ?? outcome.code ?? mailFrom?.code ?? 'READY',
    standing: standingOfOutcome(proved),
    exitCode: worst([
      isNeeded ? EXIT.wrong : exitCodeOfOutcome(outcome),
      mailFrom === undefined ? EXIT.ok : exitCodeOfOutcome(mailFrom),
      refusal === undefined ? EXIT.ok : exitCodeOfError(refusal.code),
    ]),
    answers: keyFile && whyNotVerified(keyFile, proved),
  };
}

function judgeRecord(evidence: RecordEvidence): Pick<Judgement, 'outcome' | 'needed' | 'error'> {
  const { proved, target, selector, isNeeded, publishedOf } = evidence;
  if (isNeeded) return neededRecord(evidence);
  // A record that has the value of the selector in force only needs to be replaced.
  if (publishedOf !== undefined)
    return { outcome: proved, error: gateError(proved).with({ published: { selector: publishedOf } }) };
  const { domain, delegation } = target;
  const error = delegation && aliasError(proved, delegatedName(domain, selector, delegation));
  if (!error) return { outcome: proved };
  return { outcome: { ...proved, ready: false, code: 'DNS_TXT_NOT_READY' }, error };
}

/** Judges a missing or wrong record on which mail depends, so that waiting does not help. */
function neededRecord({ proved, target, selector }: RecordEvidence): Pick<Judgement, 'outcome' | 'needed'> {
  const { recordName, servers } = proved;
  return {
    outcome: { ...proved, code: proved.code === 'DNS_TXT_NOT_READY' ? 'RECORD_MISSING' : proved.code },
    needed: {
      entry: target.entry,
      selector,
      recordName,
      standing: standingOfOutcome(proved),
      isPartial: servers.some(({ verdict }) => verdict === 'ready'),
    },
  };
}
