import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityCommandOutput,
  ListEmailIdentitiesCommand,
  type ListEmailIdentitiesCommandOutput,
  ListMultiRegionEndpointsCommand,
  type MailFromAttributes,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  type PutEmailIdentityDkimSigningAttributesCommandInput,
  type SESv2Client,
  type VerificationInfo as SesVerificationInfo,
  type Tag,
} from '@aws-sdk/client-sesv2';
import { IDENTITY_TAG, MADE_TAG } from '../contract/contract';
import type { SigningKey } from '../keys/format/public-key';
import { nullOnAwsError } from './aws-error';
import { type Sender, sendersOf } from './identity-policies';

/** The DKIM signing state of an SES email identity, as `GetEmailIdentity` shows it. */
export interface SigningState {
  /** `SigningAttributesOrigin`: AWS_SES (Easy DKIM), EXTERNAL (BYODKIM) or AWS_SES_<REGION>. */
  readonly origin: string;
  /** EXTERNAL only: the first of `Tokens`, which is the selector. Absent when SES shows none. */
  readonly selector?: string;
  readonly enabled: boolean;
  /** `Status`: NOT_STARTED, PENDING, SUCCESS, FAILED or TEMPORARY_FAILURE. */
  readonly status: string;
  readonly tokens: readonly string[];
  /** `VerifiedForSendingStatus`: whether the domain may send. Absent: SES did not say. */
  readonly verifiedForSending?: boolean | undefined;
  /** Whether the identity carries the tag that lets the function change it. Absent: SES did not say. */
  readonly managed?: boolean;
  /** Present if the function has made the identity, and so may delete it. */
  readonly made?: true;
  /** `VerificationInfo.ErrorType`, if SES returns one. */
  readonly verificationError?: string;
  /** `VerificationInfo`, if SES returns it. */
  readonly verification?: VerificationInfo;
  /** The senders that each of its `Policies` allows, by the policy's name. Absent: SES did not say. */
  readonly senders?: Readonly<Record<string, readonly Sender[]>>;
  /** `MailFromAttributes`; absent if the identity has no MAIL FROM domain of its own. */
  readonly mailFrom?: MailFromState;
}

/** A custom MAIL FROM domain, as SES returns it. */
export interface MailFromState {
  readonly domain: string;
  /** PENDING, SUCCESS, FAILED or TEMPORARY_FAILURE: whether SES finds its MX record. */
  readonly status: string;
  readonly onMxFailure: 'use-default' | 'reject';
}

/** The result of SES's last search for the record. */
export interface VerificationInfo {
  readonly errorType?: string;
  /** ISO 8601. */
  readonly lastCheckedAt?: string;
  /** ISO 8601. */
  readonly lastSuccessAt?: string;
  /** Primary name server of the SOA record that SES has found. */
  readonly primaryNameServer?: string;
  readonly soaSerial?: string;
}

/** The answer to a Put: the status right after it. */
export type PutAnswer = Pick<SigningState, 'status' | 'tokens'>;

/** A tag of an identity. */
export type IdentityTag = typeof IDENTITY_TAG | typeof MADE_TAG;

/** Size of a page, the largest that SES allows. */
const PAGE = 1000;

/** A global endpoint that begins in the region, and the regions that it joins. */
export interface GlobalEndpoint {
  readonly name: string;
  readonly regions: readonly string[];
}

/** The SES calls of this project, by AWS's own names. */
export interface EmailIdentities {
  /** Returns `null` if the region has no such identity. */
  get(domain: string): Promise<SigningState | null>;
  /** Makes an identity. @param tags @default our tags. @returns whether there was none */
  create(domain: string, tags?: readonly IdentityTag[]): Promise<boolean>;
  /** Deletes an identity that the function has made; one that is gone counts as deleted. */
  remove(domain: string): Promise<void>;
  /** Sets BYODKIM. Only this method may send a private key anywhere. */
  putExternal(domain: string, selector: string, key: Pick<SigningKey, 'der'>): Promise<PutAnswer>;
  putEasyDkim(domain: string): Promise<PutAnswer>;
  setSigningEnabled(domain: string, enabled: boolean): Promise<void>;
  /** Returns the names of all identities of the region. @param pace awaited before each page */
  list(pace: () => Promise<void>): Promise<string[]>;
  endpoints(): Promise<GlobalEndpoint[]>;
}

type Ses = Pick<SESv2Client, 'send'>;

/** Makes the calls with a client. Errors are the SDK's. */
export function emailIdentities(ses: Ses): EmailIdentities {
  return {
    async get(domain) {
      const found = ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
      const identity = await nullOnAwsError(found, 'NotFoundException');
      return identity && signingStateOf(identity);
    },
    async create(domain, tags = [IDENTITY_TAG, MADE_TAG]) {
      const Tags = tags.map(({ key: Key, value: Value }) => ({ Key, Value }));
      const made = ses.send(new CreateEmailIdentityCommand({ EmailIdentity: domain, Tags }));
      return (await nullOnAwsError(made, 'AlreadyExistsException')) !== null;
    },
    async remove(domain) {
      const removed = ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: domain }));
      await nullOnAwsError(removed, 'NotFoundException');
    },
    putExternal: (domain, selector, key) =>
      putSigning(ses, {
        EmailIdentity: domain,
        SigningAttributesOrigin: 'EXTERNAL',
        SigningAttributes: { DomainSigningSelector: selector, DomainSigningPrivateKey: key.der },
      }),
    putEasyDkim: (domain) => putSigning(ses, { EmailIdentity: domain, SigningAttributesOrigin: 'AWS_SES' }),
    async setSigningEnabled(domain, enabled) {
      const input = { EmailIdentity: domain, SigningEnabled: enabled };
      await ses.send(new PutEmailIdentityDkimAttributesCommand(input));
    },
    list: (pace) => listIdentities(ses, pace),
    async endpoints() {
      const { MultiRegionEndpoints = [] } = await ses.send(
        new ListMultiRegionEndpointsCommand({ PageSize: PAGE }),
      );
      return MultiRegionEndpoints.filter(({ Status }) => Status === 'READY').map(
        ({ EndpointName = '', Regions = [] }) => ({ name: EndpointName, regions: Regions }),
      );
    },
  };
}

async function putSigning(
  ses: Ses,
  input: PutEmailIdentityDkimSigningAttributesCommandInput,
): Promise<PutAnswer> {
  const answer = await ses.send(new PutEmailIdentityDkimSigningAttributesCommand(input));
  return { status: answer.DkimStatus ?? 'PENDING', tokens: answer.DkimTokens ?? [] };
}

async function listIdentities(ses: Ses, pace: () => Promise<void>): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    await pace();
    const page: ListEmailIdentitiesCommandOutput = await ses.send(
      new ListEmailIdentitiesCommand({ PageSize: PAGE, NextToken }),
    );
    names.push(...(page.EmailIdentities ?? []).map(({ IdentityName = '' }) => IdentityName));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}

function signingStateOf(identity: GetEmailIdentityCommandOutput): SigningState {
  const { DkimAttributes: dkim, VerificationInfo: info, Policies: policies } = identity;
  const mailFrom = mailFromOf(identity.MailFromAttributes);
  const origin = dkim?.SigningAttributesOrigin ?? 'AWS_SES';
  const tokens = dkim?.Tokens ?? [];
  return {
    origin,
    ...(origin === 'EXTERNAL' && tokens[0] !== undefined && { selector: tokens[0] }),
    enabled: dkim?.SigningEnabled ?? false,
    status: dkim?.Status ?? 'NOT_STARTED',
    tokens,
    verifiedForSending: identity.VerifiedForSendingStatus,
    managed: identity.Tags?.some(is(IDENTITY_TAG)),
    ...(identity.Tags?.some(is(MADE_TAG)) && { made: true }),
    ...(policies && { senders: sendersOf(policies) }),
    verificationError: info?.ErrorType,
    verification: info && verificationOf(info),
    ...(mailFrom && { mailFrom }),
  };
}

const is =
  ({ key, value }: IdentityTag) =>
  ({ Key, Value }: Tag): boolean =>
    Key === key && Value === value;

const verificationOf = (info: SesVerificationInfo): VerificationInfo => ({
  errorType: info.ErrorType,
  lastCheckedAt: info.LastCheckedTimestamp?.toISOString(),
  lastSuccessAt: info.LastSuccessTimestamp?.toISOString(),
  primaryNameServer: info.SOARecord?.PrimaryNameServer,
  soaSerial: info.SOARecord?.SerialNumber?.toString(),
});

function mailFromOf(from: MailFromAttributes | undefined): MailFromState | undefined {
  if (!from?.MailFromDomain) return undefined;
  return {
    domain: from.MailFromDomain,
    status: from.MailFromDomainStatus ?? 'PENDING',
    onMxFailure: from.BehaviorOnMxFailure === 'REJECT_MESSAGE' ? 'reject' : 'use-default',
  };
}
