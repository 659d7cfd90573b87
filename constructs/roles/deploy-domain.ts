import { IDENTITY_TAG } from '../../handlers/contract/contract';
import { OURS, type PolicyStatement } from '../function-policy';
import { actions, arns, type DeploymentNames, type Role, stateStatements } from './role';

/**
 * The deployer of a domain. Only the function changes the signing state of SES. Its grants are limited by tag, so that it
 * cannot reach the identities of others, and by name before the tag exists, since a grant to tag any identity would be a grant
 * to take any identity. IAM knows no condition that would tell an identity of the list from another one as it is tagged, so
 * this one statement grows with the list.
 */
export const deployDomain: Role = {
  title: 'deploys a domain, or destroys it',
  githubJobs: ['environment:production'],
  statements: (deployment) => {
    const { changing, reading, role, configurationSet, ...at } = arns(deployment);
    const sets = deployment.configurationSets.map(configurationSet);
    return [
      {
        sid: 'InvokeFunction',
        reason: 'To invoke the function for the gate, the change and its confirmation.',
        actions: ['lambda:InvokeFunction'],
        resources: [...changing, reading],
      },
      {
        sid: 'SeeIdentity',
        reason: 'To read an identity with its tags. With `identity: existing` it is only read.',
        actions: ['ses:GetEmailIdentity', 'ses:ListTagsForResource'],
        resources: [at.identities],
      },
      ...identityStatements(deployment),
      {
        sid: 'BindIdentity',
        reason: 'To bind identities with our tag to a configuration set.',
        actions: ['ses:PutEmailIdentityConfigurationSetAttributes'],
        resources: sets.length > 0 ? [at.identities] : [],
        condition: OURS,
      },
      {
        sid: 'ConfigurationSet',
        reason: 'The configuration sets that the list names.',
        actions: ['ses:PutEmailIdentityConfigurationSetAttributes'],
        resources: sets,
      },
      ...recordStatements(deployment),
      {
        sid: 'TakeOnZoneRole',
        reason: 'To publish in zones of other accounts.',
        actions: ['sts:AssumeRole'],
        resources: deployment.elsewhere.roleArns,
      },
      {
        sid: 'GrantSendEmail',
        // Roles to which the deployer could grant anything.
        reason: 'To let the roles that the list names send mail as the domain.',
        actions: ['iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
        resources: deployment.sendEmailRoles.map(role),
      },
      ...stateStatements(deployment, 'entries'),
    ];
  },
};

/** Makes identities, and gives them what the list says. */
function identityStatements(deployment: DeploymentNames): PolicyStatement[] {
  const { partition, region, managedIdentities, sharedIdentities } = deployment;
  const { identities: all } = arns(deployment);
  const identities = managedIdentities.length > 0 ? [all] : [];
  return [
    {
      sid: 'MakeIdentity',
      reason: 'To create an identity, which carries our tag from the start.',
      actions: ['ses:CreateEmailIdentity'],
      resources: identities,
      condition: { StringEquals: { [`aws:RequestTag/${IDENTITY_TAG.key}`]: IDENTITY_TAG.value } },
    },
    {
      sid: 'TagIdentity',
      reason: 'To tag the identities of the list when they are created, taken over or tagged again.',
      actions: ['ses:TagResource', 'ses:UntagResource'],
      // The region is a condition, and an account can be only one's own: each name is as short as possible.
      resources: managedIdentities.map((domain) => `arn:${partition}:ses:*:*:identity/${domain}`),
      condition: region === '*' ? undefined : inRegion(region),
    },
    {
      sid: 'SetAttributes',
      reason: 'To set `feedbackForwarding` and `mailFrom` on identities with our tag.',
      actions: ['ses:PutEmailIdentityFeedbackAttributes', 'ses:PutEmailIdentityMailFromAttributes'],
      resources: identities,
      condition: OURS,
    },
    {
      sid: 'RemoveIdentity',
      reason: 'To remove identities with our tag, and no others.',
      actions: ['ses:DeleteEmailIdentity'],
      resources: identities,
      condition: OURS,
    },
    {
      sid: 'ShareIdentity',
      reason: 'To let the `senders` of the list send as a domain with our tag.',
      actions: actions(`
        ses:CreateEmailIdentityPolicy ses:GetEmailIdentityPolicies ses:UpdateEmailIdentityPolicy
        ses:DeleteEmailIdentityPolicy
      `),
      resources: sharedIdentities.length > 0 ? [all] : [],
      condition: OURS,
    },
  ];
}

const inRegion = (region: string) => ({ StringEquals: { 'aws:RequestedRegion': region } });

/** A role in the account of a zone. Deploys take it on to publish records (`record.roleArn`). */
export const zone: Role = {
  title:
    'publishes records in a zone of another account, as `record.roleArn`; its trust names `deploy-domain`',
  statements: (deployment) => recordStatements({ ...deployment, ...deployment.elsewhere }),
};

/** Most zones that policies name. Beyond that, the names of the records are the limit, which only their own zones can hold. */
const MOST_ZONES = 20;

function recordStatements(deployment: DeploymentNames): PolicyStatement[] {
  const { hostedZone, changes } = arns(deployment);
  const { mailFrom } = deployment;
  const named = (ids: readonly string[]) => (ids.length > MOST_ZONES ? ['*'] : ids).map(hostedZone);
  const zones = named(deployment.hostedZoneIds);
  return [
    {
      sid: 'ReadZone',
      reason: 'To let the provider read the zone and its records before and after a change.',
      actions: ['route53:GetHostedZone', 'route53:ListResourceRecordSets'],
      resources: zones,
    },
    {
      sid: 'PublishRecord',
      reason: 'To publish the key records of the listed domains, and no other records in the zone.',
      actions: ['route53:ChangeResourceRecordSets'],
      resources: zones,
      condition: {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'TXT' },
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': deployment.recordNames,
        },
      },
    },
    {
      sid: 'PublishMailFrom',
      reason: 'To publish the MX and SPF records of the MAIL FROM domains of the list.',
      actions: ['route53:ChangeResourceRecordSets'],
      resources: named(mailFrom.hostedZoneIds),
      condition: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['MX', 'TXT'],
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': mailFrom.domains,
        },
      },
    },
    {
      sid: 'WaitForRecord',
      reason: 'To wait until every server of Route 53 has the change.',
      actions: ['route53:GetChange'],
      resources: zones.length > 0 ? [changes] : [],
    },
  ];
}
