import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
} from '../handlers/contract/contract';

export interface KeyStorePolicyInput {
  readonly bucketArn: string;
  readonly functionRoleArn: string;
  /** ARNs of roles and users that may read private keys beside the function, and delete them for good; `*` matches any text. @default none */
  readonly keyReaders?: readonly string[];
  /** ARNs of roles and users that may store private keys and their records beside the function; `*` matches any text. @default none */
  readonly keyWriters?: readonly string[];
  /** Functions of other regions, with which domains share keys. @default none */
  readonly readersElsewhere?: readonly {
    readonly roleArn: string;
    /** Prefixes of these keys. */
    readonly keys: readonly string[];
  }[];
}

/** An IAM role or user by its ARN; `*` for the part of a name that AWS makes up, and never for the whole name. */
export const PRINCIPAL_PATTERN =
  /^arn:aws[a-z-]*:iam::(\d{12}):(?:role|user)\/(?:[\w+=,.@*-]+\/)*[\w+=,.@*-]*[\w+=,.@-][\w+=,.@*-]*$/;
export const PRINCIPAL_ALLOWED =
  'the ARN of an IAM role or user, arn:aws:iam::ACCOUNT:role/NAME, with no "*" for a whole name';

/**
 * Formats the policy document (JSON) of a key store's bucket. It grants nothing: it denies, whatever other policies grant,
 * so that `s3:Get*` (AWS's ReadOnlyAccess) reads no private key, `s3:Put*` stores none, and the function alone writes the
 * ledgers. It locks no one out of the bucket's policy: a principal that may set it can change it.
 */
export function keyStorePolicy(input: KeyStorePolicyInput): string {
  const { bucketArn, functionRoleArn, keyReaders = [], keyWriters = [], readersElsewhere = [] } = input;
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
      // Replication, tags and attributes as well: whatever tells of the object. A version that is gone cannot be restored.
      deny(
        'PrivateKeysForTheFunctionAlone',
        ['s3:GetObject*', 's3:DeleteObjectVersion'],
        below(KEY_PREFIX),
        unless([...keyReaders, ...readersElsewhere.map(({ roleArn }) => roleArn)]),
      ),
      // Who chooses the key of a domain signs as the domain. An object that is deleted leaves its versions.
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
      // What the first denial excepts it from is denied here, except the keys that are shared with it.
      ...readersElsewhere.map(({ roleArn, keys }, index) => {
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
