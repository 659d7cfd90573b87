import type { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { DataAwsSesv2EmailIdentity } from '@cdktf/provider-aws/lib/data-aws-sesv2-email-identity';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import type { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { Sesv2EmailIdentityFeedbackAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-feedback-attributes';
import { Sesv2EmailIdentityMailFromAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes';
import type { Sesv2EmailIdentityPolicy } from '@cdktf/provider-aws/lib/sesv2-email-identity-policy';
import { Fn, type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { IDENTITY_TAG, mailFromDomainOf, recordName } from '../handlers/contract/contract';
import { toALabels } from '../handlers/contract/settings/settings';
import { findMistakes } from './check-identity-props';
import type { Confirmation } from './confirmation';
import { SigningFreeEmailIdentity } from './email-identity';
import {
  type ByodkimIdentityProps,
  type IdentitySettings,
  identitySettings,
  publishedSelectors,
} from './identity-props';
import { type Attempt, controlPlaneOf, Invocations, type StackFunction } from './invocations';
import { propsError, refusalError } from './refusal';
import { regionOf } from './scheduler';
import { sendEmailPolicy, sendEmailPolicyName, sendersPolicy } from './senders';
import { checkWholeStack, ofOneCopy } from './stack-checks';
import { dkimRecord, publishMailFrom, publishRecord } from './txt-record';

/** The children, to inspect or adjust. Their ids are a contract: a changed id replaces. */
export interface ByodkimIdentityNodes {
  /** Reads SES at plan time. */
  readonly inspection: DataAwsLambdaInvocation;
  /** Its id, new at each replacement, names the transaction. */
  readonly attempt: Attempt;
  /** Keeps the name of the function, and makes the plan refuse another one. */
  readonly stackFunction: StackFunction;
  /** The keys by selector: the current one and the previous ones. */
  readonly dkimKeys: Readonly<Record<string, LambdaInvocation>>;
  /** Records of keys in Route 53, by selector; the current one and the previous ones. */
  readonly records: Readonly<Record<string, Route53Record>>;
  /** Proves the record in DNS, and fails until the record is published. */
  readonly dnsGate: LambdaInvocation;
  /** The SES identity, or a data source if it is `existing`. */
  readonly identity: Sesv2EmailIdentity | DataAwsSesv2EmailIdentity;
  /** Sets `feedbackForwarding`, if the props have it. */
  readonly feedback?: Sesv2EmailIdentityFeedbackAttributes;
  /** The records of the MAIL FROM domain, if the stack publishes them: MX and TXT. */
  readonly mailFromRecords: readonly Route53Record[];
  /** Sets `mailFrom`, if the props have it. */
  readonly mailFrom?: Sesv2EmailIdentityMailFromAttributes;
  /** The stack's claim on the domain; its delete is the destroy. */
  readonly baseline: LambdaInvocation;
  /** Arms the revert, and then sets BYODKIM. */
  readonly signing: LambdaInvocation;
  /** Lets `senders` send mail, if the props have them. */
  readonly senders?: Sesv2EmailIdentityPolicy;
  /** The last resource of the stack; it confirms the change. */
  readonly confirmation: Confirmation;
}

/**
 * A domain's SES identity that signs with the domain owner's own key (BYODKIM).
 *
 * In the stack: inspection → attempt → [key] → [Route 53 record] → DNS gate → identity → [MAIL FROM] → baseline → signing →
 * the other resources of the stack → confirmation. Nothing in SES is made or changed before the gate has proved in DNS that
 * the record is the public half of the private key in S3. If anything in the stack fails after signing, nothing confirms the
 * change and it is reverted.
 *
 * @example new ByodkimIdentity(this, 'Mail', { domain: 'example.com', selector: 's1' });
 * @example
 * new ByodkimIdentity(this, 'Mail', {
 *   domain: 'example.com',
 *   selector: 's1',
 *   key: DkimKey.created(),
 *   record: DkimRecord.route53(zone.zoneId),
 * });
 * @throws Error at synth with every mistake in the props, one per line
 */
export class ByodkimIdentity extends Construct {
  /** The domain in A-labels. */
  readonly domain: string;
  /** The selector that signs. */
  readonly selector: string;
  /** Name of the DKIM record: `selector._domainkey.domain`. */
  readonly recordName: string;
  /** The children, to inspect or adjust. */
  readonly nodes: ByodkimIdentityNodes;
  private readonly props: IdentitySettings;

  constructor(scope: Construct, id: string, given: ByodkimIdentityProps) {
    super(ofOneCopy(scope), id);
    const props = identitySettings(given);
    const mistakes = findMistakes(props, Token.isUnresolved);
    if (mistakes.length > 0) throw propsError(this.node.path, mistakes);
    this.props = props;
    this.domain = toALabels(props.domain)!;
    this.selector = props.selector;
    this.recordName = recordName(this.domain, props.selector);

    const invocations = new Invocations(this, this.domain, props);
    const { inspection, attempt, stackFunction } = invocations;
    const dkimKeys = this.dkimKeys(invocations);
    const published = this.publish(dkimKeys);
    const mailFromRecords = publishMailFrom(this, this.domain, props);
    const dnsGate = invocations.dnsGate([
      ...Object.values(dkimKeys),
      ...Object.values(published).flat(),
      ...mailFromRecords,
    ]);
    const identity = this.identity(dnsGate);
    const feedback = this.feedback(identity);
    const mailFrom = this.mailFrom([dnsGate, identity, ...mailFromRecords]);
    const baseline = invocations.baseline([
      dnsGate,
      identity,
      ...Object.values(published).flat(),
      ...mailFromRecords,
      ...[feedback, mailFrom].flatMap((each) => each ?? []),
    ]);
    const signing = invocations.signing(baseline);
    const named = { region: props.region, emailIdentity: this.domain, arn: identity.arn };
    const senders = props.senders && sendersPolicy(this, named, props.senders, [signing]);
    const confirmation = invocations.confirmation(baseline, signing);
    this.nodes = {
      inspection,
      attempt,
      stackFunction,
      dkimKeys,
      records: Object.fromEntries(
        Object.entries(published).flatMap(([selector, made]) =>
          made.filter(isRoute53Record).map((record) => [selector, record]),
        ),
      ),
      dnsGate,
      identity,
      feedback,
      mailFromRecords: mailFromRecords.filter(isRoute53Record),
      mailFrom,
      baseline,
      signing,
      senders,
      confirmation,
    };
    checkWholeStack({ domain: this.domain, element: identity });
    this.followControlPlane();
  }

  /** ARN of the SES identity. */
  get identityArn(): string {
    return this.nodes.identity.arn;
  }

  /**
   * ARN of the SES identity, once SES has verified it. Resources that use it are created after the confirmation. Its value is
   * known when the plan is made.
   * @throws Error without `verification.required`, since the stack may then end before SES has verified
   */
  get verifiedIdentityArn(): string {
    if (this.props.verification?.required !== true)
      throw refusalError([{ code: 'NOT_VERIFIED', facts: {} }], this.node.path);
    return Token.asString(Fn.element([this.identityArn, this.nodes.confirmation.result], 0));
  }

  /**
   * Value of the DKIM record, without quotation marks. Absent unless `key` or `record` has the function asked for it, and if
   * another region is the home of the key.
   */
  get recordValue(): string | undefined {
    const key = this.nodes.dkimKeys[this.selector];
    return key && dkimRecord(this.domain, this.selector, key).value;
  }

  /** The MAIL FROM domain, if the props have it. */
  get mailFromDomain(): string | undefined {
    return mailFromDomainOf({
      domain: this.domain,
      region: this.props.region,
      mailFrom: this.props.mailFrom,
    });
  }

  /** The function's answer to `Signing`, as JSON text. */
  get signingResult(): string {
    return this.nodes.signing.result;
  }

  /** Id of the current attempt. */
  get transaction(): string {
    return this.nodes.attempt.id;
  }

  /**
   * Lets a role send mail as this domain, through its configuration set if it has one. The grant is created after `Signing`,
   * so that no mail goes out unsigned in between.
   * @param role the role, or its name
   */
  grantSendEmail(role: IamRole | string): IamRolePolicy {
    return new IamRolePolicy(this, `SendEmail-${this.grantId(role)}`, {
      role: typeof role === 'string' ? role : role.name,
      name: sendEmailPolicyName(this.domain, this.props.region ?? regionOf(this.identityArn)),
      policy: sendEmailPolicy(this.identityArn, this.props.configurationSetName),
      dependsOn: [this.nodes.signing],
    });
  }

  /**
   * Returns the text that distinguishes a grant from others: the role's id or name, or a number if only the engine knows the
   * name.
   */
  private grantId(role: IamRole | string): string {
    if (typeof role !== 'string') return role.friendlyUniqueId;
    if (!Token.isUnresolved(role)) return role;
    return `${this.node.children.filter((child) => child instanceof IamRolePolicy).length}`;
  }

  /** Makes the stack deploy after that of its control plane, without reading that stack's state. */
  private followControlPlane(): void {
    const stack = TerraformStack.of(this);
    const { stack: theirs } = controlPlaneOf(this.props.controlPlane);
    if (theirs && theirs !== stack) stack.addDependency(theirs);
  }

  private dkimKeys(invocations: Invocations): Record<string, LambdaInvocation> {
    const { createKey, record } = this.props;
    const asked = this.selectors.filter((each) => each !== this.selector || createKey || record);
    return Object.fromEntries(asked.map((each) => [each, invocations.dkimKey(each)]));
  }

  /** Publishes the records of keys. Returns, by selector, the resources that the gate waits for. */
  private publish(
    dkimKeys: Record<string, LambdaInvocation>,
  ): Record<string, readonly ITerraformDependable[]> {
    const { record } = this.props;
    if (record === undefined) return {};
    const { delegation } = record;
    const selectors = new Set([...this.selectors, ...(delegation?.selectors ?? [])]);
    return Object.fromEntries(
      [...selectors].map((each) => [
        each,
        publishRecord(
          this,
          `Record-${each}`,
          dkimRecord(this.domain, each, dkimKeys[each], delegation),
          record,
        ),
      ]),
    );
  }

  /** The current selector, and those whose record stays published. */
  private get selectors(): string[] {
    return publishedSelectors(this.props);
  }

  private identity(dnsGate: LambdaInvocation): Sesv2EmailIdentity | DataAwsSesv2EmailIdentity {
    const { region, configurationSetName, tags } = this.props;
    if (this.props.identity === 'existing')
      return new DataAwsSesv2EmailIdentity(this, 'ExistingIdentity', { region, emailIdentity: this.domain });
    const identity = new SigningFreeEmailIdentity(this, 'Identity', {
      region,
      emailIdentity: this.domain,
      configurationSetName,
      tags: { ...tags, [IDENTITY_TAG.key]: IDENTITY_TAG.value },
      dependsOn: [dnsGate],
    });
    if (this.props.identity === 'import') identity.takesOver = this.domain;
    return identity;
  }

  /** Sets forwarding before signing: a failure here leaves nothing to roll back. */
  private feedback(
    identity: Sesv2EmailIdentity | DataAwsSesv2EmailIdentity,
  ): Sesv2EmailIdentityFeedbackAttributes | undefined {
    const { region, feedbackForwarding } = this.props;
    if (feedbackForwarding === undefined) return undefined;
    return new Sesv2EmailIdentityFeedbackAttributes(this, 'Feedback', {
      region,
      emailIdentity: this.domain,
      emailForwardingEnabled: feedbackForwarding,
      dependsOn: [identity],
    });
  }

  /** Sets the MAIL FROM domain after the gate has proved its records. */
  private mailFrom(dependsOn: ITerraformDependable[]): Sesv2EmailIdentityMailFromAttributes | undefined {
    const { region, mailFrom } = this.props;
    const mailFromDomain = mailFromDomainOf({ domain: this.domain, region, mailFrom });
    if (mailFromDomain === undefined) return undefined;
    return new Sesv2EmailIdentityMailFromAttributes(this, 'MailFrom', {
      region,
      emailIdentity: this.domain,
      mailFromDomain,
      behaviorOnMxFailure: mailFrom?.onMxFailure === 'reject' ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE',
      dependsOn,
    });
  }
}

const isRoute53Record = (made: ITerraformDependable): made is Route53Record => made instanceof Route53Record;
