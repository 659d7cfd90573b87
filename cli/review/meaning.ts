import { MINIMUM_OVERLAP_DAYS, mailFromDomainOf } from '../../handlers/contract/contract';
import { added, type CautionCode, type DomainCaution } from '../../handlers/contract/settings/consequence';
import type { ListedDomain } from '../../list/domain-list';
import { additionOf, type CurrentState, destructionOf } from '../target/effect';
import type { ChangedSetting } from '../words/changes';
import type { Alteration, Caution, Effect, Meaning, SigningNow } from '../words/meaning';
import type { DomainChange } from './changes';
import { type ChangedRow, changedRows } from './consequence';

/**
 * Returns the meaning of a change for SES.
 * @param isAdopted whether SES already has it, verified, with the key in the key store, so that nothing is written to SES
 */
export function meaningOf(
  change: DomainChange,
  current: CurrentState | undefined,
  isAdopted = false,
): Meaning {
  switch (change.kind) {
    case 'removed':
      return meaningOfRemoval(change.before, current);
    case 'added':
      return meaningOfAddition(change.after, current, isAdopted);
    case 'changed':
      return meaningOfChange(change, current);
  }
}

function meaningOfRemoval(before: ListedDomain, current: CurrentState | undefined): Meaning {
  const signer = signerOf(current);
  if (current && isUntouched(current))
    return {
      effect: { code: 'NOT_DEPLOYED', facts: {} },
      signs: { before: signer ?? { kind: 'nothing' }, after: null },
      destroy: { code: 'NOT_DEPLOYED', facts: {} },
      cautions: [],
    };
  const { stack, selector } = before;
  return {
    effect: { code: 'REMOVED', facts: {} },
    signs: { before: signer ?? { kind: 'selector', selector }, after: null },
    destroy: destructionOf(before, current),
    cautions: [{ code: 'ROLL_BACK_FIRST', facts: { stack } }],
  };
}

function meaningOfAddition(
  after: ListedDomain,
  current: CurrentState | undefined,
  isAdopted: boolean,
): Meaning {
  const { selector, home, identity } = after;
  const unknown: SigningNow = identity === 'existing' ? { kind: 'unknown' } : { kind: 'nothing' };
  const adopted: Effect = { code: 'ADOPTED', facts: { selector, home } };
  const signer: SigningNow = isAdopted ? { kind: 'selector', selector } : (signerOf(current) ?? unknown);
  return {
    effect: isAdopted ? adopted : additionOf(after, current),
    signs: { before: signer, after: selector },
    destroy: destructionOf(after, current),
    cautions: [...cautionsOfSettings({}, after), ...takenOver(after, current)],
  };
}

function meaningOfChange(
  { before, after, settings }: DomainChange & { readonly kind: 'changed' },
  current: CurrentState | undefined,
): Meaning {
  const { selector } = before;
  return {
    effect: alterationOf(before, after, settings),
    signs: { before: signerOf(current) ?? { kind: 'selector', selector }, after: after.selector },
    destroy: destructionOf(after, current),
    cautions: cautionsOfSettings(before, after),
  };
}

/** Checks whether no deploy has changed the domain, or a destroy has undone the last one. */
export const isUntouched = ({ baseline, transaction }: CurrentState): boolean =>
  baseline === null && transaction === null;

/** Returns the signing state of SES; undefined if it is not known or there is no identity. */
function signerOf(current: CurrentState | undefined): SigningNow | undefined {
  const { origin, selector } = current?.ses ?? {};
  if (origin === undefined) return undefined;
  if (origin !== 'EXTERNAL') return { kind: 'origin', origin };
  return selector === undefined ? { kind: 'unknown' } : { kind: 'selector', selector };
}

function alterationOf(
  before: ListedDomain,
  after: ListedDomain,
  settings: readonly ChangedSetting[],
): Effect {
  const alterations: Alteration[] = [];
  if (before.region !== after.region)
    alterations.push({ kind: 'region', from: before.region, to: after.region });
  if (before.selector !== after.selector)
    alterations.push({ kind: 'selector', from: before.selector, to: after.selector });
  else if (settings.some(({ path }) => path.startsWith('keyStore.')))
    alterations.push({ kind: 'key-place', selector: after.selector });
  if (before.home !== after.home) alterations.push({ kind: 'home', home: after.home ?? null });
  const others = settings.filter(({ path }) => !/^(region|home|selector|keyStore\.)/.test(path));
  return { code: 'CHANGED', facts: { alterations, settings: others } };
}

/** Returns the settings that an identity loses when the stack takes it over. */
function takenOver(listed: ListedDomain, current: CurrentState | undefined): Caution[] {
  if (listed.identity !== 'import' || !current?.ses) return [];
  const taken: Caution = { code: 'TAKEN_OVER', facts: {} };
  const before = current.ses.mailFrom?.domain;
  const after = mailFromDomainOf(listed);
  if (!before || !after || before === after) return [taken];
  return [{ code: 'MAIL_FROM_REPLACED', facts: { before, after } }, taken];
}

/** Returns the cautions of changed settings. @param before `{}` for a new entry */
const cautionsOfSettings = (before: Partial<ListedDomain>, after: ListedDomain): Caution[] =>
  changedRows(before, after).flatMap(({ effects, ...changed }) =>
    effects.flatMap((effect) => (effect.level === 'caution' ? cautionOf(effect.code, changed, after) : [])),
  );

function cautionOf(
  code: CautionCode,
  { path, before, after: value }: Omit<ChangedRow, 'effects'>,
  listed: ListedDomain,
): Caution {
  const { overlapDays: days = MINIMUM_OVERLAP_DAYS } = listed;
  switch (code) {
    case 'LEAVE_RECORD':
      return { code, facts: { selector: String(before), days } };
    case 'LEAVE_MAIL_FROM': {
      const name = mailFromDomainOf({ ...listed, mailFrom: { subdomain: String(before) } })!;
      return { code, facts: { name, days } };
    }
    case 'MAY_SEND':
      return { code, facts: { roles: added(before, value).map(String) } };
    default:
      // No row of a domain has the effects of the whole list.
      return { code: 'WEAKER', facts: { path, value, meaning: code as DomainCaution } };
  }
}
