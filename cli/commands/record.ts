import { Option } from 'commander';
import { CliCommand } from '../command';
import { RECORD_FORMS, type RecordForm, showRecord } from '../dns/record-forms';
import { messageAndAdvice } from '../dns/report';
import { usageError } from '../errors/cli-error';
import { exitCodeOfError } from '../errors/failure-catalogue';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { findRecord } from '../target/find-record';
import { askFunction, eventFields, findTarget, selectorOf } from '../target/target';
import { REPLACED_KEY } from '../words/notes';
import { notifyingDnsTeam } from '../words/progress';
import type { Cli, DomainOptions } from '../world/cli';

interface RecordOptions extends DomainOptions {
  readonly form?: RecordForm;
  readonly notify?: boolean;
}

export const recordCommand = (): CliCommand =>
  new CliCommand('record', 'the record to publish, in every form')
    .description(
      'Prints the DKIM record that the DNS team has to publish. It is made of the key that you give (no AWS needed), or of ' +
        'the private key in S3, whose public half the deployed function returns. With --notify the DNS team is sent it, with those of prepared selectors that are not published.',
    )
    .ofDomain()
    .withSelector()
    .withKeyFile('the key')
    .addOption(new Option('--form <form>', 'print one form alone').choices(Object.keys(RECORD_FORMS)))
    .option('--notify', 'send the notice to the DNS team again; without a topic for it, print the notice')
    .ends({
      ok: 'printed, or sent',
      notReady: 'there is no key yet, or no topic to send the notice to',
      wrong: 'the key cannot be used, or has replaced the one that SES signs with, whose record is printed',
      examples: [
        ['record example.com', 'of the key in S3'],
        ['record example.com -s s1 --key-file private_key.pem', 'of a key file; no AWS, the file stays here'],
        ['record example.com --form zone >> db.example.com', 'the line for a zone file'],
      ],
    })
    .runs(record);

async function record(cli: Cli, options: RecordOptions, text: string): Promise<ExitCode> {
  if (options.notify) return notify(cli, options, text);
  const target = await findTarget(cli, options, text);
  const found = await findRecord(cli, target, selectorOf(target, options.selector), options.keyFile);
  const { refusal } = found;
  for (const warning of found.warnings) cli.out.note(`Warning: ${warning}`);
  if (refusal) cli.out.note(`${REPLACED_KEY} ${messageAndAdvice(refusal)}`);
  const code = refusal?.code ?? 'RECORD';
  const { domain, selector, fingerprint } = found.record;
  const facts = { domain, selector, fingerprint, source: found.source };
  cli.out.result({ code, facts, ...found.record, source: found.source, refusal }, () => {
    if (options.form) return RECORD_FORMS[options.form](found.record);
    return showRecord(found.record, cli.out.colours);
  });
  return refusal ? exitCodeOfError(refusal.code) : EXIT.ok;
}

async function notify(cli: Cli, options: RecordOptions, text: string): Promise<ExitCode> {
  const given = [options.keyFile, options.form].some(Boolean);
  if (given) throw usageError('notify-key-in-s3', {});
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const title = notifyingDnsTeam(selector, target.domain);
  const answer = await askFunction(cli, target, 'notifyDnsTeam', {
    fields: eventFields(target, selector),
    title,
  });
  const { message, notice, text: letter, warnings } = answer;
  for (const warning of warnings) cli.out.note(`Warning: ${warning}`);
  cli.out.result(answer, () =>
    notice.sent ? cli.out.colours.green(message) : `${message}\n\n${letter.subject}\n\n${letter.message}`,
  );
  return notice.sent ? EXIT.ok : EXIT.notReady;
}
