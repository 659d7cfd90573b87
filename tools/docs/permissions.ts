import { subjectCommand } from '../../cli/words/notes';
import {
  type FunctionPolicyInput,
  functionPolicy,
  type PolicyStatement,
} from '../../constructs/function-policy';
import { ROLE_NAMES } from '../../constructs/roles';
import { invokePolicy } from '../../constructs/scheduler';
import { TOPICS } from '../../handlers/contract/contract';
import type { GeneratedDocument } from './document';

const FUNCTION = 'ses-byodkim';
const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';

/** The names of a control stack that has every part. */
export const WHOLE_FUNCTION: FunctionPolicyInput = {
  partition: 'aws',
  region: REGION,
  account: ACCOUNT,
  bucket: 'KEY-STORE',
  scheduleGroup: FUNCTION,
  schedulerRoleArn: `arn:aws:iam::${ACCOUNT}:role/${FUNCTION}-${REGION}-scheduler`,
  logGroup: `/aws/lambda/${FUNCTION}`,
  topicArns: TOPICS.map((name) => `arn:aws:sns:${REGION}:${ACCOUNT}:${FUNCTION}-${name}`),
  kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/KEY-ID`,
  shared: {
    keys: ['HOME/dkim-certificates/DOMAIN/'],
    records: ['HOME/dns_records/DOMAIN/'],
    known: ['KEY-STORES/byodkim-ledger/', 'KEY-STORES/dns_records/'],
    kmsKeyArns: ['KEYS-OF-KEY-STORES'],
  },
};

/** The policies that the stacks make, with the reason of each statement. */
export const permissions: GeneratedDocument = {
  path: 'docs/permissions.md',
  generate: () =>
    [
      '# Permissions',
      '',
      'This page lists each statement with its actions, resources, condition and reason. The policies of the function and of its schedules have',
      'a constant size, except for keys that regions share, which they name one by one as long as there is room. S3 statements also name the account that the bucket must belong to (`aws:ResourceAccount`). Generated: `npm run docs`.',
      '',
      '## The function',
      '',
      list(functionPolicy(WHOLE_FUNCTION)),
      '`SendNotices` is there only with topics, `UseKeyStoreKey` only with a KMS key, and `…Shared…` only if the name of the key store has `{region}`.',
      '',
      '## Its schedules',
      '',
      'This is the role with which EventBridge Scheduler calls the function.',
      '',
      list(invokePolicy(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`)),
      '',
      '## People and machines',
      '',
      `\`byodkim policy ROLE\` prints each as JSON, for your own list (\`--help\` says what each does): ${code(ROLE_NAMES)}.`,
      '',
      ...NOTES,
      '',
    ]
      .join('\n')
      .trimEnd()
      .concat('\n'),
};

/** Facts that the policies alone do not show. */
const NOTES = [
  '* A deploy of the list needs both `deploy-control` and `deploy-domain`. Print `deploy-domain` again for each new domain, since it names the domains:',
  '  IAM has no condition by which a deployer could tag the identities of the list alone, and whoever may tag any identity may take any identity.',
  '* `set-domain` is five actions on one identity: `byodkim policy set-domain example.com`. Only `byodkim set` needs them.',
  '* `deploy-domain` and `put-keys` grow with the list. Beyond 6,144 characters the command prints several policies, each of which IAM takes as a',
  '  managed policy, and says how many a role needs: with 1,000 domains, `deploy-domain` is some 9, or some 16 if their records are in Route 53. IAM',
  '  attaches 10 to a role, and 20 on request. Beyond 20 zones, `deploy-domain` is limited by the names of the records alone. Beyond what ten',
  '  policies can name, `put-keys` names the whole key store.',
  '* **`deploy-control` administers the account**, unless a permissions boundary limits it: it writes the policies of the function’s role, gives',
  '  that role to Lambda, and sets the code that runs with it. With `control.roles.permissionsBoundary` it makes these roles, and their policies,',
  '  only under that boundary, which has to allow what this page lists for the function and its schedules. It can neither change nor remove the',
  '  boundary; an administrator takes it away from the roles after it has left the list.',
  '* A deployer of `sendEmailRoles` may put policies on these roles, and so grant them anything.',
  '* `--github ORG@ID/REPO@ID` adds the trust policy. Tokens of repositories that were created, renamed or transferred since 15 July 2026 name these ids;',
  `  for an older repository, pass \`ORG/REPO\`. GitHub prints the form that yours needs: \`${subjectCommand('ORG/REPO')}\`.`,
  '* The jobs of pull requests may take on `look` and `plan`, and so may everyone who can push a branch.',
  '  Only the environment `production` may take on the deploy roles, and its reviewers are asked at night too. Pull requests from forks are not reviewed.',
  '* `plan` may not take on `record.roleArn`, which writes. Plan such entries in the deploy job.',
];

/** Prints one item per statement, since a table would be wider than any screen. */
const list = (statements: readonly PolicyStatement[]): string =>
  statements
    .map(({ sid, actions, resources, condition, reason }) => {
      const on = resources.map((each) => each.replace(/^arn:aws:(\w+):[^:]*:[^:]*:/, '$1 '));
      const only = conditionOf(condition);
      return `* **${sid}**: ${code(actions)} on ${code(on)}${only}. ${reason}`;
    })
    .join('\n');

/** Leaves out the condition on the account, which every S3 statement has. */
function conditionOf(condition: PolicyStatement['condition']): string {
  const rest = Object.entries(condition ?? {})
    .map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).filter(([key]) => key !== 'aws:ResourceAccount')),
    ])
    .filter(([, keys]) => Object.keys(keys!).length > 0);
  return rest.length > 0 ? `, if ${code([JSON.stringify(Object.fromEntries(rest))])}` : '';
}

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(', ');
