import { FINDING_CATALOGUE } from '../../handlers/audit/finding-catalogue';
import { FINDINGS, type FindingCode } from '../../handlers/audit/findings';
import type { GeneratedDocument } from './document';

export const findings: GeneratedDocument = {
  path: 'docs/findings.md',
  generate: () => {
    const sections = (Object.keys(FINDING_CATALOGUE) as FindingCode[]).map((code) => {
      const { means, who = 'whoever deploys', remedy } = FINDING_CATALOGUE[code];
      return `## ${code}\n\n| | |\n|---|---|\n| Severity | ${FINDINGS[code].join(' or ')} |\n| What it means | ${means} |\n| Who acts | ${who} |\n| What to do | ${remedy} |\n`;
    });
    return [
      '# Findings of the audit',
      '',
      'Every finding carries one of these codes, and a severity: *urgent* (mail goes out unsigned, or is about to), *unknown*',
      '(it could not be found out), *act* (something must be mended), *plan* (nothing is wrong yet). The report itself says what',
      'was found and what to do. This page is generated: `npm run docs`.',
      '',
      ...sections,
    ].join('\n');
  },
};
