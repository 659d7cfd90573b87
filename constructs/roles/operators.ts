import { AUDIT_PREFIX, KEY_PREFIX, RECORD_PREFIX } from '../../handlers/contract/contract';
import { OURS, type PolicyStatement, VIA_S3 } from '../function-policy';
import { arns, type DeploymentNames, inAccount, type Role, stateStatements } from './role';

export const readThroughTheFunction = (deployment: DeploymentNames): PolicyStatement => ({
  sid: 'ReadThroughTheFunction',
  reason:
    'The read-only alias: `status`, `record`, `review` and plans. The function refuses every change through this alias.',
  actions: ['lambda:InvokeFunction'],
  resources: [arns(deployment).reading],
});

/** Reviewers, and everybody who reads the status. */
export const look: Role = {
  title: 'looks: `byodkim status`, `record`, `review`',
  // The scheduled rotation uses this role, too.
  githubJobs: ['pull_request', 'default branch'],
  statements: (deployment) => [readThroughTheFunction(deployment), ...stateStatements(deployment, 'none')],
};

/**
 * The on-call engineer, who can read everything, confirm and revert, and switch signing manually if the function does not
 * work.
 */
export const onCall: Role = {
  title: 'is on call: confirms, reverts, and fixes manually what the function could not',
  statements: (deployment) => [
    {
      sid: 'InvokeFunction',
      reason: '`byodkim confirm`, `revert`, `status --always`, `drill`: everything that the function does.',
      actions: ['lambda:InvokeFunction'],
      resources: [...arns(deployment).changing, arns(deployment).reading],
    },
    {
      sid: 'ReadLogs',
      reason: 'To read the function’s log.',
      actions: ['logs:FilterLogEvents'],
      resources: [arns(deployment).logGroup, `${arns(deployment).logGroup}:*`],
    },
    {
      sid: 'SeeWhatIsArmed',
      reason: 'To read the armed reverts.',
      actions: ['scheduler:GetSchedule'],
      resources: [arns(deployment).schedules],
    },
    {
      sid: 'ListWhatIsArmed',
      reason: 'To list them; the service knows no resource for a list.',
      actions: ['scheduler:ListSchedules'],
      resources: ['*'],
    },
    {
      sid: 'SeeIdentity',
      reason: 'To read the signing state of SES.',
      actions: ['ses:GetEmailIdentity'],
      resources: [arns(deployment).identities],
    },
    {
      sid: 'ByHand',
      reason:
        'To roll back manually (`byodkim manual`), only on identities with our tag. To set a key again manually, the control stack must also name this role among the readers of keys.',
      actions: ['ses:PutEmailIdentityDkimSigningAttributes', 'ses:PutEmailIdentityDkimAttributes'],
      resources: [arns(deployment).identities],
      condition: OURS,
    },
  ],
};

/** The team that is responsible for all domains. */
export const auditor: Role = {
  title: 'audits: reads the audit’s reports',
  statements: (deployment) => [
    readThroughTheFunction(deployment),
    {
      sid: 'FindReports',
      reason: 'To list the reports.',
      actions: ['s3:ListBucket'],
      resources: [arns(deployment).bucket],
      condition: { StringLike: { 's3:prefix': `${AUDIT_PREFIX}*` }, ...inAccount(deployment) },
    },
    {
      sid: 'ReadReports',
      reason: 'To read them.',
      actions: ['s3:GetObject'],
      resources: [arns(deployment).objects(AUDIT_PREFIX)],
      condition: inAccount(deployment),
    },
    useOfKmsKey(deployment, 'DecryptReports', 'kms:Decrypt'),
  ],
};

/** The domain owner, who brings a key and can read none. */
export const putKeys: Role = {
  title: 'puts keys: private keys that the function does not make, and their records, into the key store',
  statements: (deployment) => [
    {
      sid: 'PutKeysAndRecords',
      reason:
        'To store a key and its record, for domains whose keys the function does not make. The control stack must also name this role among the writers of keys. The bucket keeps every version, and this role reads none of them.',
      actions: ['s3:PutObject'],
      resources: placesOfKeys(deployment).map((place) => `arn:${deployment.partition}:s3:::${place}`),
      condition: inAccount(deployment),
    },
    // `key put` ends with the command that prints the record for the DNS team.
    readThroughTheFunction(deployment),
    useOfKmsKey(deployment, 'EncryptKeys', 'kms:GenerateDataKey'),
  ],
};

/** Most characters of the places of keys, so that the policies that name them fit on a role. */
const NAMED_CHARACTERS = 50_000;

/** Checks whether the places of keys are too many to be named one by one. */
export const namesWholeStore = ({ ownKeys }: Pick<DeploymentNames, 'ownKeys'>): boolean =>
  ownKeys.reduce((sum, place) => sum + `"arn:aws:s3:::${place}",`.length, 0) > NAMED_CHARACTERS;

/** Returns the places of keys and records: each, or, if they are too many, the folders of their buckets. */
function placesOfKeys(deployment: DeploymentNames): readonly string[] {
  const { ownKeys } = deployment;
  if (!namesWholeStore(deployment)) return ownKeys;
  const folders = new RegExp(`^([^/]+/(?:${KEY_PREFIX}|${RECORD_PREFIX})).*$`);
  return [...new Set(ownKeys.map((place) => place.replace(folders, '$1*')))];
}

/** Adopts existing identities and keys into the list, and reads no key. */
export const adopt: Role = {
  title: 'adopts: `byodkim adopt`, once, for the identities and keys of an earlier process',
  statements: (deployment) => [
    {
      sid: 'ListIdentities',
      reason: 'To find the identities; the service knows no resource for a list.',
      actions: ['ses:ListEmailIdentities'],
      resources: ['*'],
    },
    {
      sid: 'SeeIdentities',
      reason: 'To read the signing state of SES.',
      actions: ['ses:GetEmailIdentity'],
      resources: [arns(deployment).identities],
    },
    {
      sid: 'FindKeys',
      reason: 'To list the keys.',
      actions: ['s3:ListBucket'],
      resources: [arns(deployment).bucket],
      condition: { StringLike: { 's3:prefix': `${KEY_PREFIX}*` }, ...inAccount(deployment) },
    },
  ],
};

/** Sets one domain from a terminal, without a control stack. */
export const setDomain: Role = {
  title: 'sets one domain: `byodkim set`, without a control stack',
  statements: (deployment) => [
    {
      sid: 'SetOneIdentity',
      reason:
        'To read the signing state of SES, to set the key and to roll back; to make the identity if there is none, and to delete it again if the run fails.',
      actions: [
        'ses:GetEmailIdentity',
        'ses:CreateEmailIdentity',
        'ses:DeleteEmailIdentity',
        'ses:PutEmailIdentityDkimSigningAttributes',
        'ses:PutEmailIdentityDkimAttributes',
      ],
      resources: [arns(deployment).identity(deployment.domain ?? '*')],
    },
  ],
};

const useOfKmsKey = ({ kmsKeyArn }: DeploymentNames, sid: string, action: string): PolicyStatement => ({
  sid,
  reason: 'To use the key that encrypts the objects of the key store.',
  actions: [action],
  resources: kmsKeyArn === undefined ? [] : [kmsKeyArn],
  condition: VIA_S3,
});
