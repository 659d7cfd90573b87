import type { SandboxCore } from '../../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../../contract/operations';
import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import { requestTagKeys } from '../tagging';
import { type ConfigurationSets, configurationSetArn } from './configuration-sets';
import { privateKeyOf } from './dkim-key';
import { EASY_DKIM, Identity, parentRegion, type Signing, type TimelineEntry } from './identity';
import { mailFromAttributes, mailFromOf } from './mail-from';
import { policyOperations } from './policies';
import { requireNoTenant, type Tenants } from './tenants';
import { badRequest, checkNewIdentity, checkSigningAttributes } from './validation';
import type { Verifier } from './verification';

/** Identities by region and name. Domain names are case-insensitive. */
export class IdentityStore {
  private readonly identities = new Map<string, Identity>();
  private readonly timelines = new Map<string, TimelineEntry[]>();

  timeline(region: string, name: string): TimelineEntry[] {
    const key = `${region}/${name.toLowerCase()}`;
    const timeline = this.timelines.get(key) ?? [];
    this.timelines.set(key, timeline);
    return timeline;
  }

  find(region: string, name: string): Identity | undefined {
    return this.identities.get(`${region}/${name.toLowerCase()}`);
  }

  add(identity: Identity): void {
    this.identities.set(`${identity.region}/${identity.name}`, identity);
  }

  remove(identity: Identity): void {
    this.identities.delete(`${identity.region}/${identity.name}`);
  }

  all(): Identity[] {
    return [...this.identities.values()];
  }
}

export const identityArn = (name: string, { region, accountId }: CallContext): string =>
  `arn:aws:ses:${region}:${accountId}:identity/${name.toLowerCase()}`;

export interface IdentityParts {
  readonly store: IdentityStore;
  readonly verifier: Verifier;
  readonly configurationSets: ConfigurationSets;
  readonly tenants: Tenants;
  readonly newTags: SandboxCore['resourceTags'];
}

/** Makes the operations on email identities. */
export function identityOperations(parts: IdentityParts): Record<string, Operation> {
  const { store } = parts;
  const common: Common = {
    resource: (input, context) => identityArn(input.EmailIdentity, context),
    resourceTags: (input, { region }) => store.find(region, input.EmailIdentity)?.tags.arrived ?? {},
    conditionKeys: () => ({ 'ses:ApiVersion': '2' }),
  };
  return operationsOf('ses', common, {
    ...lifeOperations(parts),
    ...readingOperations(parts),
    ...dkimOperations(parts),
    ...policyOperations((input, context) => requireIdentity(store, input, context)),
    ...attributeOperations(parts),
  });
}

/** @throws AwsError NotFoundException */
function requireIdentity(store: IdentityStore, input: any, { region }: CallContext): Identity {
  const identity = store.find(region, input.EmailIdentity);
  if (identity) return identity;
  throw new AwsError('NotFoundException', `Email identity ${input.EmailIdentity} does not exist.`, 404);
}

/** @throws AwsError NotFoundException */
function requireSet(
  sets: ConfigurationSets,
  { ConfigurationSetName: name }: any,
  context: CallContext,
): void {
  if (name === undefined || sets.has(configurationSetArn(name, context))) return;
  throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
}

function lifeOperations(parts: IdentityParts): OwnOperations {
  const { store, verifier, tenants } = parts;
  return {
    CreateEmailIdentity: {
      action: (input) => ['ses:CreateEmailIdentity', ...(input.Tags?.length ? ['ses:TagResource'] : [])],
      conditionKeys: (input) => ({ 'ses:ApiVersion': '2', ...requestTagKeys(input.Tags) }),
      run: (input, context) => {
        const identity = newIdentity(parts, input, context);
        store.add(identity);
        verifier.watch(identity);
        return {
          IdentityType: typeOf(identity),
          VerifiedForSendingStatus: false,
          DkimAttributes: dkimAttributes(identity, verifier),
        };
      },
    },
    DeleteEmailIdentity(input, context) {
      const identity = requireIdentity(store, input, context);
      requireNoTenant(tenants, identity.arn);
      store.remove(identity);
    },
  };
}

/**
 * @throws AwsError for a name that is taken or invalid, and for a configuration set, an origin or a key that SES does
 * not accept
 */
function newIdentity(parts: IdentityParts, input: any, context: CallContext): Identity {
  const { store, verifier, configurationSets, newTags } = parts;
  const name = input.EmailIdentity.toLowerCase();
  checkNewIdentity(name, input.Tags);
  if (store.find(context.region, name)) {
    throw new AwsError('AlreadyExistsException', `Email identity ${name} already exist.`);
  }
  requireSet(configurationSets, input, context);
  const now = context.clock.now();
  const attributes = input.DkimSigningAttributes;
  if (name.includes('@') && attributes) throw notADomain();
  const origin = originOf(attributes);
  authorizeReplica(origin, name, context);
  checkSigningAttributes(origin, attributes && { ...attributes, DomainSigningAttributesOrigin: undefined });
  const identity = new Identity({
    name,
    region: context.region,
    arn: identityArn(name, context),
    createdAt: now,
    timeline: store.timeline(context.region, name),
    tags: newTags(input.Tags),
  });
  identity.configurationSetName = input.ConfigurationSetName;
  if (identity.isAddress) identity.enabled = false;
  else identity.sign(signingOf(origin, attributes), now, verifier.sendingMeanwhile());
  return identity;
}

function readingOperations({ store, verifier }: IdentityParts): OwnOperations {
  return {
    async GetEmailIdentity(input, context) {
      const identity = requireIdentity(store, input, context);
      await verifier.checkIfDue(identity);
      const description = describe(identity, verifier);
      identity.dkim.wasRead();
      return description;
    },
    ListEmailIdentities: {
      resource: () => '*',
      resourceTags: undefined,
      run: (_input, { region }) => ({
        EmailIdentities: store
          .all()
          .filter((identity) => identity.region === region)
          .map((identity) => ({
            IdentityType: typeOf(identity),
            IdentityName: identity.name,
            SendingEnabled: identity.verifiedForSending,
            VerificationStatus: verificationStatus(identity),
          })),
      }),
    },
    // Refuses global endpoints, since none can be made here.
    ListMultiRegionEndpoints: {
      resource: () => '*',
      resourceTags: undefined,
      run: () => ({ MultiRegionEndpoints: [] }),
    },
  };
}

function dkimOperations({ store, verifier }: IdentityParts): OwnOperations {
  return {
    PutEmailIdentityDkimSigningAttributes(input, context) {
      const { SigningAttributesOrigin: origin, SigningAttributes: attributes } = input;
      if (origin === undefined) throw badRequest("Value null at 'signingAttributesOrigin' must not be null");
      checkSigningAttributes(origin, attributes);
      const identity = requireIdentity(store, input, context);
      authorizeReplica(origin, input.EmailIdentity, context);
      if (identity.isAddress) throw notADomain();
      identity.sign(signingOf(origin, attributes), context.clock.now(), verifier.sendingMeanwhile());
      verifier.watch(identity);
      return { DkimStatus: identity.status, DkimTokens: verifier.tokensOf(identity) };
    },
    PutEmailIdentityDkimAttributes(input, context) {
      const identity = store.find(context.region, input.EmailIdentity);
      // AWS answers so, and not with NotFoundException, as a recording shows.
      if (!identity || identity.isAddress)
        throw badRequest(`Domain ${input.EmailIdentity} is not verified for DKIM signing.`);
      identity.enabled = input.SigningEnabled ?? false;
      identity.note(context.clock.now());
    },
  };
}

function attributeOperations({ store, verifier, configurationSets }: IdentityParts): OwnOperations {
  return {
    PutEmailIdentityMailFromAttributes(input, context) {
      const identity = requireIdentity(store, input, context);
      identity.mailFrom = mailFromOf(input, identity.name, context.clock.now());
      verifier.watch(identity);
    },
    PutEmailIdentityFeedbackAttributes(input, context) {
      requireIdentity(store, input, context).feedbackForwarding = input.EmailForwardingEnabled ?? false;
    },
    PutEmailIdentityConfigurationSetAttributes(input, context) {
      const identity = requireIdentity(store, input, context);
      const { ConfigurationSetName: name } = input;
      // To attach an identity to a configuration set, a caller needs the permission on both.
      if (name !== undefined)
        context.authorize(
          'ses:PutEmailIdentityConfigurationSetAttributes',
          configurationSetArn(name, context),
        );
      requireSet(configurationSets, input, context);
      identity.configurationSetName = input.ConfigurationSetName;
    },
  };
}

/**
 * Deterministic Easy DKIM replicates the signing key of the identity in the parent region, and requires a permission on
 * that identity (SES guide, "Required permissions to use DEED").
 */
function authorizeReplica(origin: string, name: string, context: CallContext): void {
  const region = parentRegion(origin);
  if (region !== undefined)
    context.authorize('ses:ReplicateEmailIdentityDkimSigningKey', identityArn(name, { ...context, region }));
}

/** Returns the origin of a new identity: BYODKIM with a key, else Easy DKIM, unless the request names another. */
function originOf(attributes: any): string {
  if (attributes?.DomainSigningAttributesOrigin) return attributes.DomainSigningAttributesOrigin;
  return attributes?.DomainSigningSelector || attributes?.DomainSigningPrivateKey ? 'EXTERNAL' : EASY_DKIM;
}

function signingOf(origin: string, attributes: any): Signing {
  if (origin !== 'EXTERNAL') return { origin };
  const { half, pem } = privateKeyOf(attributes.DomainSigningPrivateKey);
  return { origin: 'EXTERNAL', selector: attributes.DomainSigningSelector, key: half, privateKey: pem };
}

function dkimAttributes(identity: Identity, verifier: Verifier) {
  const { signing, enabled, status, createdAt } = identity;
  const easyDkim = signing.origin === EASY_DKIM && {
    NextSigningKeyLength: 'RSA_2048_BIT',
    CurrentSigningKeyLength: 'RSA_2048_BIT',
    LastKeyGenerationTimestamp: new Date(createdAt),
  };
  return {
    SigningEnabled: enabled,
    Status: status,
    Tokens: verifier.tokensOf(identity),
    SigningAttributesOrigin: signing.origin,
    ...easyDkim,
  };
}

const typeOf = ({ isAddress }: Identity): string => (isAddress ? 'EMAIL_ADDRESS' : 'DOMAIN');

const notADomain = () => badRequest('The EmailIdentity value must be a valid domain.');

function verificationStatus({ verifiedForSending, isAddress, status }: Identity): string {
  if (verifiedForSending) return 'SUCCESS';
  return isAddress || status === 'NOT_STARTED' ? 'PENDING' : status;
}

const describe = (identity: Identity, verifier: Verifier) => ({
  IdentityType: typeOf(identity),
  FeedbackForwardingStatus: identity.feedbackForwarding,
  VerifiedForSendingStatus: identity.verifiedForSending,
  DkimAttributes: dkimAttributes(identity, verifier),
  MailFromAttributes: mailFromAttributes(identity.mailFrom),
  Policies: Object.fromEntries(identity.policies),
  // The tags are omitted while they are arriving, so their absence does not mean that no tags exist.
  Tags: identity.tags.haveArrived ? identity.tags.list : undefined,
  ConfigurationSetName: identity.configurationSetName,
  VerificationStatus: verificationStatus(identity),
  VerificationInfo: {
    LastCheckedTimestamp: dateOf(identity.dkim.lastCheckedAt),
    LastSuccessTimestamp: dateOf(identity.dkim.lastSuccessAt),
    ErrorType: identity.dkim.errorType,
    SOARecord: identity.soaRecord,
  },
});

const dateOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
