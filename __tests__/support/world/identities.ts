import { createPrivateKey } from 'node:crypto';
import type {
  EmailIdentities,
  MailFromState,
  PutAnswer,
  SigningState,
  VerificationInfo,
} from '../../../handlers/aws/email-identity';
import { ClockedRetryStrategy } from '../../../handlers/aws/retry';
import type { Tenants } from '../../../handlers/aws/tenants';
import type { Clock } from '../../../handlers/clock';
import { recordName } from '../../../handlers/contract/contract';
import { publicKeyOf } from '../../../handlers/keys/format/public-key';
import { SENDING_BY_DEFAULT } from '../../../packages/sandbox/contract/sending';
import { awsFailure, FAILURES } from './aws-failure';
import type { Calls } from './calls';
import type { DnsZone } from './dns-zone';
import type { Invocation } from './invocation';

const HOUR_MS = 3_600_000;
const EASY_DKIM_TOKENS = ['token1', 'token2', 'token3'];

interface Identity {
  origin: string;
  selector?: string;
  /** base64 of the public half of the key that SES was given; absent when SES cannot read the key. */
  spki?: string;
  enabled: boolean;
  tokens: string[];
  /** When the signing attributes were set last. */
  setAt: number;
  verified: boolean;
  /** Whether it could send before the signing attributes were set last. */
  couldSend: boolean;
  /** Tenants that hold it. */
  tenants?: string[];
  /** A state that SES shows instead of the present one. */
  status?: string;
  /** Whether it carries our tag. */
  managed: boolean;
  /** Whether the function has made it. */
  made?: true;
  mailFrom?: MailFromState;
  senders?: SigningState['senders'];
}

/** What a test gives an identity to begin with. */
export type IdentityStart = Partial<Identity> & { readonly region?: string };

/** SES: signing states that are verified by looking up DNS and comparing keys. */
export class Identities {
  private readonly identities = new Map<string, Identity>();
  /** Global endpoints, by their first region. */
  readonly endpoints = new Map<string, { name: string; regions: string[] }[]>();
  private lastCallAt = Number.NEGATIVE_INFINITY;
  /** From a Put until SES looks into DNS. */
  verifySeconds = 2;
  /** What SES comes to with a key that it has never verified. */
  ending: 'asPublished' | 'never' | 'fails' = 'asPublished';
  /** Whether SES switches signing off as well when it gives up: nobody knows. */
  switchesOff = false;
  /** Whether an identity that could send may send while SES verifies: nobody knows. */
  sending = SENDING_BY_DEFAULT;
  private readonly verifiedKeys = new Set<string>();
  /** `VerificationInfo`, as long as SES looks. */
  seen: VerificationInfo | undefined;
  /** SES refuses calls above this rate, and the SDK waits and repeats. @default no limit */
  requestsPerSecond: number | undefined;

  constructor(
    private readonly calls: Calls,
    private readonly dns: DnsZone,
    private readonly time: Clock,
    private readonly random: () => number,
    private readonly defaultRegion: string,
  ) {}

  /** An identity that exists. @default Easy DKIM, verified and enabled */
  give(domain: string, { region = this.defaultRegion, ...start }: IdentityStart = {}): void {
    const origin = start.origin ?? 'AWS_SES';
    this.identities.set(`${region}/${domain}`, {
      origin,
      enabled: true,
      managed: true,
      tokens: origin === 'EXTERNAL' ? (start.selector ? [start.selector] : []) : EASY_DKIM_TOKENS,
      setAt: Number.NEGATIVE_INFINITY,
      verified: true,
      couldSend: start.verified ?? true,
      ...start,
    });
  }

  /** Somebody changes an identity behind our back, or SES shows another status. */
  tamper(domain: string, change: IdentityStart): void {
    Object.assign(this.find(this.defaultRegion, domain)!, change);
  }

  /** From now on SES has never verified any key. */
  forgetVerified(): void {
    this.verifiedKeys.clear();
  }

  remove(domain: string, region = this.defaultRegion): void {
    this.identities.delete(`${region}/${domain}`);
  }

  /** What SES would show now. */
  state(domain: string, region = this.defaultRegion): SigningState | null {
    const identity = this.find(region, domain);
    if (identity === undefined) return null;
    const status = this.status(domain, identity);
    const { origin, enabled, tokens } = identity;
    return {
      origin,
      ...(origin === 'EXTERNAL' && tokens[0] !== undefined && { selector: tokens[0] }),
      enabled,
      status,
      tokens,
      verifiedForSending: this.maySend(identity, status),
      managed: identity.managed,
      ...(identity.made && { made: identity.made }),
      ...(identity.mailFrom && { mailFrom: identity.mailFrom }),
      ...(identity.senders && { senders: identity.senders }),
      ...(this.seen !== undefined &&
        !identity.verified && { verificationError: this.seen.errorType, verification: this.seen }),
    };
  }

  /** base64 of the public half of the key that SES signs with. */
  signingKey(domain: string, region = this.defaultRegion): string | undefined {
    return this.find(region, domain)?.spki;
  }

  /**
   * A message that is sent now, as its receiver finds it, unless SES refuses it: SES signs while it says SUCCESS, and bears
   * a lost record for a while.
   */
  mail(
    domain: string,
    region = this.defaultRegion,
  ): 'signed' | 'unsigned' | 'refused' | 'signed by no published key' {
    const identity = this.find(region, domain);
    if (identity === undefined) return 'refused';
    const status = this.status(domain, identity);
    if (!this.maySend(identity, status)) return 'refused';
    if (!identity.enabled || !VERIFIED.includes(status)) return 'unsigned';
    return this.isPublished(domain, identity) ? 'signed' : 'signed by no published key';
  }

  tenantsApi(invocation: Invocation, clock: Clock, region: string): Tenants {
    const perform = this.performer(invocation, clock);
    return {
      holding: (domain) =>
        perform('ListResourceTenants', domain, () =>
          (this.find(region, domain)?.tenants ?? []).map((tenant) => ({
            tenant,
            arn: arnOf(region, domain),
          })),
        ),
    };
  }

  private performer(invocation: Invocation, clock: Clock) {
    return <T>(action: string, domain: string, effect: () => T): Promise<T> =>
      this.calls.perform(invocation, clock, { action: `ses:${action}`, resource: domain }, async () => {
        await this.takeTurn(clock);
        return effect();
      });
  }

  api(invocation: Invocation, clock: Clock, region: string): EmailIdentities {
    const perform = this.performer(invocation, clock);
    const found = (domain: string, missing = FAILURES_BY_NAME.notFound): Identity => {
      const identity = this.find(region, domain);
      if (identity === undefined) throw missing(domain);
      return identity;
    };
    const set = (domain: string, change: Partial<Identity>): PutAnswer => {
      const { spki: _, selector: __, ...kept } = found(domain);
      const couldSend = this.maySend(kept, this.status(domain, found(domain)));
      const identity = {
        ...kept,
        couldSend,
        setAt: this.time.now(),
        verified: false,
        status: undefined,
        ...change,
      };
      this.identities.set(`${region}/${domain}`, identity);
      return { status: 'NOT_STARTED', tokens: identity.tokens };
    };
    return {
      list: async (pace) => {
        await pace();
        const own = (key: string) => key.startsWith(`${region}/`);
        return perform('ListEmailIdentities', region, () =>
          [...this.identities.keys()].filter(own).map((key) => key.slice(region.length + 1)),
        );
      },
      endpoints: () => perform('ListMultiRegionEndpoints', region, () => this.endpoints.get(region) ?? []),
      get: (domain) => perform('GetEmailIdentity', domain, () => this.state(domain, region)),
      create: (domain, tags) =>
        perform('CreateEmailIdentity', domain, () => {
          if (this.find(region, domain)) return false;
          const isOurs = tags === undefined;
          const made = isOurs ? ({ made: true } as const) : {};
          this.give(domain, { region, managed: isOurs, ...made, verified: false, setAt: this.time.now() });
          return true;
        }),
      remove: (domain) =>
        perform('DeleteEmailIdentity', domain, () => {
          if (this.find(region, domain)?.tenants?.length) throw FAILURES_BY_NAME.held(arnOf(region, domain));
          this.remove(domain, region);
        }),
      putExternal: (domain, selector, key) =>
        perform('PutEmailIdentityDkimSigningAttributes', domain, () =>
          set(domain, { origin: 'EXTERNAL', selector, tokens: [selector], spki: publicHalf(key.der) }),
        ),
      putEasyDkim: (domain) =>
        perform('PutEmailIdentityDkimSigningAttributes', domain, () =>
          set(domain, { origin: 'AWS_SES', tokens: EASY_DKIM_TOKENS }),
        ),
      setSigningEnabled: (domain, enabled) =>
        perform('PutEmailIdentityDkimAttributes', domain, () => {
          found(domain, FAILURES_BY_NAME.notVerified).enabled = enabled;
        }),
    };
  }

  private find(region: string, domain: string): Identity | undefined {
    return this.identities.get(`${region}/${domain}`);
  }

  private maySend({ couldSend }: Pick<Identity, 'couldSend'>, status: string): boolean {
    if (VERIFIED.includes(status)) return true;
    return this.sending === 'allowed' && couldSend && status !== 'FAILED';
  }

  private status(domain: string, identity: Identity): string {
    if (identity.status !== undefined) return identity.status;
    const age = this.time.now() - identity.setAt;
    if (!identity.verified && age >= this.verifySeconds * 1000 && age <= 72 * HOUR_MS) {
      const isNew = identity.origin === 'EXTERNAL' && !this.verifiedKeys.has(identity.spki ?? '');
      if (isNew && this.ending === 'fails') {
        identity.status = 'FAILED';
        identity.enabled &&= !this.switchesOff;
      }
      if (!isNew || this.ending === 'asPublished') identity.verified = this.isPublished(domain, identity);
    }
    if (identity.verified) {
      if (identity.spki !== undefined) this.verifiedKeys.add(identity.spki);
      return 'SUCCESS';
    }
    return identity.status ?? (age > 72 * HOUR_MS ? 'FAILED' : 'PENDING');
  }

  private isPublished(domain: string, { origin, selector, spki }: Identity): boolean {
    if (origin !== 'EXTERNAL') return true;
    const published = this.dns.publicKey(recordName(domain, selector!));
    return spki !== undefined && published === spki;
  }

  /** As the SDK does when SES says that there are too many requests. */
  private async takeTurn(clock: Clock): Promise<void> {
    if (this.requestsPerSecond === undefined) return;
    const strategy = new ClockedRetryStrategy(clock, this.random);
    let token = await strategy.acquireInitialRetryToken();
    while (this.time.now() - this.lastCallAt < 1000 / this.requestsPerSecond) {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' }).catch(() => {
        throw FAILURES.throttled();
      });
    }
    this.lastCallAt = this.time.now();
  }
}

/** States in which SES signs, and lets the domain send. */
const VERIFIED: readonly string[] = ['SUCCESS', 'TEMPORARY_FAILURE'];

const FAILURES_BY_NAME = {
  notFound: (domain: string) =>
    awsFailure('NotFoundException', `Email identity ${domain} does not exist.`, 404),
  /** The sandbox says where the message comes from. */
  held: (arn: string) =>
    awsFailure(
      'BadRequestException',
      `Cannot delete <${arn}> because it has tenant associations. Remove all tenant associations and try again.`,
      400,
    ),
  notVerified: (domain: string) =>
    awsFailure('BadRequestException', `Domain ${domain} is not verified for DKIM signing.`, 400),
};

const arnOf = (region: string, domain: string): string =>
  `arn:aws:ses:${region}:111122223333:identity/${domain}`;

/** Tests give the same few keys again and again, and reading one takes longer than all the rest. */
const publicHalves = new Map<string, string | undefined>();

/** SES takes any key; one that it cannot read never verifies. */
function publicHalf(der: string): string | undefined {
  if (!publicHalves.has(der)) publicHalves.set(der, readPublicHalf(der));
  return publicHalves.get(der);
}

function readPublicHalf(der: string): string | undefined {
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return publicKeyOf(createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type })).spki;
    } catch {
      // the other type
    }
  }
  return undefined;
}
