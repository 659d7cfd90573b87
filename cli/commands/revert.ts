import { Command } from 'commander';
import { callFunction } from '../aws/function';
import { afterHelp, type Bind, type Cli, type GlobalOptions, isApproved } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { findTarget, functionOf } from '../target';

interface RevertOptions extends GlobalOptions {
  readonly yes?: boolean;
}

export const revertCommand = (bind: Bind): Command =>
  new Command('revert')
    .summary('roll back a change that is not done yet, now')
    .description(
      'Restores what SES had before a change that waits for its confirmation or for SES, without waiting for the schedule. Also ' +
        'repeats a rollback that failed. A change that is done is undone by `byodkim destroy <domain>`, or by another deploy.',
    )
    .argument('<domain>', 'the domain')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      afterHelp({
        ok: 'SES has what it had before',
        notReady: 'nothing was changed: no change is open, or you said no',
      }),
    )
    .action(bind(revert));

async function revert(cli: Cli, options: RevertOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain } = target;
  const place = functionOf(target);
  const question = `Restore what SES had for ${domain} in ${place.region} before its last change?`;
  if (!(await isApproved(cli.world, question, options.yes))) {
    cli.out.note('Nothing was changed.');
    return EXIT.notReady;
  }
  const answer = await cli.out.progress.during(
    `Rolling back ${domain}`,
    callFunction(cli.world, place, 'revert', { domain, region: place.region }),
  );
  const { reverted, reason, warnings } = answer;
  const { green, yellow } = cli.out.colours;
  const line = reverted
    ? green(`${domain}: rolled back: ${reason}.`)
    : yellow(`${domain}: SES was not changed: ${reason}.`);
  cli.out.result(answer, () => cli.out.withWarnings(line, warnings));
  return reverted ? EXIT.ok : EXIT.notReady;
}
