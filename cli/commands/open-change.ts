/** Carries out a person's decision about a change that is not done: to keep it or to roll it back. */

import { BEFORE_A_PUT } from '../../handlers/words/unsigned-mail';
import { CliCommand, isApproved } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { askFunction, findTarget, functionOf } from '../target/target';
import {
  type ConfirmationFacts,
  confirmedWords,
  notConfirmedWords,
  revertQuestion,
  revertWords,
} from '../words/open-change';
import type { Cli, DomainOptions } from '../world/cli';

export const confirmCommand = (): CliCommand =>
  new CliCommand('confirm', 'keep a change that would be rolled back')
    .description(
      'Confirms a change manually that would otherwise be rolled back, since its deploy has not confirmed it. Use it if other resources of the deploy failed, but the signing state itself is right.',
    )
    .ofDomain()
    .ends({
      ok: 'confirmed; SES still has to verify it',
      notReady: 'nothing was confirmed: no change is open, or SES is not in the state that was set',
    })
    .runs(confirm);

async function confirm(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain } = target;
  const answer = await askFunction(cli, target, 'confirm', {
    work: { code: 'CONFIRMING', facts: { domain } },
  });
  const { green, yellow } = cli.out.colours;
  if (!('transaction' in answer)) {
    cli.out.result(answer, () => yellow(notConfirmedWords(domain, answer.reason)));
    return EXIT.notReady;
  }
  const { transaction, verified, reverts_at: revertsAt, warnings } = answer;
  const facts: ConfirmationFacts = { domain, transaction, verified, revertsAt };
  const paint = verified ? green : yellow;
  cli.out.result(answer, () => paint(confirmedWords(facts)), warnings);
  return EXIT.ok;
}

export const revertCommand = (): CliCommand =>
  new CliCommand('revert', 'roll back now a change that is not done yet')
    .description(
      'Restores the state of SES before a change that waits for its confirmation or for SES, without waiting for the schedule. Also repeats a rollback that failed. To undo a change that is done, run `byodkim destroy <domain>` or deploy again.',
    )
    .ofDomain()
    .withYes()
    .ends({
      ok: 'SES has its earlier state again',
      notReady: 'nothing was changed: no change is open, or you said no',
    })
    .runs(revert);

async function revert(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain } = target;
  cli.out.note(BEFORE_A_PUT);
  const question = revertQuestion(domain, functionOf(target).region);
  if (!(await isApproved(cli, question, options))) return EXIT.notReady;
  const answer = await askFunction(cli, target, 'revert', {
    work: { code: 'ROLLING_BACK', facts: { domain } },
  });
  const { reverted, reason, warnings } = answer;
  const { green, yellow } = cli.out.colours;
  const paint = reverted ? green : yellow;
  cli.out.result(answer, () => paint(revertWords({ domain, reverted, reason })), warnings);
  return reverted ? EXIT.ok : EXIT.notReady;
}
