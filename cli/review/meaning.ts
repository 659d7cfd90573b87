import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { settingsOf, valueAt } from '../../handlers/contract/setting';
import { SETTINGS } from '../../handlers/contract/settings';
import type { ShownState } from '../../handlers/facts/errors';
import type { ListedDomain } from '../../list/domain-list';
import type { StatusAnswer } from '../target/function';
import type { ChangedSetting, DomainChange } from './changes';

/** The state of a domain in SES and the ledger. */
export type CurrentState = Pick<StatusAnswer, 'ses' | 'baseline'> &
  Partial<Pick<StatusAnswer, 'transaction'>>;

/** What a change means, for a reviewer. */
export interface Meaning {
  /** The effect of the deploy on SES. */
  readonly effect: string;
  /** Now and after, e.g. `s1 → s2`. */
  readonly signs: string;
  /** What a destroy of the domain's stack would do, after this change. */
  readonly destroy: string;
  /** Risks, and work beside the deploy. */
  readonly cautions: readonly string[];
}

/** @param isAdopted SES has it already, verified, with the key in the key store: nothing is written to SES */
export function meaningOf(
  change: DomainChange,
  current: CurrentState | undefined,
  isAdopted = false,
): Meaning {
  const { ses } = current ?? {};
  const signs = ses && (ses.origin === 'EXTERNAL' ? (ses.selector ?? '?') : signerOf(ses));
  if (change.kind === 'removed') {
    const { before } = change;
    if (current && isUntouched(current))
      return { effect: 'nothing: it is not deployed', signs: signs ?? 'nothing', destroy: '–', cautions: [] };
    return {
      effect: 'nothing by itself: deploys no longer see it, and SES goes on signing as it does',
      signs: signs ?? before.selector,
      destroy: destruction(before, current),
      cautions: [
        `To roll it back, run \`byodkim destroy ${before.stack}\` while it is still in the list, before this is merged.`,
      ],
    };
  }
  const { after } = change;
  const before: Partial<ListedDomain> = change.kind === 'changed' ? change.before : {};
  const now = signs ?? before.selector ?? (after.identity === 'existing' ? '?' : 'nothing');
  const isNew = change.kind === 'added';
  return {
    effect: isNew ? addition(after, current, isAdopted) : alteration(change.before, after, change.settings),
    signs: now === after.selector || (isNew && isAdopted) ? after.selector : `${now} → ${after.selector}`,
    destroy: destruction(after, current),
    cautions: [
      ...(isNew || before.selector === after.selector ? [] : [leaveRecord(change.before, after)]),
      ...lessProof(after).filter((text) => !lessProof(before).includes(text)),
      ...permissions(before, after),
      ...(isNew ? adoption(after, current) : []),
    ],
  };
}

/** Whether no deploy has changed the domain, or the last has been undone by a destroy. */
export const isUntouched = ({ baseline, transaction }: CurrentState): boolean =>
  baseline === null && transaction === null;

/** Names what SES signs with. */
const signerOf = ({ origin, selector = '?' }: Pick<ShownState, 'origin' | 'selector'>): string =>
  origin === 'AWS_SES' ? 'Easy DKIM' : origin === 'EXTERNAL' ? `BYODKIM with selector ${selector}` : origin;

export function addition(
  listed: ListedDomain,
  current: CurrentState | undefined,
  isAdopted: boolean,
): string {
  const { identity, createKey } = listed;
  const selector = `${listed.selector}${listed.home === undefined ? '' : `, ${ofHome(listed)}`}`;
  if (isAdopted) return `BYODKIM with selector ${selector} is adopted; SES is not written to`;
  const key = createKey ? 'a key is made if none exists; ' : '';
  const now = describeState(current);
  if (identity === 'import')
    return `${key}the identity that exists${now ? `, now ${now},` : ''} is taken over into the stack, and changes to BYODKIM with selector ${selector}`;
  return identity === 'existing'
    ? `${key}the existing identity${now ? `, now ${now},` : ''} changes to BYODKIM with selector ${selector}`
    : `${key}an identity is made and signs with selector ${selector}`;
}

const ofHome = ({ home }: ListedDomain): string => `the key and the record of ${home}`;

function alteration(before: ListedDomain, after: ListedDomain, settings: readonly ChangedSetting[]): string {
  const parts: string[] = [];
  if (before.region !== after.region)
    parts.push(`its region changes from ${before.region} to ${after.region}`);
  if (before.selector !== after.selector) parts.push(`rotates from ${before.selector} to ${after.selector}`);
  else if (settings.some(({ path }) => path.startsWith('keyStore.')))
    parts.push(`reads the key of ${after.selector} from another place; SES changes if it is another key`);
  if (before.home !== after.home)
    parts.push(`signs with ${after.home === undefined ? 'a key and a record of its own' : ofHome(after)}`);
  const others = settings.filter(({ path }) => !/^(region|home|selector|keyStore\.)/.test(path));
  return [...(parts.length === 0 ? ['the signing state stays'] : parts), ...others.map(formatSetting)].join(
    '; ',
  );
}

/** e.g. `gate.waitSeconds: default → 120`; of a list what came and what went, each whole: a part may look as it did. */
export function formatSetting({ path, before, after }: ChangedSetting): string {
  const parts = [
    ...added(before, after).map((each) => `+ ${formatValue(each)}`),
    ...added(after, before).map((each) => `− ${formatValue(each)}`),
  ];
  const isList = Array.isArray(before) && Array.isArray(after) && parts.length > 0;
  return `${path}: ${isList ? parts.join(', ') : `${formatValue(before)} → ${formatValue(after)}`}`;
}

/** Returns the items that a list has gained. */
export const added = (before: unknown, after: unknown): readonly unknown[] =>
  Array.isArray(after) ? after.filter((each) => !Array.isArray(before) || !before.includes(each)) : [];

function formatValue(value: unknown): string {
  if (value === undefined) return 'default';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function destruction({ identity }: ListedDomain, current: CurrentState | undefined): string {
  if (identity !== 'existing') return 'removes the identity: SES then refuses mail from this domain';
  const baseline = current?.baseline;
  if (!baseline) return 'restores what SES had before the first deploy';
  if (baseline.restoration.kind === 'disable')
    return 'switches signing off: the prior state cannot be restored';
  return `restores ${signerOf(baseline)}${baseline.enabled ? '' : ', switched off'}`;
}

export const describeState = ({ ses }: Partial<CurrentState> = {}): string | undefined =>
  ses ? `${signerOf(ses)} (${ses.status})` : undefined;

function adoption({ identity, domain, mailFrom }: ListedDomain, current: CurrentState | undefined): string[] {
  if (identity !== 'import' || !current?.ses) return [];
  const before = current.ses.mailFrom?.domain;
  const after = mailFrom?.subdomain && `${mailFrom.subdomain}.${domain}`;
  return [
    ...(before && after && before !== after
      ? [`Its MAIL FROM domain ${before} is replaced by ${after}, and a destroy does not bring it back.`]
      : []),
    'It is the stack’s from then on: a destroy deletes it, and tags and a configuration set that the list does not name are taken off.',
  ];
}

const leaveRecord = ({ selector }: ListedDomain, after: ListedDomain): string =>
  `Leave the record of ${selector} published until ${after.overlapDays ?? MINIMUM_OVERLAP_DAYS} days after the deploy: a rollback and mail in transit need it.`;

/** Lists who may send mail from then on. */
function permissions(before: Partial<ListedDomain>, { sendEmailRoles }: ListedDomain): string[] {
  const roles = added(before.sendEmailRoles, sendEmailRoles);
  return roles.length === 0 ? [] : [`\`sendEmailRoles\`: ${roles.join(', ')} may send mail as this domain.`];
}

const CAUTIONED = settingsOf(SETTINGS).filter(([, { caution }]) => caution !== undefined);

/** Cautions about settings that weaken the proof. */
const lessProof = (listed: Partial<ListedDomain>): string[] =>
  CAUTIONED.flatMap(([path, { caution }]) => {
    const value = valueAt(listed, path);
    const words = value !== undefined && caution?.(value);
    if (!words) return [];
    const isLong = Array.isArray(value) && value.length > 0;
    return [`\`${isLong ? path : `${path}: ${formatValue(value)}`}\`: ${words}`];
  });
