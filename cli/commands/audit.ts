import type { DomainReport } from '../../handlers/audit/report';
import { domainText } from '../../handlers/audit/report-text';
import { SEVERITY } from '../../handlers/words/findings';
import { CliCommand } from '../command';
import { CliError, orCliError } from '../errors/cli-error';
import { EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../facts/exit-codes';
import { readList } from '../target/domain-list';
import { type Answers, callFunction, type FunctionTarget } from '../target/function';
import { functionOf, functionsOf, targetIn } from '../target/target';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Output } from '../world/output';

interface AuditOptions extends GlobalOptions {
  readonly always?: boolean;
}

/** What the function of one region is asked to check. */
interface Leg extends FunctionTarget {
  /** Absent: every domain that it has ever changed. */
  readonly domains?: readonly string[];
}

type Answer = Answers['audit'] | CliError;

export const auditCommand = (): CliCommand =>
  new CliCommand('audit', 'run the audit now')
    .description(
      'Has the function check every domain that it has ever changed: record, SES, age of the key. The answer covers 50 domains at most. With --always the operators are notified, the report is kept in S3, and ' +
        'an audit of more than about 200 domains continues in the background.',
    )
    .argument('[domain...]', 'only these')
    .option(
      '--always',
      'notify the operators as well, even without problems (needs more than the read-only alias)',
    )
    .ends({
      ok: 'no problems',
      notReady:
        'nothing is wrong yet, but something has to be planned; or the audit continues in the background',
      wrong: 'a person has to act',
      cannotTell: 'some domain could not be checked',
      examples: [
        ['audit', 'every domain, in every region of the list'],
        ['audit example.com --json', 'one domain, for a script'],
      ],
    })
    .runs(audit);

async function audit(cli: Cli, options: AuditOptions, names: string[]): Promise<ExitCode> {
  const legs = await legsOf(cli, options, names);
  const title = names.length === 0 ? 'Auditing every domain' : `Auditing ${names.join(', ')}`;
  const ask = ({ domains, ...place }: Leg): Promise<Answer> => {
    const fields = { always: options.always === true, ...(domains && { domains }) };
    return orCliError(callFunction(cli.world, place, 'audit', fields));
  };
  const answers = await cli.out.progress.during(title, Promise.all(legs.map(ask)));
  const exitCode = worst(answers.map(exitCodeOfAnswer));
  const regions = answers.map((answer, index) => ({
    region: legs[index]!.region,
    ...(answer instanceof CliError ? { error: answer.code, message: answer.message } : answer),
  }));
  cli.out.result({ regions, exitCode }, () =>
    answers.map((answer, index) => showAnswer(cli, legs[index]!.region, answer)).join('\n\n'),
  );
  return exitCode;
}

/** Returns one call per region: each has its own function and its own ledgers. */
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

const exitCodeOfAnswer = (answer: Answer): ExitCode =>
  answer instanceof CliError
    ? EXIT.cannotTell
    : worst([
        ...answer.domains.map(({ severity }) => (severity === null ? EXIT.ok : EXIT_OF_SEVERITY[severity])),
        answer.complete ? EXIT.ok : EXIT.notReady,
      ]);

function showAnswer({ out: { colours } }: Cli, region: string, answer: Answer): string {
  const title = colours.bold(region);
  if (answer instanceof CliError) return `${title}: ${colours.red(`${answer.code}: ${answer.message}`)}`;
  const { message, domains, report, continuesAt, notice, notReached = [], warnings } = answer;
  const lines = [
    `${title}: ${message}`,
    ...domains.map((domain) => showDomain(domain, colours)),
    continuesAt && `It continues at ${continuesAt}.`,
    ...warnings.map((warning) => colours.yellow(`Warning: ${warning}`)),
    notice &&
      (notice.sent
        ? 'The operators were notified.'
        : `The operators were not notified: ${notice.error ?? notice.reason}.`),
    report && `Report: ${report}`,
    notReached.length > 0 && `Not reached: ${notReached.join(' ')}`,
  ];
  return lines.filter(Boolean).join('\n');
}

/** Formats what the audit found about one domain. */
function showDomain(report: DomainReport, colours: Output['colours']): string {
  const { severity } = report;
  const paint = severity === 'plan' ? colours.yellow : severity === 'unknown' ? colours.magenta : colours.red;
  return `${paint(severity === null ? 'OK' : SEVERITY[severity].mark)}  ${domainText(report)}`;
}
