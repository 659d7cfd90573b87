import { FINDING_DECISIONS } from '../../handlers/audit/findings/decisions';
import { isErrorCode } from '../../handlers/words/errors';
import { FINDINGS, type FindingCode } from '../../handlers/words/findings';
import type { GeneratedDocument } from './document';

/** Left out here, since the introduction covers it. */
const INSTEAD = '; the deployer, if the stack publishes the record';

/** The audit's findings, with severity, meaning, the person who acts, and the remedy. */
export const findings: GeneratedDocument = {
  path: 'docs/findings.md',
  generate: () => {
    const sections = (Object.keys(FINDINGS) as FindingCode[]).map((code) => {
      const finding = FINDINGS[code];
      const { severities } = FINDING_DECISIONS[code];
      const { means, todo } = finding;
      const who = finding.who === undefined ? '' : ` (${finding.who.replace(INSTEAD, '')})`;
      const error = `[the error](errors.md#${code.toLowerCase()})`;
      if (isErrorCode(code))
        return `## ${code}\n\n*${severities.join(' or ')}*. ${means}\\\n→ See ${error}.\n`;
      const action = todo().replaceAll('<domain>', 'example.com');
      return `## ${code}\n\n*${severities.join(' or ')}*. ${means}\\\n→${who} ${action}\n`;
    });
    return [
      '# Findings of the audit',
      '',
      'Severity: *urgent* (mail is not signed as its domain, or is refused, or soon will be), *unknown* (it could not be checked), *act*',
      '(something must be fixed), *plan* (nothing is wrong yet). The deployer acts unless an entry names another person, and for the DNS team',
      'if the stack publishes the record. Generated: `npm run docs`.',
      '',
      ...sections,
    ].join('\n');
  },
};
