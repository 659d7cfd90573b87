import { Command } from 'commander';
import type { Answers } from '../aws/answers';
import { callFunction } from '../aws/function';
import { afterHelp, type Bind, type Cli, type GlobalOptions } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { showRecord } from '../show-record';
import { eventFields, findTarget, functionOf, selectorOf } from '../target';

interface KeyOptions extends GlobalOptions {
  readonly selector?: string;
}

export const keyCommand = (bind: Bind): Command => {
  const key = new Command('key')
    .summary('make a key')
    .description('Private keys are made in the function and stay in S3: no command ever sees one.');
  key
    .command('create')
    .summary('make the key pair of a selector')
    .description(
      'Has the function make an RSA-2048 pair, store it encrypted in S3, lay the record to publish beside it, and notify the DNS ' +
        'team. A key that is there is never overwritten: then nothing is written, and its record is shown. Where DNS holds the ' +
        'record of another key at its name, none is made.',
    )
    .argument('<domain>', 'the domain')
    .option('-s, --selector <selector>', 'the DKIM selector (default: as in the domain list)')
    .addHelpText(
      'after',
      afterHelp({
        ok: 'made',
        notReady: 'the selector has a key already; no key was written',
        wrong:
          'the selector is in use with another key, or what lies in its place is no usable key; nothing was written',
        examples: [['key create example.com --selector s2', 'the first step of a rotation']],
      }),
    )
    .action(bind(create));
  return key;
};

async function create(cli: Cli, options: KeyOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const answer = await cli.out.progress.during(
    `Making a key for ${selector} of ${target.domain}`,
    callFunction(cli.world, functionOf(target), 'createKey', {
      ...eventFields(target, selector),
    }),
  );
  cli.out.result(answer, () => showCreated(cli, answer));
  return answer.created ? EXIT.ok : EXIT.notReady;
}

function showCreated({ out: { colours } }: Cli, answer: Answers['createKey']): string {
  const { message, created, storedAt, notice, warnings } = answer;
  const notified = notice.sent
    ? 'The DNS team was notified.'
    : `The DNS team was not notified: ${notice.error ?? notice.reason ?? 'no reason given'}.`;
  return [
    (created ? colours.green : colours.yellow)(message),
    `The private key is at ${storedAt}.`,
    notified,
    ...warnings.map((warning) => colours.yellow(`Warning: ${warning}`)),
    '',
    showRecord(answer.record, colours),
  ].join('\n');
}
