import type { PlannedChange } from './engine';
import type { HandlerError } from './handler-errors';

/** Resources that a deploy must not delete: private keys, armed reverts or mail would be lost. */
interface Protected {
  readonly code: string;
  /** Addresses, as our constructs name them: what users add to a stack is theirs. */
  readonly addresses: RegExp;
  readonly reason: string;
  readonly advice: string;
}

const KEY_STORE: Protected = {
  code: 'KEY_STORE_PROTECTED',
  addresses: /^aws_s3_bucket\w*\.\w+_KeyStore_/,
  reason:
    'The deploy would delete the bucket of the private keys, or take its protection away: others in the account could ' +
    'read the keys, and an overwritten key would be lost.',
  advice:
    'Put control.keyStore back to what it was when the control stack was deployed. Keys and ledgers do not move to ' +
    'another bucket by themselves. To give up the keys, destroy the domains and then the control stack.',
};

const PROTECTED: readonly Protected[] = [
  KEY_STORE,
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

const OPEN_CODE = 'CHANGES_OPEN';

/** Whether it is the code of a plan that is refused: a person has to change the list. */
export const isPlanCode = (code: string): boolean =>
  code === OPEN_CODE || PROTECTED.some((each) => each.code === code);

/** Returns the error of a destroy of a control stack whose function armed reverts wait for. */
export const openRefusal = (schedules: readonly string[]): HandlerError => ({
  code: OPEN_CODE,
  message:
    'The destroy would delete armed reverts: without the function, changes that are not confirmed and verified would never ' +
    `be rolled back. Nothing was destroyed. Armed:\n${schedules.map((name) => `  ${name}`).join('\n')}`,
  advice:
    'Wait until `byodkim status` shows no open change, or run `byodkim revert` for the domain in the name. Then destroy again.',
});

/** Returns an error for each kind of protected resource that a plan would delete. */
export function planRefusals(changes: readonly PlannedChange[]): HandlerError[] {
  const deleted = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  return PROTECTED.flatMap((kind) => {
    const lost = deleted.filter(({ address }) => kind.addresses.test(address));
    return refusal(
      kind,
      lost.map(({ address, action }) => `${action} ${address}`),
    );
  });
}

function refusal({ code, reason, advice }: Protected, plan: readonly string[]): HandlerError[] {
  if (plan.length === 0) return [];
  const lines = plan.map((line) => `  ${line}`).join('\n');
  return [{ code, message: `${reason} Nothing was changed. The plan:\n${lines}`, advice }];
}

/** A resource of `show -json` of a plan, as far as it is read here. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

/** Whether a plan changes the key store in place: then `weakeningRefusals` has to read it in full. */
export const touchesKeyStore = (changes: readonly PlannedChange[]): boolean =>
  changes.some(({ address, action }) => action === 'update' && KEY_STORE.addresses.test(address));

/** For each resource of the key store, the protection that it gives: lines, none of which may be lost. */
const PROTECTION: Readonly<Record<string, (json: string) => readonly string[]>> = {
  aws_s3_bucket_public_access_block: (json) => json.match(/"\w+":true/g) ?? [],
  aws_s3_bucket_versioning: (json) => json.match(/"status":"Enabled"/g) ?? [],
  aws_s3_bucket_server_side_encryption_configuration: (json) =>
    json.match(/"aws:kms(:dsse)?"|"SSE-C"/g) ?? [],
  aws_s3_bucket_policy: (json) => json.match(/\\"Sid\\":\\"\w+\\"/g) ?? [],
};

/** Returns an error where a plan would take away protection of the key store by changing it in place. */
export function weakeningRefusals(changes: readonly ResourceChange[]): HandlerError[] {
  const lost = changes.flatMap(({ address, type, change: { before, after } }) => {
    const protection = PROTECTION[type];
    if (!protection || !before || !after || !KEY_STORE.addresses.test(address)) return [];
    // What is not known before the apply is not in `after`.
    const kept = protection(JSON.stringify({ ...before, ...after }));
    const gone = protection(JSON.stringify(before)).filter((each) => !kept.includes(each));
    return gone.map((each) => `update ${address}: without ${each.replaceAll('\\', '')}`);
  });
  return refusal(KEY_STORE, lost);
}
