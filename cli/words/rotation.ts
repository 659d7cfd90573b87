/** Formats the reason why a rotation cannot begin now, for a command that fails with it and for due rotations. */
import { shellWord } from '../../handlers/escape';
import type { BegunRotation, DueOutcome, RotationObstacle, Unasked, WaitReason } from '../facts/rotation';
import { counted } from './format';
import { dnsTeamWords } from './key';

export function obstacleWords(obstacle: RotationObstacle): string {
  switch (obstacle.kind) {
    case 'no-key': {
      const { entry, selector } = obstacle;
      return (
        `The owner of ${entry} brings its keys, and there is none for ${selector} yet. Store it in S3: byodkim key put ` +
        `${entry} FILE -s ${selector}; or let the function make it: createKey: true in the list.`
      );
    }
    case 'key-of-others': {
      const { entry, selector } = obstacle;
      return (
        `The function makes the keys of ${entry} (createKey: true), and others have put one for ${selector} into S3 (KEY_NOT_MADE_HERE). If it is ` +
        'yours, set createKey: false. Otherwise find out who put it there, and delete it and its DNS information from S3.'
      );
    }
    case 'open': {
      const { entry, revertsAt } = obstacle;
      const reverts = revertsAt === null ? '' : ` that reverts at ${revertsAt} unless it is confirmed`;
      return `${entry} is in the middle of a change${reverts}.`;
    }
    case 'behind': {
      const { entry, signsWith, listed } = obstacle;
      return `${entry} signs with ${signsWith}, and the list says ${listed}. Deploy it first, or restore the list.`;
    }
    case 'no-free-selector':
      return obstacle.reason;
  }
}

/** Says that a rotation continues without the answer of a region. */
export const unaskedWords = ({ region, code, why }: Unasked): string =>
  `${region} could not be asked (${code}): ${why} No record is removed from the list without its answer.`;

const waitWords = (why: WaitReason): string =>
  why.kind === 'taken'
    ? 'Another region of the domain takes the same selector. Run this again after it.'
    : obstacleWords(why);

const droppedWords = (dropped: readonly string[]): string =>
  `No mail needs the record of ${dropped.join(', ')}: the deploy removes it.`;

/** Formats the result of an entry, after its name. */
export function dueWords(due: DueOutcome): string {
  switch (due.outcome) {
    case 'nothing':
      return 'nothing is due.';
    case 'rotated': {
      const { from, to, dropped, isPrepared } = due;
      const removed = dropped.length === 0 ? [] : [droppedWords(dropped)];
      const key = isPrepared ? 'Its key is prepared.' : 'The deploy makes its key.';
      return [`from ${from} to ${to}.`, ...removed, key].join(' ');
    }
    case 'dropped':
      return droppedWords(due.dropped);
    case 'waits':
      return `waits. ${waitWords(due.why)}`;
    case 'failed':
      return `failed. ${due.error.code}: ${due.error.message}`;
  }
}

export const begunWords = ({ entries, from, to }: BegunRotation, message: string): string =>
  `${entries.join(', ')}: from ${from} to ${to}. ${message}`;

export const notifiedWords = ({ notice }: BegunRotation): string =>
  notice.sent ? dnsTeamWords(notice) : `${dnsTeamWords(notice)} Give the DNS team this record.`;

/** Formats the next steps, each on its own line. */
export function rotationSteps({ entry, entries, from, to, list, othersPublish }: BegunRotation): string[] {
  const commit = `commit ${list}: git commit -m "Rotate ${entry} to ${to}" -- ${shellWord(list)}`;
  const deploy = `deploy: byodkim deploy ${entries.join(' ')}`;
  const steps = othersPublish
    ? [
        commit,
        `wait until the record is published: byodkim check ${entry} --wait 3600`,
        deploy,
        `remove the record of ${from} when \`byodkim status\` says that it may go`,
      ]
    : [
        commit,
        deploy,
        `when mail signed with ${from} has arrived, take it out of previousSelectors and deploy; byodkim rotate --due does that`,
      ];
  return [
    'Next:',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    `Leave the record of ${from} in DNS: mail in transit and a rollback need it.`,
  ];
}

export const nothingDueWords = (domains: number, list: string): string =>
  `Nothing is due: ${counted(domains, 'domain')} of ${list}.`;
