/** Starts the audit that notifies the operators, as its daily schedule does. */

import type { DomainReport } from '../../handlers/audit/findings/report';
import type { AuditAnswer } from '../../handlers/audit/output/answer';
import { SEVERITY } from '../../handlers/words/findings';
import { domainText } from '../../handlers/words/report';
import { messageAndAdvice } from '../dns/report';
import { CliError, errorAsData, orCliError } from '../errors/cli-error';
import { CODE_OF_EXIT, EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../exit-codes';
import { callFunction, type FunctionTarget } from '../target/function';
import { functionOf, type Target } from '../target/target';
import { continuesWords, noticeWords, reportWords, warningWords } from '../words/audit';
import type { Cli } from '../world/cli';
import type { Output } from '../world/output';
import type { StatusRow } from './row';

/** The request to the function of one region. */
interface Leg extends FunctionTarget {
  /** Absent for every domain that it has ever changed. */
  readonly domains?: readonly string[];
}

/** The answer of a region's function. */
export interface RegionAudit {
  readonly region: string;
  readonly answer: AuditAnswer | CliError;
}

/** Audits in each region, since each has its own function and its own ledgers. */
export function auditNow(cli: Cli, legs: readonly Leg[]): Promise<RegionAudit[]> {
  const ask = async ({ domains, ...place }: Leg): Promise<RegionAudit> => {
    const fields = { always: true, ...(domains && { domains }) };
    return {
      region: place.region,
      answer: await orCliError(callFunction(cli.world, place, 'audit', fields)),
    };
  };
  const named = legs.flatMap(({ domains = [] }) => domains);
  const work = { code: 'AUDITING', facts: { domains: named } } as const;
  return cli.out.progress.during(work, Promise.all(legs.map(ask)));
}

/** Returns one request per region, for the named domains alone. */
export function legsOf(targets: readonly Target[]): Leg[] {
  const byRegion = new Map(targets.map((target) => [functionOf(target).region, functionOf(target)]));
  return [...byRegion.values()].map((place) => ({
    ...place,
    domains: targets.filter(({ region }) => region === place.region).map(({ domain }) => domain),
  }));
}

export function exitCodeOfAudit({ answer }: RegionAudit): ExitCode {
  if (answer instanceof CliError) return answer.exitCode;
  return worst([
    ...answer.domains.map(({ severity }) => (severity === null ? EXIT.ok : EXIT_OF_SEVERITY[severity])),
    !answer.complete || answer.unsettled > 0 ? EXIT.notReady : EXIT.ok,
  ]);
}

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
