/** Formats the reason why a rotation cannot begin now, for a command that fails with it and for due rotations. */
import { shellWord } from '../../handlers/escape';
import type { NoticeOutcome } from '../../handlers/notices/publish';
import { counted } from '../../handlers/words/counted';
import type { ErrorData } from './coded';
import { dnsTeamWords } from './key';

/** An entry that shares a key, and whose function could not be asked. */
export interface Unasked {
  readonly entry: string;
  readonly region: string;
  /** The error of the call, and its sentence. */
  readonly code: string;
  readonly why: string;
}

/** Reasons why a rotation cannot begin now. */
export type RotationObstacle =
  /** With `key-of-others`, the function makes the keys, but others have stored one for the next selector. */
  | { readonly kind: 'key-of-others'; readonly entry: string; readonly selector: string }
  | { readonly kind: 'no-key'; readonly entry: string; readonly selector: string }
  | { readonly kind: 'open'; readonly entry: string; readonly revertsAt: string | null }
  | {
      readonly kind: 'behind';
      readonly entry: string;
      readonly signsWith: string | null;
      readonly listed: string;
    }
  /** The list's naming gives no free selector: `reason` says why. */
  | { readonly kind: 'no-free-selector'; readonly reason: string };

/** Reason why something that is due must wait. `taken`: another region of the domain takes the same selector. */
type WaitReason = RotationObstacle | { readonly kind: 'taken' };

/** Results for an entry whose rotation, or the removal of an earlier record, may be due. */
export type DueOutcome =
  | { readonly outcome: 'nothing' }
  | {
      readonly outcome: 'rotated';
      readonly from: string;
      readonly to: string;
      /** Whether the new key exists already; otherwise the deploy makes it. */
      readonly isPrepared: boolean;
      /** Earlier selectors whose records the deploy removes. */
      readonly dropped: readonly string[];
    }
  | { readonly outcome: 'dropped'; readonly dropped: readonly string[] }
  | { readonly outcome: 'waits'; readonly why: WaitReason }
  | { readonly outcome: 'failed'; readonly error: ErrorData };

/** A rotation that has begun. */
export interface BegunRotation {
  readonly entry: string;
  /** The entries that share the key and so rotate together. */
  readonly entries: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The list's file. */
  readonly list: string;
  /** Whether others, and not the stack, publish the record. */
  readonly othersPublish: boolean;
  /** Whether the DNS team was asked to publish the record. */
  readonly notice: NoticeOutcome;
}

export function obstacleWords(obstacle: RotationObstacle): string {
  switch (obstacle.kind) {
    case 'no-key': {
      const { entry, selector } = obstacle;
      return (
        `The owner of ${entry} brings its keys, and there is none for ${selector} yet. Store it in S3: \`byodkim key put ` +
        `${entry} FILE -s ${selector}\`; or let the function make it: createKey: true in the list.`
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
        `when mail signed with ${from} has arrived, take it out of previousSelectors and deploy; \`byodkim rotate --due\` does that`,
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
