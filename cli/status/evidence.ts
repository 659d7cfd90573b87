import { AUDIT_PREFIX, ledgerObject, MINIMUM_OVERLAP_DAYS, s3Uri } from '../../handlers/contract/contract';
import { stageAsData, stageOf } from '../../handlers/keys/state/stages';
import { HISTORY_LENGTH } from '../../handlers/ledger/transitions';
import type { StatusAnswer } from '../target/function';
import type { DomainEvidence, NotRecorded } from '../words/evidence';

/** Collects the facts for an auditor from the function's answer. */
export function collectEvidence(answer: StatusAnswer, functionName: string): DomainEvidence {
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

/** Returns where to look for what this evidence does not contain. */
function notRecorded(answer: StatusAnswer, functionName: string): NotRecorded {
  const { domain, region, history, keyStoreBucket: bucket, evidence } = answer;
  const ofOthers = (evidence?.keys ?? []).filter(({ maker }) => maker !== 'function');
  return {
    keyPlaces: [...new Set(ofOthers.map(({ place }) => place))],
    functionName,
    logGroup: `/aws/lambda/${functionName}`,
    stepsSince: history.length < HISTORY_LENGTH ? null : history[0]!.at,
    ledger: s3Uri({ bucket, key: ledgerObject(region, domain) }),
    reports: s3Uri({ bucket, key: AUDIT_PREFIX }),
  };
}
