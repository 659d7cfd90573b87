import { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Fn, type ITerraformDependable, TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import {
  DEFAULT_FUNCTION_NAME,
  type KeyStore,
  READ_ONLY_ALIAS,
  type ResourceEvent,
  type RotationSettings,
} from '../handlers/contract';
import { valuesOf } from '../handlers/setting';
import { EVENT_SETTINGS } from '../handlers/settings';
import { Attempt, NOTHING } from './attempt';
import { alternatingSelectors, publishesMailFrom } from './check-identity-props';
import { Confirmation } from './confirmation';
import type { ControlPlane } from './identity-props';
import type { IdentitySettings } from './identity-settings';
import { rotationSettings } from './rotation-settings';

/** What the inspection answered at plan time. Empty without drift detection. */
export interface Drift {
  readonly driftToken?: string;
}

/** Makes the invocations of the function in a domain's stack: the input of each, and its dependencies. */
export class Invocations {
  private readonly controlPlane: ControlPlane;

  constructor(
    private readonly scope: Construct,
    /** In A-labels. */
    private readonly domain: string,
    private readonly props: IdentitySettings,
  ) {
    this.controlPlane = controlPlaneOf(props.controlPlane);
  }

  /** The region that everything of the domain gets, where one is given. */
  get region(): { readonly region?: string } {
    return this.props.region === undefined ? {} : { region: this.props.region };
  }

  /** Read-only, at plan time: nothing in it may be unknown then. */
  inspection(): DataAwsLambdaInvocation {
    const { selector, keyStore } = this.props;
    const { region, rotation } = this;
    // A zone that is made beside the domain has no id yet at plan time.
    const known = rotation && { ...rotation, hostedZoneId: undefined };
    const input = {
      resource: 'Inspection',
      domain: this.domain,
      selector,
      ...region,
      keyStore,
      rotation: known,
    } satisfies ResourceEvent;
    return new DataAwsLambdaInvocation(this.scope, 'Inspection', {
      ...this.region,
      // In the same stack: unknown until the function works, so that the engine does not ask before.
      functionName: (this.sharesStack && this.controlPlane.readyFunctionArn) || this.functionName,
      // The read-only alias: a plan needs no permission to change anything.
      qualifier: READ_ONLY_ALIAS,
      input: JSON.stringify(input),
    });
  }

  /**
   * Whatever replaces `Signing` must make a new attempt. Otherwise the old one's delete, under the transaction that is
   * current, would undo the new one.
   */
  attempt(drift: Drift, inspection?: DataAwsLambdaInvocation): Attempt {
    const refusal = inspection && { refusal: refusalOf(inspection) };
    return new Attempt(this.scope, 'Attempt', {
      wanted: { ...this.wanted, function: this.functionName },
      ...drift,
      ...refusal,
    });
  }

  /**
   * One per selector, not one per attempt: it is idempotent, its delete does nothing, and its answer must stay known at
   * plan time, or each attempt would show a change of the record. So an earlier selector's input is what it was as the
   * current one.
   */
  dkimKey(selector: string): LambdaInvocation {
    const { createKey, record, keyLifetimeDays, mailFrom } = this.props;
    const delegation = record?.delegation;
    const input = JSON.stringify({
      resource: 'DkimKey',
      transaction: `key-${selector}`,
      domain: this.domain,
      ...this.region,
      selector,
      keyStore: this.keyStoreOf(selector),
      ...(!createKey && { createKey: false }),
      // Where the stack publishes the record itself, there is nothing to ask the DNS team for, but two aliases, once.
      ...(record && !delegation && { notifyDnsTeam: false }),
      ...(mailFrom && !publishesMailFrom(this.props) && { mailFrom: { subdomain: mailFrom.subdomain } }),
      ...(createKey && alternatingSelectors(this.props) && { renew: true }),
      ...(createKey && this.gateOfKeys),
      ...((keyLifetimeDays || delegation) && {
        rotation: withoutUndefined({ keyLifetimeDays, delegation }),
      }),
    } satisfies ResourceEvent);
    return new LambdaInvocation(this.scope, `DkimKey-${selector}`, {
      ...this.config,
      input,
      triggers: { key: input },
      ...this.after(),
    });
  }

  dnsGate(attempt: Attempt, dependsOn: readonly ITerraformDependable[]): LambdaInvocation {
    return new LambdaInvocation(this.scope, 'DnsGate', {
      ...this.attemptConfig('DnsGate', attempt),
      ...this.after(...dependsOn),
    });
  }

  signing(attempt: Attempt, drift: Drift, dependsOn: readonly ITerraformDependable[]): LambdaInvocation {
    return new LambdaInvocation(this.scope, 'Signing', {
      ...this.attemptConfig('Signing', attempt, drift),
      ...this.after(...dependsOn),
    });
  }

  confirmation(attempt: Attempt, drift: Drift, signing: LambdaInvocation): Confirmation {
    const { confirmAfter } = this.props;
    return new Confirmation(this.scope, 'Confirmation', this.attemptConfig('Confirmation', attempt, drift), {
      always: this.after(signing).dependsOn ?? [],
      confirmAfter,
    });
  }

  private attemptConfig(resource: ResourceEvent['resource'], attempt: Attempt, drift: Drift = {}) {
    return {
      ...this.config,
      input: JSON.stringify({
        resource,
        transaction: attempt.id,
        ...this.wanted,
        ...drift,
      } satisfies ResourceEvent),
      triggers: { attempt: attempt.id },
    };
  }

  /** Create-before-destroy, and never an update: an update's failure is forgotten by the provider. */
  private get config() {
    return {
      ...this.region,
      functionName: this.functionName,
      lifecycleScope: 'CRUD',
      lifecycle: { createBeforeDestroy: true },
    };
  }

  /** Returns the event without the attempt. Props that are not given stay out, so that defaults may change. */
  private get wanted(): Omit<ResourceEvent, 'resource'> {
    const { selector, keyStore } = this.props;
    return {
      domain: this.domain,
      selector,
      ...withoutUndefined({ ...this.region, keyStore, rotation: this.rotation }),
      ...valuesOf(EVENT_SETTINGS, this.props),
    };
  }

  /** A place that is one key's or one record's own is that of the current selector. */
  private keyStoreOf(selector: string): KeyStore | undefined {
    const { keyStore } = this.props;
    if (selector === this.props.selector || keyStore === undefined) return keyStore;
    const { bucket, dnsRecords } = keyStore;
    return { bucket, dnsRecords: dnsRecords?.endsWith('/') ? dnsRecords : undefined };
  }

  /** Returns the gate's settings for making a key: DNS is asked once whether its selector is in use, so none that waits. */
  private get gateOfKeys(): Pick<ResourceEvent, 'gate'> {
    const { mode, nameservers, resolvers } = this.props.gate ?? {};
    const gate = withoutUndefined({ mode, nameservers, resolvers });
    return Object.keys(gate).length === 0 ? {} : { gate };
  }

  private get rotation(): RotationSettings | undefined {
    return rotationSettings(this.props);
  }

  /** A literal name, also in the same stack: it needs no remote state, and never turns unknown. */
  private get functionName(): string {
    return this.controlPlane.functionName;
  }

  private get sharesStack(): boolean {
    return this.controlPlane.stack === TerraformStack.of(this.scope);
  }

  /**
   * `dependsOn`, with the control plane where it is in the same stack: a reference orders after the function alone, and
   * a delete needs its policy, the bucket and the scheduler to be still there.
   */
  private after(...others: readonly ITerraformDependable[]): { readonly dependsOn?: ITerraformDependable[] } {
    const all = [...others, ...((this.sharesStack && this.controlPlane.dependencies) || [])];
    return all.length === 0 ? {} : { dependsOn: all };
  }
}

export const controlPlaneOf = (given: IdentitySettings['controlPlane']): ControlPlane =>
  typeof given === 'object' ? given : { functionName: given ?? DEFAULT_FUNCTION_NAME };

/** The token in an inspection's answer. */
export const driftOf = (inspection: DataAwsLambdaInvocation): Drift => ({
  driftToken: Token.asString(Fn.lookup(Fn.jsondecode(inspection.result), 'token')),
});

const refusalOf = ({ result }: DataAwsLambdaInvocation): string =>
  Token.asString(Fn.lookup(Fn.jsondecode(result), 'refusal', NOTHING));

function withoutUndefined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
