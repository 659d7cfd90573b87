import { oneLine } from '../../escape';
import { FINDINGS, type FindingCode, type FindingFacts, type Severity } from '../../words/findings';
import { FINDING_DECISIONS, type FindingDecision } from './decisions';

/** One finding of the audit. */
export interface Finding<Code extends FindingCode = FindingCode> {
  readonly severity: Severity;
  readonly code: Code;
  readonly facts: FindingFacts[Code];
  /** Subject of the finding, such as a selector, which distinguishes findings of one code and domain. */
  readonly subject?: string;
  /** Stage of the finding. The operators are notified of each new stage, even if the severity stays the same. */
  readonly stage?: string;
  /** Beginning of the problem in ISO 8601, if it is known. @default the time at which it is first found */
  readonly since?: string;
  /** The observation and the expectation, from its row. */
  readonly found: string;
  /** Advice from its row, with `<domain>` and commands between backquotes. */
  readonly todo: string;
}

/** Properties of a finding in addition to its facts. `severity` is one of its decision's. @default the first of them */
type Circumstances = Partial<Pick<Finding, 'severity' | 'subject' | 'stage' | 'since'>>;

/** Makes a finding with the sentences of its row. */
export function finding<Code extends FindingCode>(
  code: Code,
  facts: FindingFacts[Code],
  circumstances: Circumstances = {},
): Finding<Code> {
  const row = FINDINGS[code];
  return {
    severity: FINDING_DECISIONS[code].severities[0],
    code,
    facts,
    found: oneLine(row.what(facts)),
    todo: row.todo(facts),
    ...circumstances,
  };
}

/**
 * Checks whether only a survey can resolve a finding: it lists what overrides a domain, and the regions of a global endpoint.
 * Each judgement of a domain compares the regions that share its key (act).
 */
export const isSurveyed = ({ code, severity }: Pick<Finding, 'code' | 'severity'>): boolean =>
  code === 'SIGNING_OVERRIDDEN' || (code === 'REGIONS_DIFFER' && severity !== 'act');

/** Checks whether a deploy helps. For a code that only a newer function knows, it may. */
export const deployHelps = (code: FindingCode): FindingDecision['deploy'] =>
  Object.hasOwn(FINDING_DECISIONS, code) ? FINDING_DECISIONS[code].deploy : 'tries';
