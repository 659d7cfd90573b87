import type { PlannedChange } from './engine';
import type { HandlerError } from './handler-errors';

/** What a deploy must never delete: with it, private keys, armed reverts or mail would be lost. */
interface Protected {
  readonly code: string;
  /** Addresses of resources, as our constructs name them: what users add to a stack is theirs. */
  readonly addresses: RegExp;
  /** What would happen. */
  readonly reason: string;
  readonly advice: string;
}

const PROTECTED: readonly Protected[] = [
  {
    code: 'KEY_STORE_PROTECTED',
    addresses: /^aws_s3_bucket\w*\.\w+_KeyStore_/,
    reason:
      'The deploy would delete the bucket of the private keys, or take its protection away: others in the account could ' +
      'read the keys, and an overwritten key would be lost.',
    advice:
      'Put control.keyStore.bucket back to what it was when the control stack was deployed. Keys and ledgers do not ' +
      'move to another bucket by themselves. To give up the keys on purpose, destroy the domains and then the control stack.',
  },
  {
    code: 'CONTROL_PROTECTED',
    addresses: /^(aws_lambda_function\.\w+_Handler_|aws_scheduler_schedule_group\.\w+_Scheduler_)/,
    reason:
      'The deploy would delete the function or its schedule group. Armed reverts would be lost, and the domains that were ' +
      'deployed with this function could be neither changed nor destroyed.',
    advice:
      'Put control.functionName back: the name of the function cannot be changed while domains are deployed. To change ' +
      'it, destroy the domains and the control stack first.',
  },
  {
    code: 'IDENTITY_PROTECTED',
    addresses: /^aws_sesv2_email_identity\./,
    reason: 'The deploy would delete the identity in SES, which then refuses mail from this domain.',
    advice:
      'Put `identity` and `region` back to what they were. To keep the identity and have the stack let go of it, run ' +
      "`state rm` of the engine for the address above, in the stack's folder below cdktf.out/stacks, then deploy. To delete " +
      'it on purpose: byodkim destroy.',
  },
];

/** Whether it is the code of a plan that is not carried out. A person has to change the list. */
export const isPlanCode = (code: string): boolean =>
  code === OPEN_CODE || PROTECTED.some((each) => each.code === code);

const OPEN_CODE = 'CHANGES_OPEN';

/** A control stack is not destroyed as long as something waits for its function. */
export const openRefusal = (schedules: readonly string[]): HandlerError => ({
  code: OPEN_CODE,
  message:
    'The destroy would delete armed reverts: without the function, changes that are not confirmed and verified would never ' +
    `be rolled back. Nothing was destroyed. Armed:\n${schedules.map((name) => `  ${name}`).join('\n')}`,
  advice:
    'Wait until `byodkim status` shows no open change, or run `byodkim revert` for the domain in the name. Then destroy again.',
});

/** What a plan would lose. Empty where it may be carried out. */
export function planRefusals(changes: readonly PlannedChange[]): HandlerError[] {
  const deleted = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  return PROTECTED.flatMap(({ code, addresses, reason, advice }) => {
    const lost = deleted.filter(({ address }) => addresses.test(address));
    if (lost.length === 0) return [];
    const plan = lost.map(({ address, action }) => `  ${action} ${address}`).join('\n');
    return [{ code, message: `${reason} Nothing was changed. The plan:\n${plan}`, advice }];
  });
}
