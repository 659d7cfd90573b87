import type { PolicyStatement } from '../function-policy';
import { arns, type Deployment, type Role, stateStatements } from './role';

/** Whoever deploys a domain: what SES signs with is changed by the function alone. */
export const deployDomain: Role = {
  title: 'deploys a domain, or destroys it',
  statements: (deployment) => [
    {
      sid: 'InvokeFunction',
      reason: 'The gate, the change and its confirmation are invocations of the function.',
      actions: ['lambda:InvokeFunction'],
      resources: [...arns(deployment).changing, arns(deployment).reading],
    },
    ...identityStatements(deployment),
    ...recordStatements(deployment),
    ...sendEmailStatements(deployment),
    ...stateStatements(deployment),
  ],
};

function identityStatements(deployment: Deployment): PolicyStatement[] {
  const { identities, configurationSet } = arns(deployment);
  const sets = deployment.configurationSets.map(configurationSet);
  const statements: PolicyStatement[] = [
    {
      sid: 'Identity',
      reason:
        'To make the identity, to see it, and to remove it again. With `identity: existing` it is read alone.',
      actions: [
        'ses:CreateEmailIdentity',
        'ses:GetEmailIdentity',
        'ses:DeleteEmailIdentity',
        'ses:ListTagsForResource',
        'ses:TagResource',
        'ses:UntagResource',
      ],
      resources: [identities],
    },
  ];
  if (sets.length > 0)
    statements.push({
      sid: 'ConfigurationSet',
      reason: 'To bind an identity to the configuration set that the list names.',
      actions: ['ses:PutEmailIdentityConfigurationSetAttributes'],
      resources: [identities, ...sets],
    });
  return statements;
}

function recordStatements(deployment: Deployment): PolicyStatement[] {
  const { hostedZone, changes } = arns(deployment);
  const zones = deployment.hostedZoneIds.map(hostedZone);
  if (zones.length === 0) return [];
  return [
    {
      sid: 'ReadZone',
      reason: 'The provider reads the zone and its records before and after a change.',
      actions: ['route53:GetHostedZone', 'route53:ListResourceRecordSets'],
      resources: zones,
    },
    {
      sid: 'PublishRecord',
      reason: 'To publish the record of the key, and nothing but TXT records.',
      actions: ['route53:ChangeResourceRecordSets'],
      resources: zones,
      condition: { 'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'TXT' } },
    },
    {
      sid: 'WaitForRecord',
      reason: 'To wait until every server of Route 53 has it.',
      actions: ['route53:GetChange'],
      resources: [changes],
    },
  ];
}

function sendEmailStatements(deployment: Deployment): PolicyStatement[] {
  const roles = deployment.sendEmailRoles.map(arns(deployment).role);
  if (roles.length === 0) return [];
  return [
    {
      sid: 'GrantSendEmail',
      reason: 'To let the roles that the list names send mail as the domain.',
      actions: ['iam:PutRolePolicy', 'iam:GetRolePolicy', 'iam:DeleteRolePolicy'],
      resources: roles,
    },
  ];
}
