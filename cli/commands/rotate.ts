import { shellWord } from '../../handlers/escape';
import { CliCommand } from '../command';
import { showRecord } from '../dns/record-forms';
import { obstacleError, usageError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import { planDue } from '../rotation/due';
import { askAbout, type EditableList, planRotation, type RotationFacts } from '../rotation/plan';
import { parseList, requireListText } from '../target/domain-list';
import type { Answers } from '../target/function';
import { askFunction, eventFields } from '../target/target';
import { counted } from '../words/format';
import type { Cli, GlobalOptions } from '../world/cli';

interface RotateOptions extends GlobalOptions {
  readonly selector?: string;
  readonly due?: boolean;
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
  if (options.due && [name, options.selector, options.region].some((each) => each !== undefined))
    throw usageError('due-and-domain', {});
  if (!options.due && name === undefined) throw usageError('domain-or-due', {});
  const { world, out } = cli;
  const read = await requireListText(world, options);
  const list = { ...read, list: parseList(read) };
  if (name === undefined) return rotateDue(cli, options, list);
  const facts = await askAbout(cli, options, list, name);
  const rotation = await planRotation(cli, facts, options.selector);
  if ('kind' in rotation) throw obstacleError(rotation);
  const { target, listed } = facts;
  const { selector } = rotation;
  const edited = rotation.edit(read.text);
  const { createKey = false } = listed;
  const fields = {
    ...eventFields(target, selector),
    createKey,
    // The next of two selectors that alternate has signed before, with another key.
    renew: createKey,
    gate: listed.gate,
    notifyDnsTeam: listed.record === undefined,
  };
  const title = `Making a key for ${selector} of ${target.domain}`;
  const answer = await askFunction(cli, target, 'createKey', { fields, title });
  // The key first: a list that names a selector without a key would only be refused.
  await world.writeFile(read.file, edited);
  const { record, warnings } = answer;
  const result = { from: listed.selector, to: selector, list: read.file, record, warnings };
  const printed = () => format(cli, facts, selector, read.file, answer);
  out.result({ domain: target.domain, ...result }, printed, warnings);
  return EXIT.ok;
}

/** Writes the list once, with what is due of every domain. The keys are made by the deploy. */
async function rotateDue(cli: Cli, options: RotateOptions, list: EditableList): Promise<ExitCode> {
  const { world, out } = cli;
  const { text, domains } = await planDue(cli, options, list);
  if (text !== list.text) await world.writeFile(list.file, text);
  const due = domains.filter(({ outcome }) => outcome !== 'nothing');
  out.result({ list: list.file, changed: text !== list.text, domains: due }, () =>
    due.length === 0
      ? `Nothing is due: ${counted(domains.length, 'domain')} of ${list.file}.`
      : due.map((each) => `- ${[each.domain, ...(each.sharing ?? [])].join(', ')}: ${each.text}`).join('\n'),
  );
  return worst(due.map(({ exitCode }) => exitCode));
}

function format(
  { out: { colours } }: Cli,
  { listed, members }: RotationFacts,
  selector: string,
  file: string,
  answer: Answers['createKey'],
): string {
  const from = listed.selector;
  const entry = listed.stack;
  const names = members.map((each) => each.listed.stack);
  const othersPublish = listed.record === undefined;
  const notified = answer.notice.sent ? 'The DNS team was notified.' : 'Give the DNS team this record.';
  const publish = othersPublish ? [notified, '', showRecord(answer.record, colours), ''] : [];
  const steps = [
    `commit ${file}: git commit -m "Rotate ${entry} to ${selector}" -- ${shellWord(file)}`,
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
