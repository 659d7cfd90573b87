import {
  askForReceivers,
  askForRecord,
  type CheckOptions,
  type Evidence,
  type Receivers,
} from '../check/ask';
import { type Judgement, judgeCheck } from '../check/judge';
import { showCheck } from '../check/show';
import { CliCommand, collect, wholeNumber } from '../command';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import type { Cli } from '../world/cli';

export const checkCommand = (): CliCommand =>
  new CliCommand('check', 'is the record published, everywhere, and of the right key?')
    .description(
      'Asks DNS what a deploy would ask, from this machine: every server of the zone, then resolvers. Changes nothing.\n' +
        'The right key is the one you give (no AWS needed); without one, the deployed function returns the public half of the key in S3.',
    )
    .argument('<domain>', 'the domain, in letters of any script')
    .withSelector()
    .withKeyFile('the expected key')
    .option(
      '--all',
      'print all records by which receivers judge mail: DKIM, MAIL FROM, SPF, DMARC and others',
    )
    .option('--nameserver <ip:port>', 'ask this server, not those that the zone names (repeatable)', collect)
    .option('--resolver <ip:port>', 'ask this resolver, not public ones (repeatable)', collect)
    .option('--wait <seconds>', 'repeat until it is ready, this long at most', wholeNumber(0, 86_400))
    .ends({
      ok: 'ready: a deploy would pass its gate',
      notReady: 'not ready: some server has no record yet, or an older one',
      wrong:
        'wrong: a record that cannot be used, or of another key, or missing while SES signs with it; or the key in S3 has replaced the one that SES signs with',
      cannotTell: 'not known: DNS did not answer',
      examples: [
        ['check example.com', 'a domain of the list, its key as the function sees it'],
        [
          'check example.com -s s1 --key-file private_key.pem',
          'without AWS; the file does not leave this machine',
        ],
        ['check example.com --wait 600 && byodkim deploy example.com', 'deploy when the record is there'],
      ],
    })
    .runs(check);

async function check(cli: Cli, options: CheckOptions, text: string): Promise<ExitCode> {
  const evidence = await askForRecord(cli, options, text);
  const judgement = judgeCheck(evidence);
  const { outcome, exitCode } = judgement;
  const isAsked = outcome.ready || options.all === true;
  const receivers = isAsked ? await askForReceivers(cli, evidence, options.all === true) : undefined;
  cli.out.result(
    asData(evidence, judgement, receivers),
    () => showCheck(evidence, judgement, receivers, cli.out.colours),
    outcome.warnings,
  );
  return exitCode;
}

/** Returns a check for scripts. */
function asData(evidence: Evidence, judgement: Judgement, receivers: Receivers | undefined) {
  const { target, selector, expected, mailFrom } = evidence;
  const { outcome, code, standing, exitCode, answers } = judgement;
  const { domain } = target;
  return {
    domain,
    selector,
    expectedFrom: expected.source,
    ...outcome,
    ready: exitCode === EXIT.ok,
    code,
    facts: { domain, selector, recordName: outcome.recordName, standing },
    refusal: expected.refusal,
    mailFrom,
    unsignedMail: receivers?.unsigned,
    records: receivers?.rows,
    answers,
    exitCode,
  };
}
