import type { Answers } from '../aws/function';
import { type Cli, CliCommand, type DomainOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { showRecord } from '../record-forms';
import { askFunction, eventFields, findTarget, selectorOf } from '../target';

export const keyCommand = (): CliCommand => {
  const create = new CliCommand('create', 'make the key pair of a selector')
    .description(
      'Has the function make an RSA-2048 pair, store it encrypted in S3, store the record to publish beside it, and notify the DNS ' +
        'team. A key that is there, such as your own, is never overwritten: what is missing beside it is written. If DNS holds the ' +
        'record of another key at its name, none is made.',
    )
    .ofDomain()
    .withSelector()
    .ends({
      ok: 'made; or the key was there, and its DNS information has been written',
      notReady: 'key and DNS information are there already; nothing was written',
      wrong:
        'the selector is in use with another key, or the object in its place is no usable key; nothing was written',
      examples: [['key create example.com --selector s2', 'the first step of a rotation']],
    })
    .runs(createKey);
  return new CliCommand('key', 'make a key')
    .description('Private keys are made in the function and stay in S3: no command ever sees one.')
    .addCommand(create);
};

async function createKey(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const title = `Making a key for ${selector} of ${target.domain}`;
  const { record } = target.listed ?? {};
  const fields = {
    ...eventFields(target, selector),
    ...(record && !record.delegation && { notifyDnsTeam: false }),
  };
  const answer = await askFunction(cli, target, 'createKey', fields, title);
  cli.out.result(answer, () => showCreated(cli, answer));
  return answer.created || answer.described ? EXIT.ok : EXIT.notReady;
}

function showCreated({ out }: Cli, answer: Answers['createKey']): string {
  const { message, created, storedAt, notice, warnings } = answer;
  const notified = notice.sent
    ? 'The DNS team was notified.'
    : `The DNS team was not notified: ${notice.error ?? notice.reason ?? 'no reason given'}.`;
  const done = [
    (created ? out.colours.green : out.colours.yellow)(message),
    `The private key is at ${storedAt}.`,
    notified,
  ];
  return `${out.withWarnings(done.join('\n'), warnings)}\n\n${showRecord(answer.record, out.colours)}`;
}
