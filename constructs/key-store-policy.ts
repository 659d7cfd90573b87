import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import type { SharedObjects } from './control-plane-props';

/** The function of another region, with which domains share keys. */
interface ReaderElsewhere {
  readonly roleArn: string;
  /** Prefixes of these keys. */
  readonly keys: readonly string[];
}

/** Returns the functions of other regions that read keys in a key store. */
export const readersElsewhere = (
  { readers }: Pick<SharedObjects, 'readers'>,
  roleArnIn: (region: string) => string,
): ReaderElsewhere[] =>
  Object.entries(readers).map(([region, keys]) => ({ roleArn: roleArnIn(region), keys }));

export interface KeyStorePolicyInput {
  readonly bucketArn: string;
  readonly functionRoleArn: string;
  /**
   * ARNs of roles and users that may read private keys in addition to the function, and delete them for good; `*` matches any
   * text. @default none
   */
  readonly keyReaders?: readonly string[];
  /**
   * ARNs of roles and users that may store private keys and their records in addition to the function; `*` matches any text.
   * @default none
   */
  readonly keyWriters?: readonly string[];
  /** Functions of other regions, with which domains share keys. @default none */
  readonly readersElsewhere?: readonly ReaderElsewhere[];
}

/**
 * Pattern of the ARN of an IAM role or user; `*` may stand for the part of a name that AWS generates, and never for the whole
 * name.
 */
export const PRINCIPAL_PATTERN =
  /^arn:aws[a-z-]*:iam::(\d{12}):(?:role|user)\/(?:[\w+=,.@*-]+\/)*[\w+=,.@*-]*[\w+=,.@-][\w+=,.@*-]*$/;
export const PRINCIPAL_ALLOWED =
  'the ARN of an IAM role or user, arn:aws:iam::ACCOUNT:role/NAME, with no "*" for a whole name';

/**
 * Formats the policy document (JSON) of a key store's bucket. The policy grants nothing. It denies access that other policies
 * grant, so that `s3:Get*` (AWS's ReadOnlyAccess) reads no private key, `s3:Put*` stores none, and only the function writes
 * ledgers. It locks nobody out of the bucket's policy: a principal that may set the policy can still change it.
 */
export function keyStorePolicy(input: KeyStorePolicyInput): string {
  const {
    bucketArn,
    functionRoleArn,
    keyReaders = [],
    keyWriters = [],
    readersElsewhere: elsewhere = [],
  } = input;
  const below = (...prefixes: string[]) => prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
  // A role's session has the ARN of its role here. Principals without a role, such as AWS services, never match.
  const unless = (principals: readonly string[]) => ({
    ArnNotLike: { 'aws:PrincipalArn': [functionRoleArn, ...principals] },
  });
  const deny = (Sid: string, Action: string | string[], Resource: string[], Condition: object) => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    Condition,
  });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      deny('TlsOnly', 's3:*', [bucketArn, `${bucketArn}/*`], { Bool: { 'aws:SecureTransport': 'false' } }),
      // The denial includes replication, tags and attributes, since these reveal the object, and deletion of a version, which
      // cannot be restored.
      deny(
        'PrivateKeysForTheFunctionAlone',
        ['s3:GetObject*', 's3:DeleteObjectVersion'],
        below(KEY_PREFIX),
        unless([...keyReaders, ...elsewhere.map(({ roleArn }) => roleArn)]),
      ),
      // A principal that chooses the domain's key can sign as the domain. Deleting an object leaves its versions.
      deny(
        'KeysByNamedWritersAlone',
        ['s3:PutObject*', 's3:ReplicateObject'],
        below(KEY_PREFIX, RECORD_PREFIX),
        unless(keyWriters),
      ),
      deny(
        'LedgersByTheFunctionAlone',
        ['s3:PutObject*', 's3:DeleteObject*', 's3:ReplicateObject', 's3:ReplicateDelete'],
        below(LEDGER_PREFIX, AUDIT_PREFIX, DRILL_PREFIX),
        unless([]),
      ),
      // The first denial excepts the function of another region. This statement denies it all keys except those that are
      // shared with it.
      ...elsewhere.map(({ roleArn, keys }, index) => {
        const { Resource: NotResource, ...others } = deny(
          `SharedKeysAlone${index + 1}`,
          ['s3:GetObject*', 's3:DeleteObjectVersion'],
          below(RECORD_PREFIX, LEDGER_PREFIX, ...keys),
          { ArnLike: { 'aws:PrincipalArn': roleArn } },
        );
        return { ...others, NotResource };
      }),
    ],
  });
}
