import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Construct } from 'constructs';
import { WATCH_ALIAS } from '../handlers/contract/contract';
import type { HandlerFunction } from './handler-function';
import type { PartProps } from './names';
import { DESCRIPTIONS } from './words';

/** Calls of SES that change an identity. */
export const CHANGES = [
  'PutEmailIdentityDkimSigningAttributes',
  'PutEmailIdentityDkimAttributes',
  'PutEmailIdentityMailFromAttributes',
  'PutEmailIdentityFeedbackAttributes',
  'PutEmailIdentityConfigurationSetAttributes',
  'CreateEmailIdentityPolicy',
  'UpdateEmailIdentityPolicy',
  'DeleteEmailIdentityPolicy',
  'DeleteEmailIdentity',
  'TagResource',
  'UntagResource',
  // The first API of SES changes the same identities.
  'VerifyDomainDkim',
  'SetIdentityDkimEnabled',
  'SetIdentityMailFromDomain',
  'SetIdentityFeedbackForwardingEnabled',
  'PutIdentityPolicy',
  'DeleteIdentityPolicy',
  'DeleteIdentity',
] as const;

/**
 * Returns the event pattern (JSON) of changes that others made to identities, as CloudTrail's management events show them.
 * @param roleArn ARN of the function's role, whose own changes are left out
 */
export const changesByOthers = (roleArn: string): string =>
  JSON.stringify({
    source: ['aws.ses'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['ses.amazonaws.com'],
      eventName: CHANGES,
      // A call that failed has changed nothing.
      errorCode: [{ exists: false }],
      // Users have no session; a role has.
      userIdentity: {
        sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': [roleArn] }] } },
      },
    },
  });

/**
 * Makes the function audit an identity within minutes of a manual change. In an account without a trail of management events,
 * no event arrives, and the daily audit finds the change.
 */
export class IdentityWatch extends Construct {
  readonly rule: CloudwatchEventRule;
  /**
   * The alias that the rule calls. A principal that may write the targets of rules could make it send anything, so the alias
   * accepts only CloudTrail's events.
   */
  readonly alias: LambdaAlias;
  readonly target: CloudwatchEventTarget;
  readonly permission: LambdaPermission;

  constructor(scope: Construct, id: string, props: PartProps & { readonly handler: HandlerFunction }) {
    super(scope, id);
    const { handler, names, region, tags } = props;
    this.rule = new CloudwatchEventRule(this, 'Rule', {
      region,
      name: names.changedRule,
      description: DESCRIPTIONS.changedRule,
      eventPattern: changesByOthers(handler.role.arn),
      tags,
    });
    this.alias = handler.alias(this, 'Alias', WATCH_ALIAS, DESCRIPTIONS.watchAlias);
    this.permission = new LambdaPermission(this, 'Permission', {
      region,
      statementId: 'identity-changed',
      action: 'lambda:InvokeFunction',
      functionName: handler.function.functionName,
      qualifier: this.alias.name,
      principal: 'events.amazonaws.com',
      sourceArn: this.rule.arn,
    });
    handler.onFailure(this, this.alias);
    this.target = new CloudwatchEventTarget(this, 'Target', {
      region,
      rule: this.rule.name,
      targetId: 'audit',
      arn: this.alias.arn,
      dependsOn: [this.permission],
    });
  }
}
