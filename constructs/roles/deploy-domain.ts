import { IDENTITY_TAG } from '../../handlers/contract/contract';
import { OURS, type PolicyStatement } from '../function-policy';
import { actions, arns, type Deployment, type Role, stateStatements } from './role';

/**
 * The deployer of a domain. Only the function changes the signing state of SES. Its grants are limited by tag, so that it
 * cannot reach the identities of others, and by name before the tag exists, since a grant to tag any identity would be a grant
 * to take any identity.
 */
export const deployDomain: Role = {
  title: 'deploys a domain, or destroys it',
  githubJobs: ['environment:production'],
  statements: (deployment) => {
    const { changing, reading, role, identity, configurationSet, ...at } = arns(deployment);
    const managed = deployment.managedIdentities.map(identity);
    const identities = managed.length > 0 ? [at.identities] : [];
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
        resources: managed,
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
        reason: 'To let the `senders` of the list send as a domain.',
        actions: actions(`
          ses:CreateEmailIdentityPolicy ses:GetEmailIdentityPolicies ses:UpdateEmailIdentityPolicy
          ses:DeleteEmailIdentityPolicy
        `),
        resources: deployment.sharedIdentities.map(identity),
      },
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

/** A role in the account of a zone. Deploys take it on to publish records (`record.roleArn`). */
export const zone: Role = {
  title:
    'publishes records in a zone of another account, as `record.roleArn`; its trust names `deploy-domain`',
  statements: (deployment) => recordStatements({ ...deployment, ...deployment.elsewhere }),
};

function recordStatements(deployment: Deployment): PolicyStatement[] {
  const { hostedZone, changes } = arns(deployment);
  const { mailFrom } = deployment;
  const zones = deployment.hostedZoneIds.map(hostedZone);
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
      resources: mailFrom.hostedZoneIds.map(hostedZone),
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
