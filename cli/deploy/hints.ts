import type { ErrorCode } from '../../handlers/errors/error-details';
import type { DomainList } from '../../list/domain-list';
import type { FailureCode } from '../failure-catalogue';

/** What the engine prints, and the code that it stands for. */
const CODES: readonly (readonly [FailureCode | ErrorCode, RegExp])[] = [
  [
    'NOT_SIGNED_IN',
    /No valid credential sources|validating provider credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|security token included in the request is/,
  ],
  ['DISK_FULL', /no space left on device|disk quota exceeded|read-only file system/i],
  ['ACCOUNT_NOT_ALLOWED', /AWS account ID not allowed/],
  [
    // A role of the zone's account is not ours: neither plan nor destroy may depend on it for good.
    'ROLE_LOST',
    /Cannot assume IAM Role|Provider configuration not present|Route 53 (?:Hosted Zone|Record)[^\n]*(?:\n[^\n]*){0,3}(?:StatusCode: 403|AccessDenied)/,
  ],
  // An error without an ID means that no lock could be written.
  ['STATE_LOCKED', /Error acquiring the state lock[\s\S]*\bID:/],
  ['FUNCTION_NOT_FOUND', /Function not found/],
  ['RESOURCE_PROTECTED', /Instance cannot be destroyed/],
  ['BUCKET_NOT_EMPTY', /BucketNotEmpty/],
  [
    'IDENTITY_NOT_FOUND',
    /Email Identity[^\n]*(?:404|NotFound|couldn't find)|Cannot import non-existent remote object/i,
  ],
  ['IDENTITY_EXISTS', /CreateEmailIdentity[\s\S]{0,300}AlreadyExistsException/],
  ['BACKEND_CHANGED', /Backend configuration changed|Backend type changed/i],
  [
    'EXISTS_ELSEWHERE',
    /Function already exist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceAlreadyExistsException|Schedule group .* already exists/,
  ],
  [
    // A confirmation after it keeps the signing state.
    'SES_CHANGED',
    /_Signing_[0-9A-F]{8}\b.*: Creation complete(?![\s\S]*_Confirmation_[0-9A-F]{8}\b.*: Creation complete)/,
  ],
];

/** Returns the codes that an engine's output stands for. */
export const codesIn = (output: string): readonly (FailureCode | ErrorCode)[] =>
  CODES.filter(([, pattern]) => pattern.test(output)).map(([code]) => code);

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
