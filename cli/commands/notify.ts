import { Command } from 'commander';
import { callFunction } from '../aws/function';
import { type Bind, type Cli, exitCodesHelp, type GlobalOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { eventFields, findTarget, functionOf, selectorOf } from '../target';

interface NotifyOptions extends GlobalOptions {
  readonly selector?: string;
}

export const notifyCommand = (bind: Bind): Command =>
  new Command('notify')
    .summary('tell the DNS team again what to publish')
    .description(
      'Sends the notice to the DNS team once more. Where no topic is set up for it, prints it, for you to send.',
    )
    .argument('<domain>', 'the domain')
    .option('-s, --selector <selector>', 'the DKIM selector (default: as in the domain list)')
    .addHelpText(
      'after',
      exitCodesHelp({ ok: 'sent', notReady: 'not sent: no topic is set up, or there is no key yet' }),
    )
    .action(bind(notify));

async function notify(cli: Cli, options: NotifyOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const answer = await cli.out.progress.during(
    `Telling the DNS team about ${selector} of ${target.domain}`,
    callFunction(cli.world, functionOf(target), 'notifyDnsTeam', eventFields(target, selector)),
  );
  const { message, notice, text: letter, warnings } = answer;
  for (const warning of warnings) cli.out.note(`Warning: ${warning}`);
  cli.out.result(answer, () =>
    notice.sent ? cli.out.colours.green(message) : `${message}\n\n${letter.subject}\n\n${letter.message}`,
  );
  return notice.sent ? EXIT.ok : EXIT.notReady;
}
