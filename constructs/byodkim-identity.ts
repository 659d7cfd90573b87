import { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { DataAwsSesv2EmailIdentity } from '@cdktf/provider-aws/lib/data-aws-sesv2-email-identity';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import type { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { Fn, type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import {
  DEFAULT_FUNCTION_NAME,
  IDENTITY_TAG,
  type ResourceEvent,
  recordName,
  recordValue,
} from '../handlers/contract';
import { Attempt } from './attempt';
import { describeMistake, findMistakes, toALabels } from './check-identity-props';
import { Confirmation } from './confirmation';
import { SigningFreeEmailIdentity } from './email-identity';
import type { ByodkimIdentityProps, InvocationTransform } from './identity-props';
import { type SendEmailGrant, sendEmailPolicy } from './send-email';
import { checkWholeStack } from './stack-checks';
import { adjust } from './transform';
import { txtStrings, txtStringsAtApply } from './txt-record';

/** The children, each adjustable through `transform` or here. Their ids are a contract: a changed id replaces. */
export interface ByodkimIdentityNodes {
  /** Looks at SES at plan time. Absent without drift detection. */
  readonly inspection?: DataAwsLambdaInvocation;
  readonly attempt: Attempt;
  /** By selector; the current one and the previous ones. */
  readonly dkimKeys: Readonly<Record<string, LambdaInvocation>>;
  /** By selector; the current one and the previous ones. */
  readonly records: Readonly<Record<string, Route53Record>>;
  readonly dnsGate: LambdaInvocation;
  readonly identity: Sesv2EmailIdentity | DataAwsSesv2EmailIdentity;
  readonly signing: LambdaInvocation;
  readonly confirmation: Confirmation;
}

/**
 * A domain's SES identity that signs with the domain owner's own key (BYODKIM).
 *
 * In the stack: inspection → attempt → [key] → [Route 53 record] → DNS gate → identity → signing → whatever else
 * the stack holds → confirmation. Nothing in SES is made or changed before the gate has proved in DNS that the record
 * is the public half of the private key in S3. If anything in the stack fails after signing, nothing confirms the
 * change and it is reverted.
 *
 * @example new ByodkimIdentity(this, 'Mail', { domain: 'example.com', selector: 's1' });
 * @throws Error at synth: every mistake in the props, one per line
 */
export class ByodkimIdentity extends Construct {
  /** The domain in A-labels. */
  readonly domain: string;
  readonly selector: string;
  readonly recordName: string;
  readonly nodes: ByodkimIdentityNodes;
  private readonly props: ByodkimIdentityProps;

  constructor(scope: Construct, id: string, props: ByodkimIdentityProps) {
    super(scope, id);
    const mistakes = findMistakes(props, Token.isUnresolved);
    if (mistakes.length > 0)
      throw new Error(mistakes.map((mistake) => `${this.node.path}: ${describeMistake(mistake)}`).join('\n'));
    this.props = props;
    this.domain = toALabels(props.domain)!;
    this.selector = props.selector;
    this.recordName = recordName(this.domain, props.selector);

    const inspection = props.driftDetection === false ? undefined : this.inspection();
    const drift = inspection && { driftToken: driftToken(inspection) };
    const attempt = this.attempt(drift);
    const dkimKeys = this.dkimKeys();
    const records = this.records(dkimKeys);
    const before = [...Object.values(dkimKeys), ...Object.values(records)];
    const dnsGate = this.invocation('DnsGate', attempt, before, props.transform?.dnsGate);
    const identity = this.identity(dnsGate);
    const signing = this.invocation('Signing', attempt, [dnsGate, identity], props.transform?.signing, drift);
    const confirmation = this.confirmation(attempt, signing, drift);
    this.nodes = {
      ...(inspection && { inspection }),
      attempt,
      dkimKeys,
      records,
      dnsGate,
      identity,
      signing,
      confirmation,
    };
    checkWholeStack({ domain: this.domain, element: identity });
    if (props.controlPlane && !this.sharesStack)
      TerraformStack.of(this).addDependency(props.controlPlane.stack);
  }

  /** ARN of the SES identity. */
  get identityArn(): string {
    return this.nodes.identity.arn;
  }

  /** What the function answered to `Signing`, as JSON text. */
  get signingResult(): string {
    return this.nodes.signing.result;
  }

  /** Id of the current attempt. */
  get transaction(): string {
    return this.nodes.attempt.id;
  }

  /** Policy document (JSON) that lets its bearer send mail as this domain. */
  sendEmailPolicyDocument(grant: SendEmailGrant = {}): string {
    return sendEmailPolicy(this.identityArn, this.props.configurationSetName, grant);
  }

  /**
   * Lets a role (by name) send mail as this domain, through its configuration set if it has one. Granted after
   * signing, so that no mail goes out unsigned in between.
   */
  grantSendEmail(roleName: string, grant: SendEmailGrant = {}): IamRolePolicy {
    const existing = this.node.children.filter((child) => child instanceof IamRolePolicy).length;
    const suffix = Token.isUnresolved(roleName) ? `${existing}` : roleName;
    return new IamRolePolicy(this, `SendEmail-${suffix}`, {
      role: roleName,
      name: `send-email-as-${this.domain}`.slice(0, 128),
      policy: this.sendEmailPolicyDocument(grant),
      dependsOn: [this.nodes.signing],
    });
  }

  // ---- the children, in the order of the stack ----

  private inspection(): DataAwsLambdaInvocation {
    const { controlPlane, selector, keyStore, transform } = this.props;
    const input = { resource: 'Inspection', domain: this.domain, selector, ...this.region, keyStore };
    return new DataAwsLambdaInvocation(this, 'Inspection', {
      ...adjust(
        {
          ...this.region,
          // In the same stack: the ARN is unknown until the function is there, so that the engine asks only then.
          functionName: this.sharesStack ? controlPlane!.readyFunctionArn : this.functionName,
        },
        transform?.inspection,
      ),
      input: JSON.stringify(input),
    });
  }

  private attempt(drift?: Drift): Attempt {
    return new Attempt(this, 'Attempt', {
      wanted: { ...this.wanted, function: this.functionName },
      ...drift,
    });
  }

  /**
   * One per selector, not one per attempt: it is idempotent, its delete does nothing, and its answer must stay known
   * at plan time, or each attempt would show a change of the record.
   */
  private dkimKeys(): Record<string, LambdaInvocation> {
    const { createKey, selector, previousSelectors = [], keyStore, hostedZoneId, transform } = this.props;
    if (!createKey) return {};
    const place = { domain: this.domain, ...this.region };
    // Where the stack publishes the record itself, there is nothing to ask the DNS team for.
    const notice = hostedZoneId === undefined ? {} : { notifyDnsTeam: false };
    return Object.fromEntries(
      [selector, ...previousSelectors].map((each) => {
        const transaction = `key-${each}`;
        const input = { resource: 'DkimKey', transaction, ...place, selector: each, keyStore, ...notice };
        const key = new LambdaInvocation(this, `DkimKey-${each}`, {
          ...this.invocationConfig(transform?.dkimKey),
          input: JSON.stringify(input),
          triggers: { key: JSON.stringify(input) },
          ...this.after(),
        });
        return [each, key];
      }),
    );
  }

  private records(dkimKeys: Record<string, LambdaInvocation>): Record<string, Route53Record> {
    const { hostedZoneId, selector, publicKey, previousSelectors = [], transform } = this.props;
    if (hostedZoneId === undefined) return {};
    return Object.fromEntries(
      [selector, ...previousSelectors].map((each) => {
        const value =
          each === selector && publicKey !== undefined
            ? this.publishedValue(publicKey)
            : txtStringsAtApply(
                Token.asString(Fn.lookupNested(Fn.jsondecode(dkimKeys[each]!.result), ['record', 'value'])),
              );
        const record = new Route53Record(
          this,
          `Record-${each}`,
          adjust(
            {
              zoneId: hostedZoneId,
              name: recordName(this.domain, each),
              type: 'TXT',
              ttl: this.props.recordTtlSeconds ?? 300,
              records: [value],
            },
            transform?.record,
          ),
        );
        return [each, record];
      }),
    );
  }

  private publishedValue(publicKey: string): string {
    const value = recordValue(publicKey);
    return Token.isUnresolved(publicKey) ? txtStringsAtApply(value) : txtStrings(value);
  }

  private identity(dnsGate: LambdaInvocation): Sesv2EmailIdentity | DataAwsSesv2EmailIdentity {
    const { configurationSetName, tags, transform } = this.props;
    if (this.props.identity === 'existing')
      return new DataAwsSesv2EmailIdentity(
        this,
        'ExistingIdentity',
        adjust({ ...this.region, emailIdentity: this.domain }, transform?.existingIdentity),
      );
    const config = adjust(
      {
        ...this.region,
        emailIdentity: this.domain,
        configurationSetName,
        tags: { ...tags },
        dependsOn: [dnsGate],
      },
      transform?.identity,
    );
    return new SigningFreeEmailIdentity(this, 'Identity', {
      ...config,
      tags: { ...config.tags, [IDENTITY_TAG.key]: IDENTITY_TAG.value },
    });
  }

  private confirmation(attempt: Attempt, signing: LambdaInvocation, drift?: Drift): Confirmation {
    return new Confirmation(
      this,
      'Confirmation',
      this.attemptConfig('Confirmation', attempt, this.props.transform?.confirmation, drift),
      {
        always: this.after(signing).dependsOn ?? [],
        ...(this.props.confirmAfter && { confirmAfter: this.props.confirmAfter }),
      },
    );
  }

  // ---- what they share ----

  private invocation(
    resource: 'DnsGate' | 'Signing',
    attempt: Attempt,
    dependsOn: readonly ITerraformDependable[],
    transform?: InvocationTransform,
    drift?: Drift,
  ): LambdaInvocation {
    return new LambdaInvocation(this, resource, {
      ...this.attemptConfig(resource, attempt, transform, drift),
      ...this.after(...dependsOn),
    });
  }

  private attemptConfig(
    resource: ResourceEvent['resource'],
    attempt: Attempt,
    transform?: InvocationTransform,
    drift?: Drift,
  ) {
    return {
      ...this.invocationConfig(transform),
      input: JSON.stringify({ resource, transaction: attempt.id, ...this.wanted, ...drift }),
      triggers: { attempt: attempt.id },
    };
  }

  /** Create-before-destroy, and never an update: an update's failure is forgotten by the provider. */
  private invocationConfig(transform?: InvocationTransform) {
    return {
      ...adjust({ ...this.region, functionName: this.functionName }, transform),
      lifecycleScope: 'CRUD',
      lifecycle: { createBeforeDestroy: true },
    };
  }

  /** Everything in the event that is not the attempt itself; only what was said, so that defaults may change. */
  private get wanted(): Omit<ResourceEvent, 'resource' | 'transaction' | 'tf' | 'driftToken'> {
    const { selector, keyStore, gate, verification, confirmTimeoutMinutes, irreversible } = this.props;
    const all = {
      domain: this.domain,
      selector,
      ...this.region,
      keyStore,
      gate,
      verification,
      confirmTimeoutMinutes,
      irreversible,
    };
    return Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ) as unknown as typeof all;
  }

  private get region(): { readonly region?: string } {
    return this.props.region === undefined ? {} : { region: this.props.region };
  }

  private get sharesStack(): boolean {
    return this.props.controlPlane?.stack === TerraformStack.of(this);
  }

  /** A literal name, also in the same stack: it needs no remote state, and never turns unknown. */
  private get functionName(): string {
    return this.props.controlPlane?.functionName ?? this.props.functionName ?? DEFAULT_FUNCTION_NAME;
  }

  /**
   * `dependsOn`, with the control plane where it is in the same stack: a reference orders after the function alone, and
   * a delete needs its policy, the bucket and the scheduler to be still there.
   */
  private after(...others: readonly ITerraformDependable[]): { readonly dependsOn?: ITerraformDependable[] } {
    const all = [...others, ...(this.sharesStack ? this.props.controlPlane!.dependencies : [])];
    return all.length === 0 ? {} : { dependsOn: all };
  }
}

interface Drift {
  readonly driftToken: string;
}

const driftToken = (inspection: DataAwsLambdaInvocation): string =>
  Token.asString(Fn.lookup(Fn.jsondecode(inspection.result), 'token'));
