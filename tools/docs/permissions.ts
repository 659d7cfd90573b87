import { functionPolicy, type PolicyStatement } from '../../constructs/function-policy';
import { type Deployment, ROLE_NAMES, ROLES } from '../../constructs/roles';
import { invokePolicy } from '../../constructs/scheduler';
import type { GeneratedDocument } from './document';

const FUNCTION = 'ses-byodkim';
const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';

const EVERYTHING: Deployment = {
  partition: 'aws',
  region: REGION,
  account: ACCOUNT,
  functionName: FUNCTION,
  bucket: 'KEY-STORE',
  kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/KEY-ID`,
  topics: true,
  state: { bucket: 'STATE', keyPrefix: 'byodkim/', lockfile: true, lockTable: 'LOCKS' },
  hostedZoneIds: ['ZONE-ID'],
  sendEmailRoles: ['MAILER'],
  configurationSets: ['SET'],
};

/** The policies that the stacks make, with the reason of each statement. */
export const permissions: GeneratedDocument = {
  path: 'docs/permissions.md',
  generate: () =>
    [
      '# Permissions',
      '',
      'What the control plane lets its function and its schedules do, statement by statement. The size does not grow with',
      'the number of domains. Names stand for those of your account. This page is generated: `npm run docs`.',
      '',
      '## The function',
      '',
      table(
        functionPolicy({
          partition: 'aws',
          region: REGION,
          account: ACCOUNT,
          bucket: 'KEY-STORE',
          scheduleGroup: FUNCTION,
          schedulerRoleArn: `arn:aws:iam::${ACCOUNT}:role/${FUNCTION}-${REGION}-scheduler`,
          logGroup: `/aws/lambda/${FUNCTION}`,
          topicArns: ['dns', 'result', 'audit'].map(
            (name) => `arn:aws:sns:${REGION}:${ACCOUNT}:${FUNCTION}-${name}`,
          ),
          kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/KEY-ID`,
          rotatesIn: ['ZONE-ID'],
        }),
      ),
      '`SendNotices` is there only with topics, `UseKeyStoreKey` only with a KMS key, `RotateRecords` only with zones in',
      '`control.allow.rotatesIn`.',
      '',
      '## Its schedules',
      '',
      'The role that EventBridge Scheduler takes on for the revert of an unconfirmed change and for the audit.',
      '',
      table(invokePolicy(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`)),
      '## People and machines',
      '',
      'What each of them needs, and nothing more, for a list that uses everything. `byodkim policy ROLE` prints the policy',
      'for your own list as JSON.',
      '',
      ...ROLE_NAMES.flatMap((name) => [
        `### \`${name}\``,
        '',
        `Whoever ${ROLES[name].title}.`,
        '',
        table(ROLES[name].statements(EVERYTHING)),
      ]),
    ].join('\n'),
};

function table(statements: readonly PolicyStatement[]): string {
  const rows = statements.map(({ sid, actions, resources, condition, reason }) =>
    [sid, code(actions), code(resources), condition ? code([JSON.stringify(condition)]) : '—', reason]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return [
    '| Statement | Actions | On | If | Why |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join('<br>');
