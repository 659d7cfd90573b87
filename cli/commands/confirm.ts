import { Command } from 'commander';
import { callFunction } from '../aws/function';
import { afterHelp, type Bind, type Cli, type GlobalOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { findTarget, functionOf } from '../target';

export const confirmCommand = (bind: Bind): Command =>
  new Command('confirm')
    .summary('keep a change that would be rolled back')
    .description(
      'A change that its deploy has not confirmed is rolled back. This confirms it manually: for a deploy whose other ' +
        'resources failed, when the signing state itself is right.',
    )
    .argument('<domain>', 'the domain')
    .addHelpText(
      'after',
      afterHelp({
        ok: 'confirmed; SES still has to verify it',
        notReady: 'nothing was confirmed: no change is open, or SES is not as it was set',
      }),
    )
    .action(bind(confirm));

async function confirm(cli: Cli, options: GlobalOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain } = target;
  const place = functionOf(target);
  const answer = await cli.out.progress.during(
    `Confirming ${domain}`,
    callFunction(cli.world, place, 'confirm', { domain, region: place.region }),
  );
  const { green, yellow } = cli.out.colours;
  cli.out.result(answer, () => {
    if (!('transaction' in answer)) return yellow(`${domain}: nothing was confirmed: ${answer.reason}.`);
    const confirmed = `${domain}: the change ${answer.transaction} is confirmed`;
    const late = `. SES has not verified it yet: the change is rolled back unless it has by ${answer.reverts_at}.`;
    const text = answer.verified ? green(`${confirmed} and stays.`) : yellow(`${confirmed}${late}`);
    return cli.out.withWarnings(text, answer.warnings);
  });
  return answer.confirmed ? EXIT.ok : EXIT.notReady;
}
