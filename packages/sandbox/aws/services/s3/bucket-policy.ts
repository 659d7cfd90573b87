import { AwsError, type PolicyStatement } from '../../../contract/service';
import { isRoleArn } from '../../policy';
import { matchesArn } from '../../policy-conditions';
import { readPolicy } from '../../policy-grammar';

export interface PolicyPlace {
  readonly bucket: string;
  readonly publicAccessBlock?: { readonly BlockPublicPolicy?: boolean };
  roleExists(arn: string): boolean;
}

/**
 * Checks the text of a bucket's policy as S3 does: it must name principals that exist, S3's own actions, and this
 * bucket or its objects.
 * @throws AwsError MalformedPolicy; AccessDenied if it makes the bucket public and that is blocked
 */
export function checkedBucketPolicy(text: string, place: PolicyPlace): string {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw malformed('Policy exceeds the maximum allowed document size.');
  const { statements } = readPolicy(text, REFUSALS, (statement) => checkStatement(statement, place));
  if (place.publicAccessBlock?.BlockPublicPolicy && statements.some(isPublic))
    throw new AwsError(
      'AccessDenied',
      'Public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
      403,
    );
  return text;
}

const MAX_BYTES = 20_480;

const REFUSALS = {
  notJson: "Policies must be valid JSON and the first byte must be '{'",
  noStatement: 'Missing required field Statement',
  error: (message: string) => malformed(message),
};

function checkStatement(statement: PolicyStatement, { bucket, roleExists }: PolicyPlace): void {
  const principal = statement.Principal ?? statement.NotPrincipal;
  const resources = [statement.Resource ?? statement.NotResource ?? []].flat();
  const actions = [statement.Action ?? statement.NotAction ?? []].flat();
  const missing = Object.entries({
    Principal: principal === undefined,
    Action: actions.length === 0,
    Resource: resources.length === 0,
    Effect: statement.Effect === undefined,
  }).find(([, isMissing]) => isMissing);
  if (missing) throw malformed(`Missing required field ${missing[0]}`);
  if (!['Allow', 'Deny'].includes(statement.Effect)) throw malformed(`Invalid effect: ${statement.Effect}`);
  const keys = Object.values(statement.Condition ?? {}).flatMap((condition) => Object.keys(condition));
  if (!keys.every((key) => /^(aws|s3):/i.test(key))) throw malformed('Policy has an invalid condition key');
  checkPrincipals(typeof principal === 'object' ? [principal.AWS ?? []].flat() : [principal!], roleExists);
  checkScope(actions, resources, bucket);
}

function checkPrincipals(names: readonly string[], roleExists: PolicyPlace['roleExists']): void {
  const form = /^(\*|\d{12}|arn:[^:*]+:(iam|sts)::\d{12}:[^*]+)$/;
  for (const name of names)
    if (!form.test(name) || (isRoleArn(name) && !roleExists(name)))
      throw malformed('Invalid principal in policy');
}

/** Checks that actions are S3's, that resources belong to this bucket, and that the two fit each other. */
function checkScope(actions: readonly string[], resources: readonly string[], bucket: string): void {
  if (!actions.every((action) => /^(\*|s3:[\w*?]+)$/i.test(action)))
    throw malformed('Policy has invalid action');
  const own = `arn:aws:s3:::${bucket}`;
  if (!resources.every((arn) => arn === own || arn.startsWith(`${own}/`) || matchesArn(arn, own)))
    throw malformed('Policy has invalid resource');
  if (!actions.some((action) => resources.some((arn) => appliesTo(action, arn))))
    throw malformed('Action does not apply to any resource(s) in statement');
}

/** Returns whether an action applies to a resource: both are about objects, or both are about the bucket. */
function appliesTo(action: string, arn: string): boolean {
  if (/[*?]/.test(action) || arn.endsWith('*')) return true;
  return OF_OBJECTS.test(action) === arn.includes('/');
}

const OF_OBJECTS = /:(?!.*BucketObjectLock)(\w*Object|AbortMultipartUpload|ListMultipartUploadParts)/i;

/** Returns whether a statement is public in S3's sense: it allows any principal from any place. */
const isPublic = ({ Effect, Principal, Condition }: PolicyStatement): boolean =>
  Effect === 'Allow' &&
  Condition === undefined &&
  (Principal === '*' || (typeof Principal === 'object' && [Principal.AWS ?? []].flat().includes('*')));

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message);
