import { CliCommand } from '../command';
import { formatRecord } from '../dns/record-forms';
import { obstacleError, usageError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { type JudgedDue, planDue } from '../rotation/due';
import { askAbout, type EditableList, planRotation } from '../rotation/plan';
import { parseList, requireListText } from '../target/domain-list';
import type { Answers } from '../target/function';
import { askFunction, eventFields } from '../target/target';
import {
  type BegunRotation,
  begunWords,
  dueWords,
  nothingDueWords,
  notifiedWords,
  rotationSteps,
  unaskedWords,
} from '../words/rotation';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Output } from '../world/output';

interface RotateOptions extends GlobalOptions {
  readonly selector?: string;
  readonly due?: boolean;
  readonly urgent?: boolean;
}

export const rotateCommand = (): CliCommand =>
  new CliCommand('rotate', 'begin a rotation: next selector, new key, edited list')
    .description(
      'Picks the next selector, has the function make its key and notify the DNS team, and edits the list. ' +
        'Regions that share the key rotate together. SES continues to sign with the old selector until the list is deployed. The old record ' +
        'stays: mail in transit and a rollback need it.',
    )
    .argument('[domain]', 'the domain, as it is listed')
    .option('--urgent', 'ask the DNS team to act at once, as after a leak')
    .option('--due', 'rotate every domain that is due, and remove earlier selectors that nothing needs')
    .option(
      '-s, --selector <selector>',
      'the new selector (default: a prepared one, if possible with a published record; otherwise the next one by the list’s naming)',
    )
    .ends({
      ok: 'begun: publish, commit, deploy; or nothing is due',
      notReady: 'a domain that is due has to wait, for example for a key that its owner brings',
      wrong: 'the key or record of the new selector cannot be used; the list was not changed',
      examples: [
        ['rotate example.com', 'a regular rotation, about every six months'],
        ['rotate --due', 'in a scheduled job, as in docs/examples/rotate.yml'],
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
    // The next of two alternating selectors has signed before, with another key.
    renew: createKey,
    gate: listed.gate,
    notifyDnsTeam: listed.record === undefined,
    ...(options.urgent && { urgent: true }),
  };
  const work = { code: 'MAKING_KEY', facts: { selector, domain: target.domain } } as const;
  const answer = await askFunction(cli, target, 'createKey', { fields, work });
  // The key comes first, since a list with a selector without a key would only be refused.
  await world.writeFile(read.file, edited);
  const begun = {
    entry: listed.stack,
    entries: rotation.entries,
    from: listed.selector,
    to: selector,
    list: read.file,
    othersPublish: fields.notifyDnsTeam,
    notice: answer.notice,
  };
  const { record } = answer;
  const warnings = [...facts.unasked.map(unaskedWords), ...answer.warnings];
  out.result(
    { ...begun, domain: target.domain, record, warnings },
    () => showBegun(begun, answer, out.colours),
    warnings,
  );
  return EXIT.ok;
}

/** Writes the list once, with the due changes of every domain. The deploy makes the keys. */
async function rotateDue(cli: Cli, options: RotateOptions, list: EditableList): Promise<ExitCode> {
  const { world, out } = cli;
  const { text, domains, unasked } = await planDue(cli, options, list);
  if (text !== list.text) await world.writeFile(list.file, text);
  const due = domains.filter(({ outcome }) => outcome !== 'nothing');
  const exitCode = worst(due.map((each) => each.exitCode));
  const told = due.map((each) => ({ ...each, text: dueWords(each) }));
  const data = { list: list.file, changed: text !== list.text, domains: told, unasked };
  const words = () =>
    due.length === 0 ? nothingDueWords(domains.length, list.file) : due.map(dueLine).join('\n');
  out.result(data, words, unasked.map(unaskedWords));
  return exitCode;
}

/** Formats an outcome after the entries that it concerns. */
const dueLine = ({ domain, sharing = [], ...due }: JudgedDue): string =>
  `- ${[domain, ...sharing].join(', ')}: ${dueWords(due)}`;

function showBegun(
  begun: BegunRotation,
  { message, record }: Answers['createKey'],
  colours: Output['colours'],
): string {
  const publish = begun.othersPublish ? [notifiedWords(begun), '', formatRecord(record, colours), ''] : [];
  return [colours.green(begunWords(begun, message)), ...publish, ...rotationSteps(begun)].join('\n');
}
