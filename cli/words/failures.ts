/** Has the facts and the row of each failure of the command: the message, who acts, and the advice. Markdown. */

import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import type { Advice } from '../../handlers/words/advice';
import { ERRORS, type ErrorCode } from '../../handlers/words/errors';
import { FORGET_RECORDS } from '../../handlers/words/errors/regions';
import { type ListMistake, mistakeLines } from '../../list/mistake';
import type { FactsOfRows } from './coded';
import { obstacleWords, type RotationObstacle } from './rotation';
import type { KeyUsers } from './unlisted';

/** An AWS call by the person at the command, with AWS's answer. */
interface CallerFailure {
  /** Its name in IAM: `lambda:InvokeFunction`. */
  readonly action: string;
  readonly resource: string;
  /** AWS's error, and its message without a full stop. */
  readonly awsError: string;
  readonly awsMessage: string;
}

/** Codes of a call that AWS refused or did not answer. */
export type CallerCode =
  | 'NOT_SIGNED_IN'
  | 'CREDENTIALS_REFUSED'
  | 'CALLER_DENIED'
  | 'KEY_PUT_DENIED'
  | 'SET_DENIED'
  | 'FUNCTION_NOT_FOUND'
  | 'THROTTLED'
  | 'AWS_NOT_REACHED'
  | 'AWS_FAILED';

/** The answer of the function, which has AWS's name. */
interface FunctionFailure {
  /** `function ses-byodkim in eu-west-1`. */
  readonly resource: string;
  readonly reason: string;
}

/** Failures of an engine, whose own text is the message. */
type EngineFailureCode =
  | 'ENGINE_FAILED'
  | 'ENGINE_KILLED'
  | 'SES_CHANGED'
  | 'ACCOUNT_NOT_ALLOWED'
  | 'ROLE_LOST'
  | 'STATE_LOCKED'
  | 'RESOURCE_PROTECTED'
  | 'BUCKET_NOT_EMPTY'
  | 'BACKEND_CHANGED'
  | 'EXISTS_ELSEWHERE'
  | 'RECORD_EXISTS'
  | 'IDENTITY_EXISTS';

/** Refusals of a run before anything is changed. `found` has lines of a plan, or names. */
export type RunRefusalCode =
  | 'KEY_STORE_PROTECTED'
  | 'CONTROL_PROTECTED'
  | 'IDENTITY_PROTECTED'
  | 'RECORD_MOVES'
  | 'MAIL_FROM_STILL_NEEDED'
  | 'REPLACEMENT_REFUSED'
  | 'STATE_BROKEN'
  | 'CHECKOUT_OUTDATED'
  | 'ENTRY_RENAMED'
  | 'DEPLOYED_TWICE'
  | 'CHANGES_OPEN'
  | 'FOREIGN_PROVIDER'
  | 'PROVIDER_NOT_LOCKED'
  | 'LOCAL_STATE_IN_CI';

/** An error that the function threw, as an engine prints it. */
export interface HandlerError {
  /** The code, such as DNS_TXT_NOT_READY. */
  readonly code: string;
  /** Description of the error. */
  readonly message: string;
  /** The facts of the message, if they are known here. */
  readonly facts?: unknown;
  /** Advice, if the error itself has it. */
  readonly advice?: string | undefined;
}

/** Codes of the command's failures, in addition to those of the function. */
export type FailureCode = keyof FailureFacts | EngineFailureCode | RunRefusalCode;

/** Row of one of the command's own failures. */
export interface FailureRow extends Omit<Advice, 'who' | 'todo'> {
  /** The person who acts. Absent, like `todo`, if the message has the advice. */
  readonly who?: string;
  readonly todo?: string;
}

/** Row of a failure that this command throws, with the message by its facts. */
interface ThrownRow<Facts> extends FailureRow {
  readonly what: (facts: Facts) => string;
}

/** A refusal of a run before anything is changed. */
interface RefusalRow extends FailureRow {
  /** The action of the run, and its effect. */
  readonly would: string;
  readonly effect: string;
}

/** Row of a failure of this machine, of the engine, or of AWS's answer to the person at the command. */
const failed = (todo: string) => ({ who: 'the deployer', todo });

/** A refusal of a run before anything is changed. */
const refused = (would: string, effect: string, todo: string): RefusalRow => ({
  who: 'the author of the change in the list',
  would,
  effect,
  todo,
});

/** Copies the advice from the function's row of the same code. */
const like = (code: ErrorCode) => {
  const { who, todo } = ERRORS[code];
  return { who, todo: todo() };
};

const NOTHING_WRITTEN = 'Nothing was written.';

const callFailed = ({ action, resource, awsError, awsMessage }: CallerFailure): string =>
  `${action} on ${resource} failed: ${awsError}: ${awsMessage}.`;

/** Another key where one is to be stored or made. `expected` and `found` are fingerprints. */
type OtherKey =
  | {
      readonly kind: 'stored';
      readonly place: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly kind: 'taken';
      readonly selector: string;
      readonly domain: string;
      readonly recordName: string;
      /** Of the published key. */
      readonly found: string;
    }
  | {
      readonly kind: 'published';
      readonly file: string;
      readonly recordName: string;
      readonly expected: string;
      readonly found: string;
    };

/** Formats the place of a key other than the one to store or make. */
function whatIsInUse(facts: OtherKey): string {
  const { found } = facts;
  switch (facts.kind) {
    case 'stored':
      return `${facts.place} holds another key, and is never overwritten: expected ${facts.expected}, found ${found}. ${NOTHING_WRITTEN}`;
    case 'published':
      return `${facts.file} (${facts.expected}) does not match the record published at ${facts.recordName} (${found}). ${NOTHING_WRITTEN}`;
    case 'taken':
      return `Selector ${facts.selector} of ${facts.domain} is in use: another key is published at ${facts.recordName} (${found}). No key was made for any selector.`;
  }
}

const IN_STACK = "in the stack's folder below cdktf.out/stacks";

type GitFailure =
  | { readonly kind: 'absent'; readonly folder: string }
  /** `git show` of the list at a commit. */
  | { readonly kind: 'not-shown'; readonly commit: string; readonly place: string }
  | { readonly kind: 'failed'; readonly reason: string };

function whatOfGit(facts: GitFailure): string {
  switch (facts.kind) {
    case 'absent':
      return `git cannot be run in ${facts.folder}. Is it installed?`;
    case 'not-shown':
      return `git show ${facts.commit}:${facts.place} failed.`;
    case 'failed':
      return facts.reason;
  }
}

/** The errors that this command throws. */
const ROWS = {
  INTERRUPTED: { what: () => 'Interrupted. Nothing was changed.' },
  NOT_SIGNED_IN: {
    ...failed('Sign in (for instance with `aws sso login`), or set AWS_PROFILE.'),
    what: ({ awsError, awsMessage }: CallerFailure) =>
      `AWS does not know who you are (${awsError}: ${awsMessage}).`,
  },
  /** Credentials that AWS does not know in this region. */
  CREDENTIALS_REFUSED: {
    ...failed(
      'Check the region: AWS may have none of this name, the account may not have enabled it, or it may be of another partition ' +
        'than the credentials (China, GovCloud). If the region is right, sign in again (for instance with `aws sso login`), or set ' +
        'AWS_PROFILE.',
    ),
    what: ({ action, resource, awsError, awsMessage }: CallerFailure) =>
      `AWS does not accept your credentials for ${action} on ${resource} (${awsError}: ${awsMessage}).`,
  },
  CALLER_DENIED: {
    ...failed('Ask for this permission, or set AWS_PROFILE to a profile that has it.'),
    what: ({ action, resource, awsMessage }: CallerFailure) =>
      `You are not allowed to call ${action} on ${resource}: ${awsMessage}.`,
  },
  /** Refused by the caller's policy, or by the bucket's. */
  KEY_PUT_DENIED: {
    ...failed(
      'The role needs the policy that `byodkim policy put-keys` prints, and its ARN in `control.keyStore.writers`. Then deploy ' +
        'the control stack.',
    ),
    what: ({ action, resource, awsMessage }: CallerFailure) =>
      `You are not allowed to call ${action} on ${resource}: ${awsMessage}.`,
  },
  SET_DENIED: {
    ...failed(
      'Ask for the policy that `byodkim policy set-domain <domain>` prints, or set AWS_PROFILE to a profile that has it.',
    ),
    what: ({ action, resource, awsMessage }: CallerFailure) =>
      `You are not allowed to call ${action} on ${resource}: ${awsMessage}.`,
  },
  THROTTLED: {
    ...failed('Try again. If this was a deploy, pass a lower --concurrency.'),
    what: ({ awsMessage }: CallerFailure) => `AWS is busy: ${awsMessage}.`,
  },
  AWS_NOT_REACHED: {
    ...failed(
      'Check the network, a proxy, AWS_ENDPOINT_URL, and the region: AWS may have none of this name.',
    ),
    what: callFailed,
  },
  AWS_FAILED: { ...failed(ERRORS.DEPENDENCY_FAILED.todo()), what: callFailed },
  FUNCTION_NOT_FOUND: {
    ...failed(
      'Deploy the control stack of this region first: `byodkim deploy` does, before a domain. Or name another function ' +
        '(--function) or region (--region).',
    ),
    next: 'deploy the control stack first',
    what: ({ resource }: CallerFailure) => `There is no ${resource}.`,
  },
  FUNCTION_TIMED_OUT: {
    ...failed('Try again. If this was a deploy, pass a lower --concurrency.'),
    what: ({ resource, reason }: FunctionFailure) => `The ${resource} ran out of time: ${reason}.`,
  },
  FUNCTION_FAILED: {
    ...failed('Read its log, below /aws/lambda/.'),
    what: ({ resource, reason }: FunctionFailure) => `The ${resource} failed: ${reason}.`,
  },
  UNEXPECTED_ANSWER: {
    ...failed('Check whether it is the function of this project. Pass another one with --function.'),
    what: ({ resource }: { resource: string }) =>
      `The ${resource} did not answer as this project’s function does.`,
  },
  DISK_FULL: {
    ...failed(
      'Make room (the output folder, the folder of a local state, the temporary folder), then run this again.',
    ),
    what: ({ reason }: { reason: string }) => `${reason}. The existing files are intact.`,
  },
  /** A defect, with the error's message and its stack. */
  UNEXPECTED: {
    ...failed('This is a defect of byodkim; please report it with all of this.'),
    what: ({ reason, stack }: { reason: string; stack: string | undefined }) => `${reason}\n${stack}`,
  },
  AWS_NOT_ASKED: { what: () => 'AWS was not asked (--no-aws).' },
  ENGINE_REFUSED: { what: ({ reason }: { reason: string }) => reason },
  SYNTHESIS_FAILED: {
    what: ({ app }: { app: string }) =>
      `The stacks could not be synthesized (\`${app}\`). The reason stands above.`,
  },
  GIT_FAILED: {
    what: whatOfGit,
  },
  LIST_NOT_FOUND: {
    what: ({ file, reason }: { file: string; reason: string }) =>
      `The domain list ${file} cannot be read: ${reason}.`,
  },
  LIST_INVALID: {
    what: (
      facts:
        | { readonly kind: 'mistakes'; readonly file: string; readonly mistakes: readonly ListMistake[] }
        | { readonly kind: 'at-commit'; readonly commit: string; readonly reason: string },
    ) =>
      facts.kind === 'mistakes'
        ? mistakeLines(facts.file, facts.mistakes)
        : `The list of ${facts.commit} cannot be compared with. Pass another commit.\n${facts.reason}`,
  },
  /** The output folder cannot be made. `reason`: the message of the system. */
  FOLDER_UNUSABLE: {
    ...failed('Set CDKTF_OUTDIR to a folder that this user may write to, then run this again.'),
    what: ({ folder, reason }: { folder: string; reason: string }) =>
      `The output folder ${folder} cannot be made: ${reason}. Nothing was changed.`,
  },
  FOLDER_IN_USE: {
    ...refused(
      'plan or apply in the output folder of another command',
      'Each would overwrite the other’s plans.',
      'Wait until it has ended, or set CDKTF_OUTDIR to another folder.',
    ),
    what: ({
      folder,
      command,
      pid,
      host,
      since,
      file,
    }: {
      folder: string;
      command: string;
      pid: string;
      host: string;
      /** ISO 8601. */
      since: string;
      /** The file that locks the folder, if the other command runs on another machine. */
      file?: string | undefined;
    }) =>
      `${folder} is in use by \`byodkim ${command}\` (process ${pid} on ${host}, since ${since}). Nothing was changed.` +
      (file === undefined ? '' : ` If it has ended there, delete ${file}.`),
  },
  CERTIFICATE_NOT_FOUND: {
    ...like('CERTIFICATE_NOT_FOUND'),
    todo: 'Store the key with the command in the message, or set `createKey: true`.',
    what: (obstacle: RotationObstacle & { kind: 'no-key' }) =>
      `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  },
  KEY_NOT_MADE_HERE: {
    ...like('KEY_NOT_MADE_HERE'),
    what: (obstacle: RotationObstacle & { kind: 'key-of-others' }) =>
      `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  },
  /** Homes that were taken out of the list. */
  KEY_SHARED: {
    ...like('KEY_SHARED'),
    what: ({ homes }: { homes: readonly KeyUsers[] }) =>
      homes
        .map(
          ({ stack, others }) =>
            `${stack} was taken out of the list, but is deployed: it has the key or the record that ${others.join(', ')} signs with. ` +
            'A deploy would remove the permission to read that key. Restore the entry in the list first.',
        )
        .join(' '),
  },
  CONCURRENT_UPDATE: {
    ...like('CONCURRENT_UPDATE'),
    what: (obstacle: RotationObstacle & { kind: 'open' }) => `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  },
  /** A domain that `byodkim set` must leave to its control stack. */
  DOMAIN_MANAGED: {
    ...failed(
      'Change the selector of this entry in the list that it was deployed with, and run `byodkim deploy <domain>`. If no list has the ' +
        'domain any more, remove the tag `byodkim` from its identity in SES, and run this again.',
    ),
    what: ({
      entry,
      region,
      by,
    }: Readonly<Record<'entry' | 'region', string>> & { readonly by: 'tag' | 'ledger' }) =>
      `The control stack in ${region} manages ${entry}: ${by === 'tag' ? 'its identity in SES has the tag byodkim=managed' : 'its ledger has a state of it'}. Nothing was changed.`,
  },
  SELECTOR_IN_USE: {
    ...like('SELECTOR_IN_USE'),
    todo: 'Use another selector (-s), or the private key of the record that is published.',
    what: whatIsInUse,
  },
} satisfies Readonly<Record<string, ThrownRow<never>>>;

export type FailureFacts = FactsOfRows<typeof ROWS>;

export const THROWN: { readonly [Code in keyof FailureFacts]: ThrownRow<FailureFacts[Code]> } = ROWS;

const OF_ANOTHER_OWNER =
  'deploy with the backend that it was made with (backend in the list); for a second control plane in addition to the first, set ' +
  'control.functionName. Do not delete it manually: it contains the rollback of every domain.';
const OF_ANOTHER_STATE =
  'An object that this stack would create exists already. If the state of another checkout or backend owns it, ' +
  OF_ANOTHER_OWNER;

/**
 * Formats the advice about existing objects, with the command that imports each.
 * @param isContinued whether an earlier deploy of the stack was cut off, which is then the likely cause
 */
export function importAdvice(
  imports: readonly { readonly address: string; readonly id: string }[],
  isContinued: boolean,
): string {
  const commands = imports.map(({ address, id }) => `\`import ${address} ${id}\``).join(', then with ');
  const run = `run the engine (terraform or tofu), ${IN_STACK}, with ${commands}. Then deploy again.`;
  return isContinued
    ? `The last deploy of this stack was cut off, and has probably made this: ${run} Only if the state of another checkout or ` +
        `backend owns it, ${OF_ANOTHER_OWNER}`
    : `${OF_ANOTHER_STATE} If an earlier deploy of this stack was cut off and no other state has it, ${run}`;
}

const RECORD_THERE =
  'The records are in Route 53 already, such as records that were published manually. Do not delete them: mail may be signed with ' +
  'them. Let the stack take them over:';
const RECORD_THEN = 'Then deploy again, which replaces a value other than the expected one.';

/** Formats the advice about existing records, with the command that imports each. */
export const recordImportAdvice = (
  imports: readonly { readonly address: string; readonly id: string }[],
): string =>
  `${RECORD_THERE} run the engine (terraform or tofu), ${IN_STACK}, with ` +
  `${imports.map(({ address, id }) => `\`import ${address} ${id}\``).join(', then with ')}. ${RECORD_THEN}`;

/**
 * Formats the advice about records in DNS that the hosted zone of a stack may have, before its deploy. The plan has their
 * addresses.
 */
export const RECORD_MAY_EXIST =
  'If they are there, do not delete them: mail may be signed with them. Let the stack take them over: run `byodkim diff <domain>`, ' +
  `then \`import ADDRESS ZONE-ID_NAME_TYPE\` of the engine for each, ${IN_STACK}. The deploy then replaces a value other than the expected one.`;

/** Says that a signal ended the engine. */
export const killedWords = (signal: string): string =>
  `The engine was ended by ${signal} in the middle of its work, and printed no error.`;

/**
 * Says how the lock file is made. The engine reads only the configuration for it, and no state.
 * @param folder of any stack
 */
export function lockAdvice(engine = 'terraform', folder = 'cdktf.out/stacks/STACK'): string {
  const file = `${folder}/.terraform.lock.hcl`;
  const command = `rm -f ${file} && ${engine} -chdir=${folder} providers lock -platform=linux_amd64 && cp ${file} .`;
  return `Make it next to \`cdktf.json\`, with a \`-platform\` for each that deploys: \`${command}\`. Commit it, and run this again.`;
}

/** Rows of an engine's failures, whose own text is the message. */
export const OF_ENGINE: Readonly<Record<EngineFailureCode, FailureRow>> = {
  ENGINE_FAILED: failed('Fix the cause, then run this again.'),
  ENGINE_KILLED: failed(
    'Run this again. An engine is killed when memory runs out or a CI job is cancelled; if it happens again, give it more ' +
      'memory or pass a lower --concurrency. Its last objects may be missing from its state. The next run then reports that they exist already, with the advice.',
  ),
  SES_CHANGED: failed(
    'SES was changed before another resource failed. An unconfirmed change is rolled back by itself: `byodkim status` shows whether and when. Fix the cause and deploy again, before or after that.',
  ),
  ACCOUNT_NOT_ALLOWED: failed(
    'These credentials belong to an account that is not in provider.allowedAccountIds of the list. Sign in to that one ' +
      '(AWS_PROFILE).',
  ),
  ROLE_LOST: failed(
    'The role of the list (record.roleArn, provider.assumeRoleArn) is gone, or no longer has this permission: ask the owner of its ' +
      'account; `byodkim policy zone` prints the permissions that it needs. Without the role of a zone: take `record` out of the list; ' +
      `${FORGET_RECORDS} (docs/zones.md). Then run this again.`,
  ),
  STATE_LOCKED: failed(
    'Another run works on this stack: Who and Created show which run, and since when. Wait until it has ended, then run this ' +
      `again. Only if that run is dead: \`force-unlock ID\` of the engine, with the ID above, ${IN_STACK}.`,
  ),
  RESOURCE_PROTECTED: failed(
    'The bucket of private keys, the function and its schedule group are protected. To give them up, set ' +
      'control.keyStore.protect to false in the list, deploy the control stack, then destroy again.',
  ),
  BUCKET_NOT_EMPTY: failed(
    'The bucket still holds keys and was not deleted; its policy and versioning may be gone. To give the keys up, delete ' +
      'every version of every object in it, then destroy again. To keep them, deploy the control stack again.',
  ),
  BACKEND_CHANGED: failed(
    'The backend of the list is not the one that this folder was used with last. If that is intended, move the state: ' +
      "`init -migrate-state` of the engine, in the stack's folder below the output folder (CDKTF_OUTDIR, or cdktf.out). If it " +
      'is not, put the list back. Do not use `-reconfigure`, and do not delete the output folder: with an empty state the ' +
      'next deploy would make everything a second time.',
  ),
  EXISTS_ELSEWHERE: failed(
    `${OF_ANOTHER_STATE} If an earlier deploy of this stack was cut off and no other state has it, run \`import ADDRESS NAME\` ` +
      `of the engine for it, ${IN_STACK}, then deploy again.`,
  ),
  RECORD_EXISTS: failed(
    `${RECORD_THERE} run \`import ADDRESS ZONE-ID_NAME_TYPE\` of the engine for each, ${IN_STACK}. ${RECORD_THEN}`,
  ),
  IDENTITY_EXISTS: failed(
    'If the state of another checkout or backend owns the identity, deploy with the backend that it was made with (backend in ' +
      'the list). If no state owns it, write `identity: import` to take it over, or `identity: existing`.',
  ),
};

/** Refusals of a run before anything is changed. */
export const RUN_REFUSALS: { readonly [Code in RunRefusalCode]: RefusalRow } = {
  KEY_STORE_PROTECTED: refused(
    'delete the bucket of the keys, or weaken its protection',
    'Others in the account could read the keys, and an overwritten key would be lost.',
    'Restore control.keyStore to its value in the last deploy of the control stack. Keys and ledgers do not move to ' +
      'another bucket by themselves. To give up the keys, destroy the domains and then the control stack.',
  ),
  CONTROL_PROTECTED: refused(
    'delete the function or its schedule group',
    'Armed reverts would be lost, and its domains could be neither changed nor destroyed.',
    'Restore control.functionName: the name of the function cannot be changed while domains are deployed. To change ' +
      'it, destroy the domains and the control stack first.',
  ),
  IDENTITY_PROTECTED: refused(
    'delete an identity in SES',
    'SES then refuses mail from its domain.',
    'Restore the earlier `identity` and `region`. To move a domain to another region, add it as DOMAIN@REGION with a new ' +
      'selector, deploy it, send mail there, then destroy the earlier entry. To keep the identity and remove it from the stack, run ' +
      `\`state rm\` of the engine for its address, ${IN_STACK}, then deploy. To delete it on purpose, run \`byodkim destroy <domain>\`.`,
  ),
  RECORD_MOVES: refused(
    'move records to another hosted zone',
    'DNS may still serve the earlier one, which would lose them.',
    `Run \`state rm\` of the engine for each address of the plan, ${IN_STACK}, then deploy: both zones have the records. ` +
      'Delegate the domain to the new zone before you delete those of the earlier one.',
  ),
  MAIL_FROM_STILL_NEEDED: refused(
    'delete the MAIL FROM records of a domain whose `mailFrom` stays in the list',
    'Mail, also mail on its way, loses its return address and its SPF alignment, and with `onMxFailure: reject` SES sends none.',
    'To give MAIL FROM another name, first run `state rm` of the engine for each address above, ' +
      `${IN_STACK}, then deploy: the records of the earlier name stay in the zone. Delete them there by hand, ${MINIMUM_OVERLAP_DAYS} days after ` +
      `the deploy or later. To let others publish the records, ${FORGET_RECORDS}. Then deploy again. To give MAIL FROM up, take \`mailFrom\` out of the list.`,
  ),
  REPLACEMENT_REFUSED: refused(
    'replace an object of which only one can exist (a tainted object, `-replace`)',
    'AWS would refuse the new object, or the deletion of the existing one would take the new one with it.',
    `For a tainted object, run \`untaint ADDRESS\` of the engine, with the address above, ${IN_STACK}, then deploy again. For a replacement ` +
      '(`-replace`, TF_CLI_ARGS_plan), leave the option out.',
  ),
  STATE_BROKEN: refused(
    'continue from a state that is empty or truncated',
    'A deploy might make everything a second time; a destroy would find nothing to destroy.',
    'Restore an earlier version of its .tfstate: in the bucket of backend.s3 (its versions), or from the file ' +
      '.tfstate.backup next to a local state. Delete it only if it is empty and has no earlier version, because its first ' +
      'deploy was killed: then deploy again.',
  ),
  CHECKOUT_OUTDATED: refused(
    'replace a function by the older one of this checkout',
    'The newer stacks and commands expect what the older function does not do.',
    'Update this checkout (`git pull`, then `npm ci`), and run this again. To go back on purpose, deploy the control stack at a ' +
      'terminal, without --yes: the deploy then asks.',
  ),
  ENTRY_RENAMED: refused(
    'create a second time, under a new name, what an entry of the list created under an earlier name',
    'Existing objects would be refused, or would belong to two stacks.',
    'Rename the state of the entry, with the command in the message. Do not delete the state: only the state knows what the stack owns.',
  ),
  DEPLOYED_TWICE: refused(
    'deploy or destroy an entry that two stacks have',
    'Each changes what the other one owns: the destroy of one deletes the identity with which the other signs, and SES then refuses its mail.',
    'Keep the stack with whose selector SES signs (`byodkim status`), under its name in the list, and set the state of the other one ' +
      'aside, with the command in the message.',
  ),
  CHANGES_OPEN: refused(
    'destroy a control stack while reverts are armed',
    'Changes that are not confirmed and verified would never be rolled back.',
    'Wait until `byodkim status` shows no open change, or run `byodkim revert` for the domain in the name. Then destroy again.',
  ),
  FOREIGN_PROVIDER: refused(
    'start a provider that the stack does not ask for',
    'The state of the stack names it: whoever can write the state would choose a program that runs with your permissions.',
    'Find out who wrote the state, and restore an earlier version of its .tfstate, as for STATE_BROKEN. Do not add the provider to ' +
      'the lock file. If a resource of your own in main.ts used it, keep the provider there until a deploy has removed the resource.',
  ),
  PROVIDER_NOT_LOCKED: refused(
    'start a provider that no lock file next to `cdktf.json` names',
    'Nobody has reviewed its program, which would run with your permissions.',
    lockAdvice(),
  ),
  LOCAL_STATE_IN_CI: refused(
    'keep the state on a CI runner',
    'The state is lost with the runner, and the next deploy would make everything a second time.',
    'Set backend.s3 in the list. If this machine stays, unset CI.',
  ),
};
