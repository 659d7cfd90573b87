import type { AuditAnswer } from '../../handlers/audit/audit';
import type { DomainReport } from '../../handlers/audit/findings/report';
import { SEVERITY } from '../../handlers/words/findings';
import { domainText } from '../../handlers/words/report';
import { CliCommand } from '../command';
import { messageAndAdvice } from '../dns/report';
import { CliError, errorAsData, orCliError } from '../errors/cli-error';
import { CODE_OF_EXIT, EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../facts/exit-codes';
import { readList } from '../target/domain-list';
import { callFunction, type FunctionTarget } from '../target/function';
import { functionOf, functionsOf, targetIn } from '../target/target';
import {
  ALL_WELL,
  auditTitle,
  continuesWords,
  noticeWords,
  notReachedWords,
  reportWords,
  warningWords,
} from '../words/audit';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Output } from '../world/output';

interface AuditOptions extends GlobalOptions {
  readonly always?: boolean;
}

/** The request to the function of one region. */
interface Leg extends FunctionTarget {
  /** Absent for every domain that it has ever changed. */
  readonly domains?: readonly string[];
}

export const auditCommand = (): CliCommand =>
  new CliCommand('audit', 'run the audit now')
    .description(
      'Has the function check every domain that it has ever changed: its record, its state in SES, and the age of its key. The answer covers at most 50 domains. With --always, the operators are notified, the report is kept in S3, and an audit of more than about 200 domains continues in the background.',
    )
    .argument('[domain...]', 'audit only these domains')
    .option(
      '--always',
      'also notify the operators, even if there are no problems (needs more than the read-only alias)',
    )
    .ends({
      ok: 'no problems',
      notReady:
        'nothing is wrong yet, but something has to be planned; or a change is open or has just ended; or the audit continues in the background',
      wrong: 'a person has to act',
      cannotTell: 'something is not known, since DNS or AWS did not answer the function',
      examples: [
        ['audit', 'every domain, in every region of the list'],
        ['audit example.com --json', 'one domain, for a script'],
      ],
    })
    .runs(audit);

async function audit(cli: Cli, options: AuditOptions, names: string[]): Promise<ExitCode> {
  const legs = await legsOf(cli, options, names);
  const ask = async ({ domains, ...place }: Leg): Promise<RegionAudit> => {
    const fields = { always: options.always === true, ...(domains && { domains }) };
    const answer = await orCliError(callFunction(cli.world, place, 'audit', fields));
    return { region: place.region, answer };
  };
  const regions = await cli.out.progress.during(auditTitle(names), Promise.all(legs.map(ask)));
  const exitCode = worst(regions.map(exitCodeOfRegion));
  const facts = { regions: regions.map(({ region }) => region) };
  cli.out.result({ code: CODE_OF_EXIT[exitCode], facts, regions: regions.map(regionAsData), exitCode }, () =>
    regions.map((each) => showRegion(each, cli.out.colours)).join('\n\n'),
  );
  return exitCode;
}

/** Returns one call per region, since each has its own function and its own ledgers. */
async function legsOf({ world }: Cli, options: AuditOptions, names: readonly string[]): Promise<Leg[]> {
  const list = await readList(world, options);
  if (names.length === 0) return functionsOf(world, options, list);
  const targets = names.map((name) => targetIn(world, options, list, name));
  const byRegion = new Map(targets.map((target) => [functionOf(target).region, functionOf(target)]));
  return [...byRegion.values()].map((place) => ({
    ...place,
    domains: targets.filter(({ region }) => region === place.region).map(({ domain }) => domain),
  }));
}

/** The answer of a region's function. */
interface RegionAudit {
  readonly region: string;
  readonly answer: AuditAnswer | CliError;
}

function exitCodeOfRegion({ answer }: RegionAudit): ExitCode {
  if (answer instanceof CliError) return answer.exitCode;
  return worst([
    ...answer.domains.map(({ severity }) => (severity === null ? EXIT.ok : EXIT_OF_SEVERITY[severity])),
    !answer.complete || answer.unsettled > 0 ? EXIT.notReady : EXIT.ok,
  ]);
}

/** Returns the audit of a region for scripts. */
function regionAsData(audit: RegionAudit): object {
  const { region, answer } = audit;
  // `error` and `message` are the names that the function's own answers have.
  if (answer instanceof CliError) return { region, error: answer.code, ...errorAsData(answer) };
  const { complete, domains } = answer;
  const findings = domains.flatMap((each) => each.findings.map(({ code }) => code));
  const facts = { complete, domains: domains.length, findings: [...new Set(findings)] };
  return { region, code: CODE_OF_EXIT[exitCodeOfRegion(audit)], facts, ...answer };
}

function showRegion({ region, answer }: RegionAudit, colours: Output['colours']): string {
  const title = colours.bold(region);
  if (answer instanceof CliError) {
    const { code, message, advice } = answer;
    return `${title}: ${colours.red(`${code}: ${messageAndAdvice({ code, message, advice })}`)}`;
  }
  const { message, domains, report, continuesAt, notice, notReached = [], warnings } = answer;
  return [
    `${title}: ${message}`,
    ...domains.map((domain) => showDomain(domain, colours)),
    ...(continuesAt ? [continuesWords(continuesAt)] : []),
    ...warnings.map((warning) => colours.yellow(warningWords(warning))),
    ...(notice ? [noticeWords(notice)] : []),
    ...(report ? [reportWords(report)] : []),
    ...(notReached.length > 0 ? [notReachedWords(notReached)] : []),
  ].join('\n');
}

/** Formats the audit's result for one domain. */
function showDomain(report: DomainReport, { green, red, yellow, magenta }: Output['colours']): string {
  const { severity } = report;
  if (severity === null) return `${green(ALL_WELL)}  ${domainText(report)}`;
  const paint = { urgent: red, unknown: magenta, act: red, plan: yellow }[severity];
  return `${paint(SEVERITY[severity].mark)}  ${domainText(report)}`;
}
