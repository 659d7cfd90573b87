import type { Answers } from '../aws/function';
import { CliError, usageError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { parseList, requireListText } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { showRecord } from '../record-forms';
import { type Due, planDue } from '../rotation/due';
import { awaitsOwner, type EditableList, planRotation, type Rotation } from '../rotation/plan';
import { askFunction, eventFields } from '../target';
import { counted } from '../terminal/words';

interface RotateOptions extends GlobalOptions {
  readonly selector?: string;
  readonly due?: boolean;
  readonly createKey?: boolean;
}

export const rotateCommand = (): CliCommand =>
  new CliCommand('rotate', 'begin a rotation: next selector, new key, edited list')
    .description(
      'Picks the next selector, has the function make its key and notify the DNS team, and edits the list. ' +
        'Regions that share the key rotate together. SES goes on signing with the old selector until the list is deployed. The old record ' +
        'stays: mail in transit and a rollback need it.',
    )
    .argument('[domain]', 'the domain, as it is listed')
    .option('--due', 'every domain that is due; earlier selectors go when nothing needs them')
    .option(
      '-s, --selector <selector>',
      'the new selector (default: one that is prepared, its record published if there are several; else the next, by the list’s naming)',
    )
    .option('--create-key', 'have the function make the key, though the list does not say createKey')
    .ends({
      ok: 'begun: publish, commit, deploy; or nothing is due',
      notReady: 'something due has to wait, such as for a key that its owner brings',
      wrong: 'the new selector has something in its place that cannot be used; the list is as it was',
      examples: [
        ['rotate example.com', 'the regular way, every six months or so'],
        ['rotate --due', 'as docs/examples/rotate.yml does'],
      ],
    })
    .runs(rotate);

async function rotate(cli: Cli, options: RotateOptions, name: string | undefined): Promise<ExitCode> {
  if (options.due && (name !== undefined || options.selector !== undefined || options.createKey))
    throw usageError('--due is for every domain of the list: leave the domain and its options out.');
  if (!options.due && name === undefined) throw usageError('Name a domain of the list, or say --due.');
  const { world, out } = cli;
  const read = await requireListText(world, options);
  const list = { ...read, list: parseList(read) };
  if (name === undefined) return rotateDue(cli, options, list);
  const rotation = await planRotation(cli, options, list, name);
  const { target, listed, selector, edited } = rotation;
  const { createKey = listed.createKey ?? false } = options;
  const why = awaitsOwner({ ...listed, createKey }, rotation);
  if (why !== undefined) throw new CliError(`Nothing was written: ${why}.`, 'CERTIFICATE_NOT_FOUND');
  const fields = {
    ...eventFields(target, selector),
    createKey,
    // The next of two selectors that alternate has signed before, with another key.
    renew: createKey,
    ...(listed.gate && { gate: listed.gate }),
    ...(listed.record && { notifyDnsTeam: false }),
  };
  const title = `Making a key for ${selector} of ${target.domain}`;
  const answer = await askFunction(cli, target, 'createKey', fields, title);
  // The key first: a list that names a selector without a key would only be refused.
  await world.writeFile(read.file, edited);
  const result = { from: listed.selector, to: selector, list: read.file, record: answer.record };
  out.result({ domain: target.domain, ...result }, () => format(cli, rotation, read.file, answer));
  return EXIT.ok;
}

/** Writes the list once, with what is due of every domain. The keys are made by the deploy. */
async function rotateDue(cli: Cli, options: RotateOptions, list: EditableList): Promise<ExitCode> {
  const { world, out } = cli;
  const { text, domains } = await planDue(cli, options, list);
  if (text !== list.text) await world.writeFile(list.file, text);
  const due = domains.filter(({ outcome }) => outcome !== 'nothing');
  out.result({ list: list.file, changed: text !== list.text, domains: due.map(asData) }, () =>
    due.length === 0
      ? `Nothing is due: ${counted(domains.length, 'domain')} of ${list.file}.`
      : due.map(formatDue).join('\n'),
  );
  return worst(due.map(exitCodeOf));
}

function exitCodeOf(due: Due): ExitCode {
  if (due.outcome === 'failed') return due.error.exitCode;
  return due.outcome === 'waits' ? EXIT.notReady : EXIT.ok;
}

const asData = (due: Due) =>
  due.outcome === 'failed' ? { ...due, error: { code: due.error.code, message: due.error.message } } : due;

function formatDue(due: Due): string {
  const names = [due.domain, ...(due.sharing ?? [])].join(', ');
  switch (due.outcome) {
    case 'rotated': {
      const dropped = due.dropped.length > 0 ? ` ${formatDropped(due.dropped)}` : '';
      const key = due.isSpare ? 'Its key is prepared.' : 'The deploy makes its key.';
      return `- ${names}: from ${due.from} to ${due.to}.${dropped} ${key}`;
    }
    case 'dropped':
      return `- ${names}: ${formatDropped(due.dropped)}`;
    case 'waits':
      return `- ${names}: waits, since ${due.why}.`;
    case 'failed':
      return `- ${names}: failed. ${due.error.code}: ${due.error.message}`;
    default:
      return `- ${names}: nothing is due.`;
  }
}

const formatDropped = (selectors: readonly string[]): string =>
  `No mail needs the record of ${selectors.join(', ')}: the deploy removes it.`;

function format(
  { out: { colours } }: Cli,
  { listed, names, selector }: Rotation,
  file: string,
  answer: Answers['createKey'],
): string {
  const from = listed.selector;
  const entry = listed.stack;
  const othersPublish = listed.record === undefined;
  const notified = answer.notice.sent ? 'The DNS team was notified.' : 'Give the DNS team this record.';
  const publish = othersPublish ? [notified, '', showRecord(answer.record, colours), ''] : [];
  const steps = [
    `commit ${file}: git commit -m "Rotate ${entry} to ${selector}" -- ${file}`,
    ...(othersPublish ? [`wait until it is published: byodkim check ${entry} --wait 3600`] : []),
    `deploy: byodkim deploy ${names.join(' ')}`,
    othersPublish
      ? `when \`byodkim status\` says that the record of ${from} may go, remove it`
      : `when mail of ${from} has arrived, take it out of previousSelectors and deploy; byodkim rotate --due does that`,
  ];
  return [
    colours.green(`${names.join(', ')}: from ${from} to ${selector}. ${answer.message}`),
    ...publish,
    'Next:',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    `Leave the record of ${from} in DNS: mail in transit and a rollback need it.`,
  ].join('\n');
}
