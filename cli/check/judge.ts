import { delegatedName } from '../../handlers/contract/contract';
import { aliasError, gateError } from '../../handlers/dns/outcome';
import type { GateOutcome } from '../../handlers/words/gate';
import { type Standing, standingOfOutcome } from '../dns/standing';
import { exitCodeOfError, exitCodeOfOutcome } from '../errors/decisions';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { recordNeededAdvice, recordNeededWords } from '../words/check';
import { proofWords } from '../words/dns';
import type { Evidence } from './ask';
import { type CheckAnswer, whyNotVerified } from './why-not-verified';

/** The judgement of a record: that of the gate, or a worse one. */
export type RecordOutcome = Omit<GateOutcome, 'code'> & {
  /** Absent when ready. `RECORD_MISSING`: SES signs with the record's key. */
  readonly code?: GateOutcome['code'] | 'RECORD_MISSING';
  /** The result, on one line. */
  readonly message: string;
  readonly advice?: string | undefined;
};

/** Result of a check. */
export interface Judgement {
  readonly outcome: RecordOutcome;
  /** `READY`, or the code of the problem. A problem of the record comes first. */
  readonly code: string;
  readonly standing: Standing;
  readonly exitCode: ExitCode;
  /** Answers about a domain that SES does not verify; absent without a key file. */
  readonly answers: readonly CheckAnswer[] | undefined;
}

/** Judges only the answers, so that the same evidence always gives the same result. */
export function judgeCheck(evidence: Evidence): Judgement {
  const { keyFile, proved, mailFrom, expected, isNeeded } = evidence;
  const outcome = judgeRecord(evidence);
  const { refusal } = expected;
  return {
    outcome,
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

function judgeRecord(evidence: Evidence): RecordOutcome {
  const { proved, target, selector, isNeeded, publishedOf } = evidence;
  if (isNeeded) return neededRecord(evidence);
  if (publishedOf !== undefined) return { ...proved, ...wordsOfOther(proved, publishedOf) };
  const { domain, delegation } = target;
  const alias = delegation && aliasError(proved, delegatedName(domain, selector, delegation));
  if (!alias) return { ...proved, ...proofWords(proved) };
  const { message, advice } = alias;
  return { ...proved, ready: false, code: 'DNS_TXT_NOT_READY', message, advice };
}

/** Returns the sentences of a record that has the value of the selector in force: it only needs to be replaced. */
function wordsOfOther(proved: GateOutcome, selector: string): Pick<RecordOutcome, 'message' | 'advice'> {
  const { message, advice } = gateError(proved).with({ published: { selector } });
  return { message, advice };
}

/** Judges a missing or wrong record on which mail depends, so that waiting does not help. */
function neededRecord({ proved, target, selector }: Evidence): RecordOutcome {
  const standing = standingOfOutcome(proved);
  const { recordName } = proved;
  return {
    ...proved,
    code: proved.code === 'DNS_TXT_NOT_READY' ? 'RECORD_MISSING' : proved.code,
    message: recordNeededWords({
      selector,
      recordName,
      standing,
      isPartial: proved.servers.some(({ verdict }) => verdict === 'ready'),
    }),
    advice: recordNeededAdvice(target.entry, selector),
  };
}
