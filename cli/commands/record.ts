import { Option } from 'commander';
import { CliCommand } from '../command';
import { findPublished } from '../dns/prove';
import { formatRecord, RECORD_FORMS, type RecordForm } from '../dns/record-forms';
import { messageAndAdvice } from '../dns/report';
import { usageError } from '../errors/cli-error';
import { exitCodeOfError } from '../errors/decisions';
import { EXIT, type ExitCode } from '../exit-codes';
import { findRecord } from '../target/find-record';
import { askFunction, eventFields, findTarget, selectorOf, type Target } from '../target/target';
import { sourceWords } from '../words/key';
import { REPLACED_KEY } from '../words/notes';
import type { Cli, DomainOptions } from '../world/cli';

interface RecordOptions extends DomainOptions {
  readonly form?: RecordForm;
  readonly notify?: boolean;
  readonly remove?: boolean;
  readonly urgent?: boolean;
}

export const recordCommand = (): CliCommand =>
  new CliCommand('record', 'print the record to publish, in every form')
    .description(
      'Prints the DKIM record that the DNS team has to publish. The record is that of the key that you pass (no AWS needed), or of the private key in S3, whose public half the deployed function returns. With --notify, sends it to the DNS team, with the unpublished records of prepared selectors.',
    )
    .ofDomain()
    .withSelector()
    .withKeyFile('the key')
    .addOption(
      new Option(
        '--form <form>',
        'print only one form; value and route53 leave out the records of MAIL FROM',
      ).choices(Object.keys(RECORD_FORMS)),
    )
    .option('--notify', 'send the notice to the DNS team again, or print it if there is no topic for it')
    .option(
      '--remove',
      'with --notify: ask the DNS team to remove the record of a selector that no mail needs',
    )
    .option('--urgent', 'with --notify: ask the DNS team to act at once, as after a leak')
    .ends({
      ok: 'printed, or sent',
      notReady: 'there is no key yet, or no topic to send the notice to',
      wrong: 'the key cannot be used, or has replaced the one that SES signs with, whose record is printed',
      examples: [
        ['record example.com', 'the record of the key in S3'],
        [
          'record example.com -s s1 --key-file private_key.pem',
          'the record of a key file, without AWS; the file does not leave this machine',
        ],
        ['record example.com -s s1 --notify --remove', 'asks the DNS team to remove the earlier record'],
        ['record example.com --form zone >> db.example.com', 'the line for a zone file'],
      ],
    })
    .runs(record);

async function record(cli: Cli, options: RecordOptions, text: string): Promise<ExitCode> {
  if (options.notify) return options.remove ? askRemoval(cli, options, text) : notify(cli, options, text);
  if (options.remove || options.urgent) throw usageError('only-with-notify', {});
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const found = await findRecord(cli, target, selector, options.keyFile);
  const { refusal } = found;
  const zone = options.form === 'octodns' ? await zoneOf(cli, target, selector) : undefined;
  for (const warning of found.warnings) cli.out.note(`Warning: ${warning}`);
  if (refusal) cli.out.note(`${REPLACED_KEY} ${messageAndAdvice(refusal)}`);
  cli.out.result({ ...found.record, source: sourceWords(found.source), refusal }, () => {
    if (options.form) return RECORD_FORMS[options.form]({ ...found.record, ...(zone && { zone }) });
    return formatRecord(found.record, cli.out.colours);
  });
  return refusal ? exitCodeOfError(refusal.code) : EXIT.ok;
}

/** Returns the zone with the records of a domain: its own, or that of a parent; undefined if DNS does not answer. */
async function zoneOf(
  { world }: Cli,
  { domain, gate }: Target,
  selector: string,
): Promise<string | undefined> {
  const { zone } = await findPublished(world, { domain, selector, gate });
  return zone !== undefined && (zone === domain || domain.endsWith(`.${zone}`)) ? zone : undefined;
}

async function notify(cli: Cli, options: RecordOptions, text: string): Promise<ExitCode> {
  const given = [options.keyFile, options.form].some(Boolean);
  if (given) throw usageError('notify-key-in-s3', {});
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const answer = await askFunction(cli, target, 'notifyDnsTeam', {
    fields: { ...eventFields(target, selector), ...(options.urgent && { urgent: true }) },
    work: { code: 'NOTIFYING_DNS_TEAM', facts: { selector, domain: target.domain } },
  });
  const { message, notice, text: letter, warnings } = answer;
  for (const warning of warnings) cli.out.note(`Warning: ${warning}`);
  cli.out.result(answer, () =>
    notice.sent ? cli.out.colours.green(message) : `${message}\n\n${letter.subject}\n\n${letter.message}`,
  );
  return notice.sent ? EXIT.ok : EXIT.notReady;
}

async function askRemoval(cli: Cli, options: RecordOptions, text: string): Promise<ExitCode> {
  if (options.selector === undefined) throw usageError('remove-selector', {});
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const answer = await askFunction(cli, target, 'askRemoval', {
    fields: { selector, ...(options.urgent && { urgent: true }) },
  });
  const { message, notice, text: letter } = answer;
  cli.out.result(answer, () =>
    notice.sent || letter === null ? message : `${message}\n\n${letter.subject}\n\n${letter.message}`,
  );
  // Without a notice, the record may still be needed.
  if (letter === null) return EXIT.wrong;
  return notice.sent ? EXIT.ok : EXIT.notReady;
}
