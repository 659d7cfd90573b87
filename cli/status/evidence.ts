import { AUDIT_PREFIX, ledgerObject, MINIMUM_OVERLAP_DAYS, s3Uri } from '../../handlers/contract/contract';
import { stageAsData, stageOf } from '../../handlers/keys/state/stages';
import { HISTORY_LENGTH } from '../../handlers/ledger/transitions';
import type { StatusAnswer } from '../target/function';
import type { Coded } from '../words/coded';
import type { Evidence, NotRecordedFacts } from '../words/evidence';

/** Collects the facts for an auditor from the function's answer. */
export function collectEvidence(answer: StatusAnswer, functionName: string): Evidence {
  const { domain, region, now, ses, selector, fingerprint, signers, rotation, findings, history } = answer;
  const { keys = [], auditedAt = null } = answer.evidence ?? {};
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  return {
    domain,
    region,
    at: now,
    ses,
    selector,
    fingerprint,
    keys,
    steps: history,
    selectors: signers.map((signer) => stageAsData(stageOf(signer, overlapDays, Date.parse(now)))),
    auditedAt,
    findings,
    notRecorded: notRecorded(answer, functionName),
  };
}

/** Returns the notes on facts that this evidence does not contain. */
function notRecorded(answer: StatusAnswer, functionName: string): Coded<NotRecordedFacts>[] {
  const { domain, region, history, keyStoreBucket: bucket, evidence } = answer;
  const ofOthers = (evidence?.keys ?? []).filter(({ maker }) => maker !== 'function');
  const places = [...new Set(ofOthers.map(({ place }) => place))];
  const [first] = history;
  const ledger = s3Uri({ bucket, key: ledgerObject(region, domain) });
  return [
    ...(places.length === 0 ? [] : [{ code: 'WHO_STORED_THE_KEY', facts: { places } } as const]),
    { code: 'WHO_ASKED', facts: { functionName } },
    { code: 'WHAT_DNS_ANSWERED', facts: { logGroup: `/aws/lambda/${functionName}` } },
    ...(first === undefined || history.length < HISTORY_LENGTH
      ? []
      : [{ code: 'EARLIER_STEPS', facts: { from: first.at, ledger } } as const]),
    { code: 'EARLIER_AUDITS', facts: { reports: s3Uri({ bucket, key: AUDIT_PREFIX }) } },
  ];
}
