/** Formats the audit that a person has started. */
import type { DomainReport } from '../../handlers/audit/findings/report';
import { SEVERITY } from '../../handlers/words/findings';
import { domainText } from '../../handlers/words/report';
import { messageAndAdvice } from '../dns/report';
import { CliError, errorAsData } from '../errors/cli-error';
import { CODE_OF_EXIT } from '../exit-codes';
import { continuesWords, noticeWords, reportWords, warningWords } from '../words/audit';
import type { Output } from '../world/output';
import { exitCodeOfAudit, type RegionAudit } from './audit-now';
import type { StatusRow } from './row';

/** Returns the audit of a region for scripts. */
export function auditAsData(audit: RegionAudit): object {
  const { region, answer } = audit;
  // `error` and `message` are the names that the function's own answers have.
  if (answer instanceof CliError) return { region, error: answer.code, ...errorAsData(answer) };
  const { complete, domains } = answer;
  const findings = domains.flatMap((each) => each.findings.map(({ code }) => code));
  const facts = { complete, domains: domains.length, findings: [...new Set(findings)] };
  return { region, code: CODE_OF_EXIT[exitCodeOfAudit(audit)], facts, ...answer };
}

/** Formats the audit of a region. @param rows the domains whose findings are printed already */
export function showAudit(
  { region, answer }: RegionAudit,
  rows: readonly StatusRow[],
  colours: Output['colours'],
): string {
  const title = colours.bold(region);
  if (answer instanceof CliError) {
    const { code, message, advice } = answer;
    return `${title}: ${colours.red(`${code}: ${messageAndAdvice({ code, message, advice })}`)}`;
  }
  const { message, domains, report, continuesAt, notice, warnings } = answer;
  const isShown = ({ domain, region: place }: DomainReport): boolean =>
    rows.some((row) => row.domain === domain && row.region === place);
  return [
    `${title}: ${message}`,
    ...domains.filter((each) => !isShown(each)).map((each) => showDomain(each, colours)),
    ...(continuesAt ? [continuesWords(continuesAt)] : []),
    ...warnings.map((warning) => colours.yellow(warningWords(warning))),
    ...(notice ? [noticeWords(notice)] : []),
    ...(report ? [reportWords(report)] : []),
  ].join('\n');
}

/** Formats the findings of a domain in an audit, which returns only domains with findings. */
function showDomain(report: DomainReport, { red, yellow, magenta }: Output['colours']): string {
  const severity = report.severity ?? 'plan';
  const paint = { urgent: red, unknown: magenta, act: red, plan: yellow }[severity];
  return `${paint(SEVERITY[severity].mark)}  ${domainText(report)}`;
}
