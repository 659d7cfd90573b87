import { Command } from 'commander';
import type { Answers } from '../aws/answers';
import { callFunction } from '../aws/function';
import { usageError } from '../cli-error';
import { type Bind, type Cli, examplesHelp, exitCodesHelp, type GlobalOptions } from '../command';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { type Due, planDue } from '../rotation/due';
import { readEditableList } from '../rotation/editable-list';
import { planRotation, type Rotation } from '../rotation/plan';
import { showRecord } from '../show-record';
import { eventFields } from '../target';

interface RotateOptions extends GlobalOptions {
  readonly selector?: string;
  readonly compromised?: boolean;
  readonly due?: boolean;
}

export const rotateCommand = (bind: Bind): Command =>
  new Command('rotate')
    .summary('begin a rotation: next selector, new key, edited list')
    .description(
      'Picks the next selector, has the function make its key and notify the DNS team, and writes it into the domain list, ' +
        'where nothing else changes. SES goes on signing with the old selector until the list is deployed. The old record ' +
        'stays: mail under way and a rollback need it.',
    )
    .argument('[domain]', 'the domain, as it is listed')
    .option('--due', 'every domain that is due; earlier selectors go when nothing needs them any more')
    .option('-s, --selector <selector>', 'the new selector (default: the next one, by the list’s naming)')
    .option('--compromised', 'the old key has leaked: print the fastest safe steps, and how to revoke it')
    .addHelpText(
      'after',
      `${exitCodesHelp({
        ok: 'begun: publish, commit, deploy; or nothing is due',
        notReady: 'something due has to wait',
        wrong: 'the new selector has something in its place that cannot be used; the list is as it was',
      })}\n${examplesHelp([
        ['rotate example.com', 'the regular way, every six months or so'],
        ['rotate example.com --compromised', 'the private key has leaked'],
        ['rotate --due', 'as docs/examples/rotate.yml does'],
      ])}`,
    )
    .action(bind(rotate));

async function rotate(cli: Cli, options: RotateOptions, name: string | undefined): Promise<ExitCode> {
  if (options.due) {
    if (name !== undefined || options.selector !== undefined || options.compromised)
      throw usageError('--due is for every domain of the list: leave the domain and its options out.');
    return rotateDue(cli, options);
  }
  if (name === undefined) throw usageError('Name a domain of the list, or say --due.');
  const { world, out } = cli;
  const rotation = await planRotation(cli, options, await readEditableList(cli, options), name);
  const { target, place, selector } = rotation;
  const answer = await out.progress.during(
    `Making a key for ${selector} of ${target.domain}`,
    callFunction(world, place, 'createKey', {
      ...eventFields(target, selector),
      // Of two selectors that alternate, the next one has signed before: with another key.
      renew: true,
      ...(!rotation.othersPublish && { notifyDnsTeam: false }),
    }),
  );
  // The key first: a list that names a selector without a key would only be refused.
  await world.writeFile(rotation.file, rotation.edited);
  const { from, file } = rotation;
  out.result({ domain: target.domain, from, to: selector, list: file, record: answer.record }, () =>
    format(cli, rotation, answer, options.compromised === true),
  );
  return EXIT.ok;
}

/** Writes the list once, with what is due of every domain. The keys are made by the deploy. */
async function rotateDue(cli: Cli, options: RotateOptions): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await readEditableList(cli, options);
  const { text, domains } = await planDue(cli, options, list);
  if (text !== list.text) await world.writeFile(list.file, text);
  const due = domains.filter(({ outcome }) => outcome !== 'nothing');
  out.result({ list: list.file, changed: text !== list.text, domains: due.map(asData) }, () =>
    due.length === 0
      ? `Nothing is due: ${domains.length} domain${domains.length === 1 ? '' : 's'} of ${list.file}.`
      : due.map(inWords).join('\n'),
  );
  return worst(due.map(exitCodeOf));
}

function exitCodeOf(due: Due): ExitCode {
  if (due.outcome === 'failed') return due.error.exitCode;
  return due.outcome === 'waits' ? EXIT.notReady : EXIT.ok;
}

const asData = (due: Due) =>
  due.outcome === 'failed' ? { ...due, error: { code: due.error.code, message: due.error.message } } : due;

function inWords(due: Due): string {
  switch (due.outcome) {
    case 'rotated': {
      const dropped = due.dropped.length > 0 ? ` ${droppedInWords(due.dropped)}` : '';
      const key =
        due.key === 'the deploy'
          ? 'The deploy makes its key.'
          : `Put its key into S3 first, or make one: byodkim key create ${due.domain} -s ${due.to}.`;
      return `- ${due.domain}: from ${due.from} to ${due.to}.${dropped} ${key}`;
    }
    case 'dropped':
      return `- ${due.domain}: ${droppedInWords(due.dropped)}`;
    case 'waits':
      return `- ${due.domain}: waits, since ${due.why}.`;
    case 'failed':
      return `- ${due.domain}: failed. ${due.error.code}: ${due.error.message}`;
    default:
      return `- ${due.domain}: nothing is due.`;
  }
}

const droppedInWords = (selectors: readonly string[]): string =>
  `No mail needs the record of ${selectors.join(', ')} any more: the deploy removes it.`;

function format(
  { out: { colours } }: Cli,
  rotation: Rotation,
  answer: Answers['createKey'],
  compromised: boolean,
): string {
  const { target, from, selector, othersPublish } = rotation;
  const notified = answer.notice.sent ? 'The DNS team was notified.' : 'Give the DNS team this record.';
  const publish = othersPublish ? [notified, '', showRecord(answer.record, colours), ''] : [];
  return [
    colours.green(`${target.entry}: from ${from} to ${selector}. ${answer.message}`),
    ...publish,
    'Next:',
    ...steps(rotation, compromised).map((step, index) => `  ${index + 1}. ${step}`),
    ...(compromised
      ? [
          '',
          `Until step ${othersPublish ? 4 : 3} is done, whoever has the old key can sign as ${target.domain}.`,
        ]
      : ['', `Leave the record of ${from} in DNS: mail under way and a rollback need it.`]),
  ].join('\n');
}

function steps(rotation: Rotation, compromised: boolean): string[] {
  const { target, from, selector, file, othersPublish } = rotation;
  const { entry } = target;
  return [
    `commit ${file}: git commit -m "Rotate ${entry} to ${selector}" -- ${file}`,
    ...(othersPublish ? [`wait until it is published: byodkim check ${entry} --watch`] : []),
    `deploy: byodkim deploy ${entry}`,
    ...(compromised
      ? revocation(rotation)
      : [`when \`byodkim status\` says that the record of ${from} may go, remove it`]),
  ];
}

/** Only once SES signs with the new key: a record that goes before that takes all mail with it. */
function revocation({ target: { entry }, from, file, othersPublish }: Rotation): string[] {
  const list = `write revokedSelectors: [${from}] into ${file}, at ${entry}${othersPublish ? '' : `, and take ${from} out of previousSelectors`}, and deploy`;
  return [
    `as soon as \`byodkim status\` says that SES verified the new key, ${othersPublish ? `have the record of ${from} set to "v=DKIM1; p=", ` : ''}${list}`,
    `see that it is gone: \`byodkim audit ${entry}\`; mail that ${from} has signed and that is still under way does not verify any more`,
    `find out who read the key (CloudTrail: s3:GetObject of it), and delete the key when no rollback needs it (docs/runbook.md)`,
  ];
}
