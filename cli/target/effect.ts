/** Determines the effect of a deploy or a destroy of an entry on SES. */
import type { ListedDomain } from '../../list/domain-list';
import type { Destruction, Effect } from '../words/meaning';
import type { StatusAnswer } from './function';

/** State of a domain in SES and the ledger. */
export type CurrentState = Pick<StatusAnswer, 'ses' | 'baseline'> &
  Partial<Pick<StatusAnswer, 'transaction'>>;

/** Returns the effect of the first deploy of an entry. */
export function additionOf(
  { identity = 'managed', createKey = false, selector, home }: ListedDomain,
  current: CurrentState | undefined,
): Effect {
  const now = current?.ses ?? null;
  return { code: 'ADDED', facts: { identity, makesKey: createKey, selector, home, now } };
}

/** Returns the effect of a destroy of an entry. */
export function destructionOf({ identity }: ListedDomain, current: CurrentState | undefined): Destruction {
  if (identity !== 'existing') return { code: 'REMOVES_IDENTITY', facts: {} };
  const baseline = current?.baseline;
  if (!baseline) return { code: 'RESTORES', facts: {} };
  if (baseline.restoration.kind === 'disable') return { code: 'SWITCHES_OFF', facts: {} };
  const { origin, selector, enabled } = baseline;
  return { code: 'RESTORES_STATE', facts: { origin, selector, enabled } };
}
