import { askForReceivers, askForRecord, type CheckOptions } from '../check/ask';
import { judgeCheck } from '../check/judge';
import { checkAsData, showCheck } from '../check/show';
import { CliCommand } from '../command';
import { warningsOf } from '../dns/report';
import type { ExitCode } from '../exit-codes';
import type { Cli } from '../world/cli';

export const checkCommand = (): CliCommand =>
  new CliCommand('check', 'check whether every server publishes the record of the right key')
    .description(
      'Checks DNS from this machine as a deploy would: every server of the zone, and then resolvers. Changes nothing.\n' +
        'The right key is the one that you pass (no AWS needed). Otherwise, the deployed function returns the public half of the key in S3.',
    )
    .argument('<domain>', 'the domain, in letters of any script')
    .withSelector()
    .withKeyFile('the expected key')
    .option(
      '--all',
      'print all records that receivers use to judge mail: DKIM, MAIL FROM, SPF, DMARC and others',
    )
    .withGate()
    .ends({
      ok: 'ready: a deploy would pass its gate',
      notReady: 'not ready: some server has no record yet, or an older one',
      wrong:
        'wrong: the record cannot be used, is of another key, or is missing although SES signs with it; or the key in S3 has replaced the one that SES signs with',
      cannotTell: 'not known: DNS did not answer',
      examples: [
        ['check example.com', 'a domain of the list, with the key that the function sees'],
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
    checkAsData(evidence, judgement, receivers),
    () => showCheck(evidence, judgement, receivers, cli.out.colours),
    [...warningsOf(outcome), ...evidence.expected.warnings],
  );
  return exitCode;
}
