import { oneLine } from '../../escape';
import type { FindingCode, FindingFacts, Severity } from '../../facts/findings';
import { FINDINGS } from '../../words/findings';

/** One finding of the audit. */
export interface Finding<Code extends FindingCode = FindingCode> {
  readonly severity: Severity;
  readonly code: Code;
  readonly facts: FindingFacts[Code];
  /** Tells findings of one code and domain apart: what it is about, such as a selector. */
  readonly subject?: string;
  /** The operators are notified of each new stage, even if the severity stays. */
  readonly stage?: string;
  /** When it began, if that is known. ISO 8601. @default when it is found first */
  readonly since?: string;
  /** What was found, and what was expected, by its row. */
  readonly found: string;
  /** What to do by its row: plain text with `<domain>`. */
  readonly todo: string;
}

/** What a finding has beside its facts. `severity`: one of its row. @default the first of its row */
type Circumstances = Partial<Pick<Finding, 'severity' | 'subject' | 'stage' | 'since'>>;

/** Makes a finding: its row has the sentences. */
export function finding<Code extends FindingCode>(
  code: Code,
  facts: FindingFacts[Code],
  circumstances: Circumstances = {},
): Finding<Code> {
  const row = FINDINGS[code];
  return {
    severity: row.severities[0],
    code,
    facts,
    found: oneLine(row.what(facts)),
    todo: row.todo(facts).replaceAll('`', ''),
    ...circumstances,
  };
}

/** Findings that only a survey can resolve. */
export const SURVEYED: readonly FindingCode[] = ['SIGNING_OVERRIDDEN', 'REGIONS_DIFFER'];

/** Returns whether a deploy helps. One may, if only a newer function has the code. */
export const deployHelps = (code: FindingCode): 'resolves' | 'tries' | 'no help' =>
  Object.hasOwn(FINDINGS, code) ? (FINDINGS[code].deploy ?? 'resolves') : 'tries';
