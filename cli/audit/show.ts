import type { Severity } from '../../handlers/audit/finding-catalogue';
import type { DomainReport } from '../../handlers/audit/report';
import { domainText, MARKS } from '../../handlers/audit/report-text';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../terminal/output';

export const EXIT_CODES: Readonly<Record<Severity, ExitCode>> = {
  urgent: EXIT.wrong,
  unknown: EXIT.cannotTell,
  act: EXIT.wrong,
  plan: EXIT.notReady,
};

export const exitCodeOf = ({ severity }: DomainReport): ExitCode =>
  severity === null ? EXIT.ok : EXIT_CODES[severity];

/** Formats what the audit found about one domain. */
export function showDomain(report: DomainReport, colours: Output['colours']): string {
  const { severity } = report;
  const paint = severity === 'plan' ? colours.yellow : severity === 'unknown' ? colours.magenta : colours.red;
  return `${paint(severity === null ? 'OK' : MARKS[severity])}  ${domainText(report)}`;
}
