import { SENDERS_POLICY } from '../contract/contract';
import type { Audited } from './audited';
import { type Finding, finding } from './finding-catalogue';

/** Checks who may send as the domain by policies of its identity: whom its stack lets, and not everyone. */
export function judgeSenders({ state, ledger: { owner, open } }: Audited): Finding[] {
  if (!state?.senders || open !== null) return [];
  const { [SENDERS_POLICY]: ours = [], ...others } = state.senders;
  const { accounts = [], organization } = owner?.senders ?? {};
  const wanted = [...accounts, ...(organization === undefined ? [] : [organization])].sort();
  const format = (who: readonly string[]) => who.join(', ') || 'nobody';
  const changed =
    owner === null || ours.join() === wanted.join()
      ? []
      : finding(
          'SENDERS_CHANGED',
          `Who may send as the domain was changed: expected ${format(wanted)}, found ${format(ours)}, by its policy ${SENDERS_POLICY}.`,
          { subject: SENDERS_POLICY, stage: format(ours) },
        );
  const lax = Object.entries(others).filter(([, who]) => who.some(isEveryone));
  return [
    ...changed,
    ...lax.flatMap(([name]) =>
      finding('SENDERS_CHANGED', `The policy ${name} of the identity lets everyone send as the domain.`, {
        subject: name,
      }),
    ),
  ];
}

const isEveryone = (who: string): boolean => /^(\*|everyone but .*?)( \(.*\))?$/.test(who);
