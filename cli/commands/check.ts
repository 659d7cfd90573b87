import { Command } from 'commander';
import type { GateOutcome } from '../../handlers/dns/outcome';
import { afterHelp, type Bind, type Cli, type GlobalOptions, wholeNumber } from '../command';
import { addGateOptions, gateSettings } from '../dns/gate-options';
import { prove } from '../dns/prove';
import { messageAndAdvice, serverTable } from '../dns/report';
import { type ExitCode, exitCodeOfOutcome } from '../exit-codes';
import { addKeyOptions, type KeyOptions } from '../given-key';
import { findRecord } from '../stored-key';
import { findTarget, selectorOf } from '../target';

interface CheckOptions extends GlobalOptions, KeyOptions {
  readonly selector?: string;
  readonly wait?: number;
}

export const checkCommand = (bind: Bind): Command =>
  addGateOptions(
    addKeyOptions(
      new Command('check')
        .summary('is the record published, everywhere, and of the right key?')
        .description(
          'Asks DNS what a deploy would ask, from where you stand: every server of the zone, then resolvers. Changes nothing.\n' +
            'The right key is the one you give (no AWS needed); without one, the deployed function returns the public half of the key in S3.',
        )
        .argument('<domain>', 'the domain, in letters of any script')
        .option('-s, --selector <selector>', 'the DKIM selector (default: as in the domain list)'),
      'the expected key',
    ),
  )
    .option('--wait <seconds>', 'repeat until it is ready, this long at most', wholeNumber(0, 86_400))
    .addHelpText(
      'after',
      afterHelp({
        ok: 'ready: a deploy would pass its gate',
        notReady: 'not ready: some server has no record yet, or an older one',
        wrong: 'wrong: a record that cannot be used, or one of another key',
        cannotTell: 'not known: DNS did not answer',
        examples: [
          ['check example.com', 'a domain of the list, its key as the function sees it'],
          [
            'check example.com -s s1 --key-file private_key.pem',
            'without AWS; the file does not leave this machine',
          ],
          ['check example.com --wait 600 && byodkim deploy example.com', 'deploy when the record is there'],
          ['check example.com --nameserver 10.0.0.53:53 --no-resolver', 'behind a split horizon'],
        ],
      }),
    )
    .action(bind(check));

async function check(cli: Cli, options: CheckOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain, listed } = target;
  const selector = selectorOf(target, options.selector);
  const { key: expected, source } = await findRecord(cli, target, selector, options);
  const settings = gateSettings(options, listed?.gate);
  const { wait: waitSeconds = 0 } = options;
  const limit = waitSeconds > 0 ? `, ${waitSeconds} s at most` : '';
  const outcome = await cli.out.progress.during(
    `Asking DNS for ${selector}._domainkey.${domain}${limit}`,
    prove(cli.world, { domain, selector, expected, settings, waitSeconds }),
  );
  const exitCode = exitCodeOfOutcome(outcome);
  cli.out.result({ domain, selector, expectedFrom: source, ...outcome, exitCode }, () => show(cli, outcome));
  return exitCode;
}

function show({ out }: Cli, outcome: GateOutcome): string {
  const paint = outcome.ready ? out.colours.green : out.colours.red;
  const text = `${serverTable(outcome)}\n\n${paint(messageAndAdvice(outcome))}`;
  return out.withWarnings(text, outcome.warnings);
}
