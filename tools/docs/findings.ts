import { FINDINGS } from '../../handlers/audit/finding-catalogue';
import type { GeneratedDocument } from './document';

export const findings: GeneratedDocument = {
  path: 'docs/findings.md',
  generate: () => {
    const sections = Object.entries(FINDINGS).map(([code, finding]) => {
      const { means, severities, remedy } = finding;
      const who = 'who' in finding ? finding.who : 'whoever deploys';
      return `## ${code}\n\n| | |\n|---|---|\n| Severity | ${severities.join(' or ')} |\n| What it means | ${means} |\n| Who acts | ${who} |\n| What to do | ${remedy.replaceAll('<domain>', 'example.com')} |\n`;
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
