import { CliCommand, isApproved } from '../command';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { askFunction, eventFields, findTarget, functionOf, selectorOf } from '../target/target';
import { updateQuestion, updateWords } from '../words/open-change';
import { settingByodkim } from '../words/progress';
import type { Cli, DomainOptions } from '../world/cli';

export const updateCommand = (): CliCommand =>
  new CliCommand('update', 'set BYODKIM directly, without a deploy')
    .description(
      'Makes the direct call of the old runbook (update_ses_byodkim_automated): proves the record, sets BYODKIM, verifies, and rolls back if it fails. Confirms the change itself. A later deploy of the same selector changes nothing; a deploy of another selector sets that one.',
    )
    .ofDomain()
    .withSelector()
    .withYes()
    .ends({
      ok: 'set: SES signs with this selector, or will as soon as it has verified it',
      notReady: 'not ready: the record or the key is missing, or you said no; SES was not changed',
      wrong: 'wrong: the record or the key cannot be used, or they do not match; SES was not changed',
      cannotTell: 'DNS did not answer; SES was not changed',
      examples: [['update example.com --selector selector1', 'as the old runbook did']],
    })
    .runs(update);

async function update(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const { region } = functionOf(target);
  const { selector: listed = selector, gate, verification } = target.listed ?? {};
  const question = updateQuestion(target.domain, region, selector, listed);
  if (!(await isApproved(cli, question, options))) return EXIT.notReady;
  const fields = { ...eventFields(target, selector), gate, verification };
  const answer = await askFunction(cli, target, 'update', {
    fields,
    title: settingByodkim(target.domain),
  });
  const { message, final_dkim_status: status, signing_origin: origin, warnings } = answer;
  const { green, yellow } = cli.out.colours;
  const paint = status === 'SUCCESS' ? green : yellow;
  const line = updateWords({ domain: target.domain, message, origin, selector, status });
  const { domain, transaction, fingerprint, changed } = answer;
  const facts = { domain, selector, transaction, fingerprint, origin, status };
  const code = changed ? 'CHANGED' : 'UNCHANGED';
  cli.out.result({ code, facts, ...answer }, () => paint(line), warnings);
  return EXIT.ok;
}
