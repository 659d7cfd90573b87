import { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { LambdaInvocation, type LambdaInvocationConfig } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Fn, type ITerraformDependable, Op, type Precondition, TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { DEFAULT_FUNCTION_NAME, READ_ONLY_ALIAS } from '../handlers/contract/contract';
import type { BaselineEvent, ResourceEvent, RotationSettings } from '../handlers/contract/input/event-schema';
import { valuesOf } from '../handlers/contract/settings/setting';
import { EVENT_SETTINGS } from '../handlers/contract/settings/settings';
import { alternatingSelectors, isMailFromInZone } from './check-identity-props';
import { Confirmation } from './confirmation';
import {
  type ControlPlane,
  claimedRotation,
  type IdentitySettings,
  keyStoreOfSelector,
  rotationSettings,
} from './identity-props';
import { describeRefusal } from './refusal';
import { addressOf } from './stack-checks';
import { TerraformData } from './terraform-data';

/** Placeholder for an empty answer of an inspection, since cdktf accepts no empty text. */
const NOTHING = 'nothing';

interface AttemptProps {
  /** The wanted state. Values whose change triggers a new attempt; the plan shows the part that changed. */
  readonly wanted: Readonly<Record<string, unknown>>;
  /** Answer of the inspection at plan time. */
  readonly driftToken: string;
  /** Reason why the plan must not be carried out, or {@link NOTHING}. */
  readonly refusal: string;
}

/**
 * One attempt to change an identity's signing state. Its `id`, new at each replacement, names the transaction.
 *
 * Contents cannot name a transaction: if a rotation fails and the list returns to its earlier text, the new attempt has the
 * contents of an earlier one. To force an apply, replace the `Attempt` (`-replace`).
 */
export class Attempt extends TerraformData {
  constructor(scope: Construct, id: string, { wanted, driftToken, refusal }: AttemptProps) {
    super(scope, id, {
      triggersReplace: { wanted, drift: driftToken },
      lifecycle: {
        createBeforeDestroy: true,
        // A destroy treats a precondition that fails as a warning (Terraform's preDestroyRefresh).
        precondition: [{ condition: Op.eq(refusal, NOTHING), errorMessage: refusal }],
      },
    });
  }
}

/**
 * Keeps the name of the function that a stack was made with. Another function would adopt the domain in its own ledger, and
 * the delete of the earlier `Baseline` would then be a destroy for the earlier function: it would roll the domain back.
 */
export class StackFunction extends TerraformData {
  constructor(
    scope: Construct,
    id: string,
    private readonly functionName: string,
  ) {
    super(scope, id, { input: functionName, lifecycle: { ignoreChanges: ['input'] } });
  }

  /**
   * Stops a plan with another function, unless this resource and the baseline have been removed from the state.
   * @param baseline address of the `Baseline` in the engine
   */
  precondition(baseline: string): Precondition {
    return {
      condition: Op.eq(this.input, this.functionName),
      errorMessage: describeRefusal({
        code: 'FUNCTION_CHANGED',
        facts: {
          found: this.functionName,
          expected: this.input,
          addresses: [baseline, addressOf(this)!],
        },
      }),
    };
  }
}

/** Makes the function invocations of a domain's stack, with their inputs and dependencies. */
export class Invocations {
  /** Reads SES at plan time. */
  readonly inspection: DataAwsLambdaInvocation;
  readonly attempt: Attempt;
  /** Keeps the function's name. */
  readonly stackFunction: StackFunction;
  private readonly controlPlane: ControlPlane;

  constructor(
    private readonly scope: Construct,
    /** A domain in A-labels. */
    private readonly domain: string,
    private readonly props: IdentitySettings,
  ) {
    this.controlPlane = controlPlaneOf(props.controlPlane);
    this.inspection = this.inspect();
    this.attempt = new Attempt(scope, 'Attempt', {
      // A record in another zone is proved again like another record, though the function need not know the zone.
      wanted: { ...this.wanted, function: this.functionName, zone: props.record?.hostedZoneId },
      ...this.drift,
      refusal: refusalOf(this.inspection),
    });
    this.stackFunction = new StackFunction(scope, 'Function', this.functionName);
  }

  /** The input of the inspection. It is used at plan time, so nothing in it may be unknown then. */
  private inspect(): DataAwsLambdaInvocation {
    const { selector, region, keyStore, irreversible, createKey } = this.props;
    const { domain, rotation } = this;
    const input = {
      resource: 'Inspection',
      domain,
      selector,
      region,
      keyStore,
      rotation,
      irreversible,
      ...(createKey && { createKey }),
    } satisfies ResourceEvent;
    return new DataAwsLambdaInvocation(this.scope, 'Inspection', {
      region,
      // The ARN within the same stack is unknown until the function works, so that the engine does not call the function
      // earlier.
      functionName: (this.sharesStack && this.controlPlane.readyFunctionArn) || this.functionName,
      // The read-only alias: a plan needs no permission to change anything.
      qualifier: READ_ONLY_ALIAS,
      input: JSON.stringify(input),
    });
  }

  /**
   * There is one per selector, and not one per attempt: it is idempotent, its delete does nothing, and its answer must stay
   * known at plan time, or each attempt would show a change of the record. So an earlier selector keeps the input that it had
   * as the current one.
   */
  dkimKey(selector: string): LambdaInvocation {
    const { createKey, record, keyLifetimeDays, mailFrom } = this.props;
    const delegation = record?.delegation;
    const { subdomain, regions } = mailFrom ?? {};
    const input = JSON.stringify({
      resource: 'DkimKey',
      transaction: `key-${selector}`,
      domain: this.domain,
      region: this.props.region,
      selector,
      keyStore: keyStoreOfSelector(this.props, selector),
      ...(!createKey && { createKey: false }),
      // If the stack publishes the record itself, the DNS team has nothing to publish, except two aliases of a delegation.
      ...(record && !delegation && { notifyDnsTeam: false }),
      ...(mailFrom && !isMailFromInZone(this.props) && { mailFrom: { subdomain, regions } }),
      ...(createKey && alternatingSelectors(this.props) && { renew: true }),
      ...(createKey && this.gateOfKeys),
      ...((keyLifetimeDays || delegation) && { rotation: { keyLifetimeDays, delegation } }),
    } satisfies ResourceEvent);
    return this.invoke(`DkimKey-${selector}`, { ...this.config, input, triggers: { key: input } });
  }

  dnsGate(dependsOn: readonly ITerraformDependable[]): LambdaInvocation {
    return this.invoke('DnsGate', this.attemptConfig('DnsGate'), dependsOn);
  }

  /**
   * The stack's claim on the domain. It is the only object whose delete reaches the function, which treats that as the
   * destroy. Each object has an id of its own, which begins with the id of the engine state that has it; only another
   * function, domain or region replaces the object.
   * @param outlive resources that must still exist when its delete rolls back
   */
  baseline(outlive: readonly ITerraformDependable[]): LambdaInvocation {
    const { domain } = this;
    const { region, identity } = this.props;
    const rotation = claimedRotation(this.props);
    const place = { domain, ...(region !== undefined && { region }) };
    const input = {
      resource: 'Baseline',
      id: `${this.stackFunction.id}.${Fn.uuid()}`,
      ...place,
      ...(identity !== 'existing' && { deletesIdentity: true }),
      ...(rotation && { rotation }),
    } satisfies BaselineEvent;
    const config = { lifecycleScope: 'CRUD', input: JSON.stringify(input), triggers: { domain } };
    const baseline = this.invoke('Baseline', { ...this.config, ...config }, outlive);
    const precondition = [this.stackFunction.precondition(addressOf(baseline)!)];
    baseline.lifecycle = { ...this.config.lifecycle, precondition };
    return baseline;
  }

  signing(baseline: LambdaInvocation): LambdaInvocation {
    return this.invoke('Signing', this.stackConfig('Signing', baseline));
  }

  confirmation(baseline: LambdaInvocation, signing: LambdaInvocation): Confirmation {
    const config = this.stackConfig('Confirmation', baseline);
    const always = this.withControlPlane([signing]);
    const { confirmAfter } = this.props;
    return new Confirmation(this.scope, 'Confirmation', { ...config, always, confirmAfter });
  }

  private invoke(
    id: string,
    config: LambdaInvocationConfig,
    others: readonly ITerraformDependable[] = [],
  ): LambdaInvocation {
    const dependsOn = this.withControlPlane(others);
    return new LambdaInvocation(this.scope, id, { ...config, ...(dependsOn.length > 0 && { dependsOn }) });
  }

  private attemptConfig(resource: ResourceEvent['resource'], more: Partial<ResourceEvent> = {}) {
    const { id: transaction } = this.attempt;
    const input = { resource, transaction, ...this.wanted, ...more } satisfies ResourceEvent;
    return { ...this.config, input: JSON.stringify(input), triggers: { attempt: transaction } };
  }

  /** Returns the configuration of resources that carry the id of the stack's `Baseline`. */
  private stackConfig(resource: ResourceEvent['resource'], { input }: LambdaInvocation) {
    const stack = Token.asString(Fn.lookup(Fn.jsondecode(input), 'id'));
    const { triggers, ...config } = this.attemptConfig(resource, { stack, ...this.drift });
    return { ...config, triggers: { ...triggers, stack } };
  }

  /** The token in the inspection's answer. */
  private get drift(): { readonly driftToken: string } {
    return { driftToken: Token.asString(Fn.lookup(Fn.jsondecode(this.inspection.result), 'token')) };
  }

  /**
   * The engine creates before it destroys, so that an earlier record is removed after the confirmation. Only triggers replace
   * an invocation, so that another version of these constructs plans nothing.
   */
  private get config() {
    return {
      region: this.props.region,
      functionName: this.functionName,
      lifecycleScope: 'CREATE_ONLY',
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['input'] },
    };
  }

  /** Returns the event without the attempt. Leaves out props that are not set, so that defaults may change. */
  private get wanted(): Omit<ResourceEvent, 'resource'> {
    const { selector, region, keyStore } = this.props;
    const { domain, rotation } = this;
    return {
      domain,
      selector,
      ...(region !== undefined && { region }),
      ...(keyStore && { keyStore }),
      ...(rotation && { rotation }),
      ...valuesOf(EVENT_SETTINGS, this.props),
    };
  }

  /**
   * Returns the gate's settings for making a key: DNS is asked only once whether the selector is in use, so the gate does not
   * wait.
   */
  private get gateOfKeys(): Pick<ResourceEvent, 'gate'> {
    const { mode, nameservers, resolvers } = this.props.gate ?? {};
    return mode || nameservers || resolvers ? { gate: { mode, nameservers, resolvers } } : {};
  }

  private get rotation(): RotationSettings | undefined {
    return rotationSettings(this.props);
  }

  /** The name is literal even in the same stack: it needs no remote state and never becomes unknown. */
  private get functionName(): string {
    return this.controlPlane.functionName;
  }

  private get sharesStack(): boolean {
    return this.controlPlane.stack === TerraformStack.of(this.scope);
  }

  /**
   * Adds the control plane if it is in the same stack. A reference would depend only on the function, but a destroy also needs
   * its policy, the bucket and the scheduler.
   */
  private withControlPlane(others: readonly ITerraformDependable[]): ITerraformDependable[] {
    return [...others, ...((this.sharesStack && this.controlPlane.dependencies) || [])];
  }
}

export const controlPlaneOf = (given: IdentitySettings['controlPlane']): ControlPlane =>
  typeof given === 'object' ? given : { functionName: given ?? DEFAULT_FUNCTION_NAME };

const refusalOf = ({ result }: DataAwsLambdaInvocation): string =>
  Token.asString(Fn.lookup(Fn.jsondecode(result), 'refusal', NOTHING));
