import { type Cli, CliCommand, type DomainOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { askFunction, findTarget } from '../target';

export const confirmCommand = (): CliCommand =>
  new CliCommand('confirm', 'keep a change that would be rolled back')
    .description(
      'A change that its deploy has not confirmed is rolled back. This confirms it manually: for a deploy whose other ' +
        'resources failed, when the signing state itself is right.',
    )
    .ofDomain()
    .ends({
      ok: 'confirmed; SES still has to verify it',
      notReady: 'nothing was confirmed: no change is open, or SES is not as it was set',
    })
    .runs(confirm);

async function confirm(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain } = target;
  const answer = await askFunction(cli, target, 'confirm', {}, `Confirming ${domain}`);
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
