/** Judges the policies of an identity: only the senders that its stack allows may send as the domain. */
import type { Sender } from '../../aws/identity-policies';
import { SENDERS_POLICY } from '../../contract/contract';
import { type Finding, finding } from '../findings/finding';
import type { Audited } from '../run/audited';

export function judgeSenders({ world, state, ledger: { owner, open } }: Audited): Finding[] {
  if (!state?.senders || open !== null) return [];
  const { [SENDERS_POLICY]: ours = [], ...others } = state.senders;
  const { accounts = [], organization } = owner?.senders ?? {};
  const wanted = [...accounts, ...(organization === undefined ? [] : [organization])].sort();
  const isListed = ({ who }: Sender): boolean =>
    wanted.includes(who) || isOfAccount(who, world.environment.schedulerRoleArn);
  // Without a stack, there is no list that could name a sender.
  const isFound = (sender: Sender): boolean => (owner === null ? isEveryone(sender) : !isListed(sender));
  return [
    ...(owner === null ? [] : judgeOwnPolicy(wanted, ours)),
    ...Object.entries(others).flatMap(([policy, senders]) =>
      senders.filter(isFound).map((sender) => notListed(policy, sender)),
    ),
  ];
}

function judgeOwnPolicy(expected: readonly string[], senders: readonly Sender[]): Finding[] {
  const found = senders.map(({ text }) => text);
  if (found.join() === expected.join()) return [];
  const policy = SENDERS_POLICY;
  const about = { subject: policy, stage: found.join(', ') || 'nobody' };
  return [finding('SENDERS_CHANGED', { policy, expected, found }, about)];
}

const notListed = (policy: string, sender: Sender): Finding =>
  finding(
    'SENDER_NOT_LISTED',
    { policy, sender: sender.text, isEveryone: isEveryone(sender) },
    { subject: `${policy} ${sender.text}` },
  );

const isEveryone = ({ who }: Sender): boolean => who === '*';

/** Checks whether a sender belongs to the identity's own account. @param own an ARN of that account */
function isOfAccount(who: string, own: string): boolean {
  const account = own.split(':')[4];
  if (!account) return false;
  return who === account || new RegExp(`^arn:[^:]*:(?:iam|sts)::${account}:`).test(who);
}
