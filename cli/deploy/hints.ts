import type { DomainList } from '../../list/domain-list';
import { SIGN_IN } from '../aws/aws-failure';

interface Hint {
  /** Code of an error that it explains; other commands know it, too. */
  readonly code?: string;
  /** Meaning and fix. */
  readonly hint: string;
}

interface HintRow extends Hint {
  /** Matches the engine's output. */
  readonly pattern: RegExp;
}

const HINTS: readonly HintRow[] = [
  {
    pattern:
      /No valid credential sources|validating provider credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|security token included in the request is/,
    code: 'NOT_SIGNED_IN',
    hint: SIGN_IN,
  },
  {
    pattern: /no space left on device|disk quota exceeded|read-only file system/i,
    code: 'DISK_FULL',
    hint: 'Make room (the output folder, the folder of a local state, the temporary folder), then run this again.',
  },
  {
    pattern: /AWS account ID not allowed/,
    code: 'ACCOUNT_NOT_ALLOWED',
    hint:
      'These credentials are of another account than provider.allowedAccountIds of the list names. Sign in to that one ' +
      '(AWS_PROFILE).',
  },
  {
    // A role of the zone's account is not ours: neither plan nor destroy may depend on it for good.
    pattern:
      /Cannot assume IAM Role|Provider configuration not present|Route 53 (?:Hosted Zone|Record)[^\n]*(?:\n[^\n]*){0,3}(?:StatusCode: 403|AccessDenied)/,
    hint:
      'The role of the list (record.roleArn, provider.assumeRoleArn) is gone, or may no longer do this: ask the owner of its ' +
      'account; `byodkim policy zone` prints what it needs. Without the role of a zone: take `record` out of the list; in ' +
      "the stack's folder below cdktf.out/stacks run `state rm` of the engine for each aws_route53_record that its `state " +
      'list` prints; then run this again. The records stay in the zone (docs/zones.md).',
  },
  {
    // An error without an ID means that no lock could be written.
    pattern: /Error acquiring the state lock[\s\S]*\bID:/,
    code: 'STATE_LOCKED',
    hint:
      'Another run works on this stack: Who and Created say which and since when. Wait until it has ended, then run this ' +
      'again. Only if that run is dead: `force-unlock ID` of the engine, with the ID above, in the stack’s folder below ' +
      'cdktf.out/stacks.',
  },
  {
    pattern: /Function not found/,
    code: 'FUNCTION_NOT_FOUND',
    hint:
      'The control stack of this region is not deployed yet. What a domain would change can be shown once it is; ' +
      '`byodkim deploy` deploys it first.',
  },
  {
    pattern: /Instance cannot be destroyed/,
    hint:
      'The bucket of private keys, the function and its schedule group are protected. To give them up, set ' +
      'control.keyStore.protect to false in the list, deploy the control stack, then destroy again.',
  },
  {
    pattern: /BucketNotEmpty/,
    hint:
      'The bucket still holds keys and was not deleted; its policy and versioning may be gone. To give the keys up, delete ' +
      'every version of every object in it, then destroy again. To keep them, deploy the control stack again.',
  },
  {
    pattern: /Email Identity[^\n]*(?:404|NotFound|couldn't find)|Cannot import non-existent remote object/i,
    hint:
      'SES has no such identity in this region. `identity: existing` and `identity: import` do not make one: correct the ' +
      'region or the name of the entry, or leave `identity` out so that the stack makes it.',
  },
  {
    pattern: /Backend configuration changed|Backend type changed/i,
    hint:
      'The backend of the list is not the one that this folder was used with last. If that is on purpose, move the state: ' +
      "`init -migrate-state` of the engine, in the stack's folder below the output folder (CDKTF_OUTDIR, or cdktf.out). If it " +
      'is not, put the list back. Do not use `-reconfigure`, and do not delete the output folder: with an empty state the ' +
      'next deploy would make everything a second time.',
  },
  {
    pattern:
      /Function already exist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceAlreadyExistsException|Schedule group .* already exists/,
    hint:
      'What this stack would make exists already, and the state of another checkout or backend owns it. Deploy with the ' +
      'backend that it was made with (backend in the list); for a second control plane beside the first, set ' +
      'control.functionName. Do not delete it manually: it holds the rollback of every domain.',
  },
  {
    // A confirmation after it keeps the signing state.
    pattern:
      /_Signing_[0-9A-F]{8}\b.*: Creation complete(?![\s\S]*_Confirmation_[0-9A-F]{8}\b.*: Creation complete)/,
    hint:
      'SES was changed before another resource failed. An unconfirmed change is rolled back by itself: `byodkim status` ' +
      'says whether and when. Fix the cause and deploy again, before or after that.',
  },
];

/** Returns what to do, if the engine's own text does not help. */
export const hintsFor = (output: string): readonly Hint[] =>
  HINTS.filter(({ pattern }) => pattern.test(output)).map(({ pattern: _, ...hint }) => hint);

const NEW_CONTROL = /^aws_lambda_function\.[^\n]*: Creation complete/m;

/** Returns what to do after a successful apply. */
export function adviceAfter(output: string, { control }: Pick<DomainList, 'control'>): string[] {
  if (!NEW_CONTROL.test(output)) return [];
  return [
    'The control stack is new. Test once that an armed schedule reaches the function, before a change depends on it: ' +
      '`byodkim drill`. It touches no identity and takes two minutes.',
    ...(Object.keys(control.topics ?? {}).length > 0
      ? []
      : [
          'No topic is set up (control.topics in the list): no notice of a rollback, of an alarm, or of a record to publish is sent.',
        ]),
  ];
}
