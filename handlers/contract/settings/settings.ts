/**
 * Defines the settings of a domain, one row for each, and the allowances of the control stack. The schemas of the list and of
 * events, the checks of the constructs' props, the cautions of a review, the variables of the HCL modules and the JSON Schemas
 * are derived from these rows.
 */
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import { DOMAIN_PATTERN, MINIMUM_OVERLAP_DAYS, REGION_PATTERN, SELECTOR_PATTERN } from '../contract';
import {
  allowsLess,
  allowsMore,
  caution,
  gains,
  HARMLESS,
  harm,
  isLost,
  isRemoved,
  isReplaced,
  isSet,
  loses,
} from './consequence';
import { setting, type Values } from './setting';

/** Returns the schema of a text. @param allowed words that follow "expected" */
export const text = (pattern: RegExp, allowed: string): z.ZodMiniString<string> =>
  z.string(allowed).check(z.regex(pattern, allowed));

/** Returns the schema of one of a few words. */
export const choice = <const Word extends string>(
  words: readonly [Word, ...Word[]],
): z.ZodMiniEnum<{ [Each in Word]: Each }> => z.enum(words, words.join(' or '));

/** Returns the schema of a yes or no. */
export const flag = (): z.ZodMiniBoolean<boolean> => z.boolean('true or false');

/** Returns the schema of a whole number. @param allowed words that follow "expected" */
export const number = (least: number, most: number, allowed = `${least} to ${most}`): z.ZodMiniNumberFormat =>
  z.int(allowed).check(z.gte(least, allowed), z.lte(most, allowed));

/** Returns the schema of a list. @param allowed words that follow "expected" */
export const list = <Item extends z.ZodMiniType>(of: Item, allowed: string): z.ZodMiniArray<Item> =>
  z.array(of, allowed);

const SELECTOR_ALLOWED =
  '1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)';
export const selector = text(SELECTOR_PATTERN, SELECTOR_ALLOWED);
const selectors = list(selector, 'a list of selectors').check(z.maxLength(50, '50 selectors at most'));
const twoSelectors = z.tuple([selector, selector], 'two selectors');

export const region = text(REGION_PATTERN, 'an AWS region such as ap-northeast-1');

/**
 * Converts a domain in any script to A-labels in lower case without a trailing dot; returns undefined if it is not a domain.
 */
export function toALabels(domain: string): string | undefined {
  const ascii = asciiOf(domain);
  return DOMAIN_PATTERN.test(ascii) ? ascii : undefined;
}

/** Converts a domain as a browser would, but does not decode percent signs. */
const asciiOf = (domain: string): string =>
  domain.includes('%') ? '' : domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase();

export const DOMAIN_ALLOWED = 'a domain name of two labels or more, such as example.com';
/** Read into A-labels. */
export const domain = z.pipe(
  z.pipe(
    z.string(DOMAIN_ALLOWED).check(z.maxLength(255, 'a domain name of at most 255 characters')),
    z.transform(asciiOf),
  ),
  text(DOMAIN_PATTERN, DOMAIN_ALLOWED),
);

/** `ip:port`, `[ip6]:port`, or the address alone. */
const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?$/;
const servers = list(text(ADDRESS, 'ip:port, or [ipv6]:port'), 'a list of ip:port');

export const bucketName = text(
  /^(?=.{3,63}$)(?:[a-z0-9.-]|\{region\})+$/,
  'a bucket name: 3 to 63 lower-case letters, digits, "." and "-"; {region} stands for the region',
);
const roleArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
  'the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME',
);
/** An S3 key that neither an engine nor cdktf reads as an expression. */
const objectKey = text(
  /^(?!.*[$%#]\{).{1,1024}$/,
  'an S3 key of 1 to 1024 characters, without "${", "%{" and "#{"',
);

const TAG_ALLOWED =
  'letters, digits, spaces and any of _ . : / = + - @: at most 128 for a name, 256 for a value';
/** Text that IAM and CloudWatch Logs accept, since the tags in the defaults also apply there. */
const tags = z.record(
  text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, TAG_ALLOWED),
  text(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u, TAG_ALLOWED),
  { error: (issue) => (issue.code === 'invalid_key' ? TAG_ALLOWED : 'tags, as name: value') },
);

/** One label or more; `{region}` stands for the region. */
const SUBDOMAIN =
  /^(?=.{1,200}$)(?:[a-z0-9]|\{region\})(?:(?:[a-z0-9-]|\{region\}){0,61}(?:[a-z0-9]|\{region\}))?(?:\.(?:[a-z0-9]|\{region\})(?:(?:[a-z0-9-]|\{region\}){0,61}(?:[a-z0-9]|\{region\}))?)*$/;

const zoneName = text(
  DOMAIN_PATTERN,
  'the name of the Route 53 zone, in lower case, without a dot at the end',
);

const NAMING_ALLOWED =
  'letters, digits, hyphens and {n}, {yyyy}, {mm}, {dd}, such as s{n}, or two selectors that alternate';
const CONFIRM_ALLOWED = '0 (never reverted), or 2 to 1440';

/** Settings that a stack passes on to the function as they are: props of the construct, and fields of the event. */
export const EVENT_SETTINGS = {
  /** How DNS is checked before anything in SES changes. */
  gate: {
    /**
     * authoritative: ask every server of the zone. recursive: ask only resolvers, for machines whose network allows no
     * other DNS queries.
     * @default authoritative
     */
    mode: setting(choice(['authoritative', 'recursive']), [
      caution('RESOLVERS_ALONE', ({ after }) => after === 'recursive'),
    ]),
    /**
     * Servers to ask instead of those that the zone names: for `byodkim check` on a machine inside a split horizon, and for
     * tests. SES and the function see public DNS only.
     */
    nameservers: setting(
      servers.check(z.minLength(1, 'one address or more')),
      [caution('OTHER_NAMESERVERS', isSet)],
      { knownAtSynth: true },
    ),
    /**
     * Recursive resolvers to ask; none with an empty list, for machines that reach no public resolver.
     * @default public ones
     */
    resolvers: setting(servers, [caution('OTHER_RESOLVERS', isSet)], { knownAtSynth: true }),
    /** Number of seconds to wait for the record, if the deploy itself publishes it. @default 0 */
    waitSeconds: setting(number(0, 240), HARMLESS),
    /**
     * Whether every address of every server must answer: for zones in which one late server must stop a deploy.
     * @default false; at least half of the servers must answer
     */
    strict: setting(flag(), HARMLESS),
  },
  /** How long SES may take to verify. */
  verification: {
    /**
     * Whether the stack is done only once SES has verified: for deploys with the engine alone, or if resources need a verified
     * identity. Until then an apply fails with VERIFICATION_PENDING, and the next one continues.
     * @default false
     */
    required: setting(flag(), HARMLESS),
    /**
     * Number of minutes until a change that SES does not verify is rolled back: for zones whose changes SES sees late.
     * @default 60 if mail is signed already, otherwise 4320 (72 h)
     */
    timeoutMinutes: setting(number(1, 4320), HARMLESS),
  },
  /**
   * Number of minutes until an unconfirmed change is reverted: for stacks that take longer to deploy. With 0 it is never
   * reverted.
   * @default 10
   */
  confirmTimeoutMinutes: setting(
    number(0, 1440, CONFIRM_ALLOWED).check(z.refine((minutes) => minutes !== 1, CONFIRM_ALLOWED)),
    [caution('NEVER_REVERTED', ({ after }) => after === 0)],
  ),
  /**
   * allow permits a change whose prior state cannot be restored, for example because its key is lost, and the removal of a
   * record that is still needed.
   * @default refuse
   */
  irreversible: setting(choice(['refuse', 'allow']), [
    caution('MAY_GIVE_UP', ({ after }) => after === 'allow'),
  ]),
  /**
   * Whether the audit repeats the change once the record is back after SES has given up on it (72 hours): for domains that
   * must not wait for a person. The audit never overrides a manual change that CloudTrail or an audit has shown.
   * @default false
   */
  heal: setting(flag(), [caution('HEALS', ({ after }) => after === true)]),
  /** Custom MAIL FROM domain of a managed identity, with which mail passes SPF as the domain itself. @default none */
  mailFrom: {
    /**
     * The part of its name before the domain, such as bounce for bounce.example.com. Nothing else may use that name. {region}
     * stands for the region: bounce-{region} gives each region a name of its own.
     */
    subdomain: setting(
      text(
        SUBDOMAIN,
        'the labels before the domain, in lower case, such as bounce; {region} stands for the region',
      ),
      [harm('MAIL_FROM_REMOVED', isRemoved), caution('LEAVE_MAIL_FROM', isReplaced)],
      { knownAtSynth: true, managedOnly: true },
    ),
    /**
     * Regions in which identities of the domain have the same subdomain, which contains {region}: the DNS team is asked for
     * the records of all of them at once.
     * @default in a list, the regions of its entries; otherwise only this region
     */
    regions: setting(
      list(region, 'a list of regions').check(
        z.minLength(1, 'one region or more'),
        z.maxLength(50, '50 regions at most'),
      ),
      HARMLESS,
      { knownAtSynth: true, managedOnly: true },
    ),
    /**
     * SES's behaviour while it does not find the MX record: use-default sends without SPF alignment; reject sends nothing.
     * @default use-default
     */
    onMxFailure: setting(
      choice(['use-default', 'reject']),
      [caution('MX_REQUIRED', ({ after }) => after === 'reject')],
      { managedOnly: true },
    ),
  },
  /** Other accounts that an SES identity policy allows to send mail as this domain once it signs. @default none */
  senders: {
    /** Ids of accounts, in which everyone who may send mail may send as this domain. */
    accounts: setting(
      list(text(/^\d{12}$/, '12 digits'), 'a list of account ids').check(
        z.minLength(1, 'one account or more'),
        z.maxLength(20, '20 accounts at most'),
      ),
      [caution('ACCOUNTS_MAY_SEND', isSet), harm('SENDERS_REMOVED', loses)],
    ),
    /** Id of an AWS organisation, whose accounts may all send, including those that join it later. */
    organization: setting(
      text(/^o-[a-z0-9]{10,32}$/, 'the id of an AWS organisation, such as o-a1b2c3d4e5'),
      [caution('ORGANIZATION_MAY_SEND', isSet), harm('SENDERS_REMOVED', isLost)],
    ),
  },
};

/** Every setting of a domain. */
export const SETTINGS = {
  /** DKIM selector. Changing it is a rotation. */
  selector: setting(selector, [caution('LEAVE_RECORD', isLost)], { knownAtSynth: true }),
  /** Region of the SES identity. */
  // A deploy refuses to change it.
  region: setting(region, HARMLESS),
  /**
   * managed: this project creates and destroys the SES identity. existing: the identity exists and is kept; it must carry the
   * tag byodkim=managed. import: the identity exists and is taken over, and is then treated as managed.
   * @default managed
   */
  // What a stack takes over depends on the identity in SES (cli/review/meaning.ts).
  identity: setting(choice(['managed', 'existing', 'import']), HARMLESS),
  /**
   * Configuration set of a managed identity: for domains that use it for mail events or for their own IP pool.
   * @default none
   */
  configurationSetName: setting(text(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" and "_"'), [
    harm('CONFIGURATION_SET_LEFT', isLost),
  ]),
  /**
   * Whether SES forwards bounces and complaints of a managed identity to the sender by mail. Removing this setting leaves
   * forwarding off.
   * @default unchanged; SES starts with true
   */
  feedbackForwarding: setting(
    flag(),
    [harm('FEEDBACK_OFF', ({ before, after }) => after === false && before !== false)],
    { managedOnly: true },
  ),
  /**
   * Whether the function makes the key pair if none exists: for domains without a key from elsewhere.
   * @default false; others put the key into S3
   */
  createKey: setting(flag(), [
    // Without it, the function signs with keys that it has not made.
    harm('KEYS_NOT_MADE_HERE', ({ before, after }) => before === true && after !== true),
  ]),
  /** The record, if the stack itself publishes it in Route 53. @default others publish it */
  record: {
    /** Id of the zone. */
    hostedZoneId: setting(
      text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ'),
      // A deploy refuses to move a record to another zone.
      HARMLESS,
    ),
    /** Earlier selectors whose records stay published, for mail in transit and for a rollback. @default none */
    // A deploy refuses to remove a record that is still needed.
    previousSelectors: setting(selectors, HARMLESS, { knownAtSynth: true }),
    /**
     * Role in the account of the zone, which the deploy takes on to publish.
     * @default none; the zone is in the account of the deploy
     */
    roleArn: setting(roleArn, [caution('ZONE_OF_OTHERS', isSet)]),
    /**
     * Set if the zone is not the domain’s own: the DNS team publishes two aliases once, which lead into the zone.
     * @default it is
     */
    delegation: {
      /** Name of the Route 53 zone. */
      zone: setting(zoneName, [caution('ALIASES_LEAD_THERE', isSet)], { knownAtSynth: true }),
      /** The two selectors, which alternate. */
      selectors: setting(twoSelectors, HARMLESS, { knownAtSynth: true }),
    },
  },
  /**
   * Pattern by which `byodkim rotate` names the next selector, if its default does not fit: s{n}, {yyyy}{mm}, or two selectors
   * that alternate.
   * @default the date or the next number, otherwise the month
   */
  selectorNaming: setting(
    z.union(
      [text(/^(?:[A-Za-z0-9-]|\{(?:n|yyyy|mm|dd)\}){1,63}$/, NAMING_ALLOWED), twoSelectors],
      NAMING_ALLOWED,
    ),
    HARMLESS,
  ),
  /**
   * Number of days that the record of a selector stays after its last mail: for mail that is verified again later, as in
   * archives.
   * @default 7
   */
  overlapDays: setting(
    number(MINIMUM_OVERLAP_DAYS, 365, `${MINIMUM_OVERLAP_DAYS} to 365: mail is in transit for days`),
    HARMLESS,
  ),
  /**
   * Number of days until a key should be replaced, if a policy requires another than the default; the audit warns 60 days
   * ahead. @default 456
   */
  keyLifetimeDays: setting(number(90, 1095), HARMLESS),
  /** The places of the private key and its DNS information in S3. */
  keyStore: {
    /** Bucket of the key, if it is not the control plane's. @default the control plane's bucket */
    // Only places that the control stack allows are read, and a review's table names another place.
    bucket: setting(bucketName, HARMLESS),
    /** Object of the private key, if it is stored elsewhere. @default dkim-certificates/{domain}/{selector}/private_key.pem */
    privateKey: setting(objectKey, HARMLESS),
    /**
     * Object or folder (ends in /) of the DNS information, if it is stored elsewhere.
     * @default dns_records/{domain}/
     */
    dnsRecords: setting(objectKey, HARMLESS),
  },
  ...EVENT_SETTINGS,
  /** Names of IAM roles that may send mail as this domain once it signs. @default none */
  sendEmailRoles: setting(
    list(text(/^[\w+=,.@-]{1,64}$/, 'the name of an IAM role'), 'a list of role names'),
    [caution('MAY_SEND', gains), harm('SENDERS_REMOVED', loses)],
  ),
  /** Tags of a managed identity; tags in defaults also apply to the control stack. @default none */
  tags: setting(tags, HARMLESS, { managedOnly: true }),
};

const MORE_OR_LESS = [caution('ALLOWANCE', (change) => allowsMore(change) || allowsLess(change))];

/** Settings that a list may allow. By default it allows none. */
export const LISTED_ALLOWANCES = {
  /**
   * Name servers and resolvers that gate.nameservers and gate.resolvers of a domain may contain. If the name servers are from
   * this list, gate.resolvers may be empty.
   * @default none
   */
  servers: setting(servers, MORE_OR_LESS),
  /** Whether a domain may have gate.mode: recursive. @default false */
  recursive: setting(flag(), MORE_OR_LESS),
  /** Domains that may have irreversible: allow; true for all. @default none */
  irreversible: setting(
    z.union([z.literal(true), z.array(domain)], 'true, or a list of domains'),
    MORE_OR_LESS,
  ),
};

/** Settings that the control stack may allow. */
export const ALLOWANCES = {
  ...LISTED_ALLOWANCES,
  /**
   * Zones into which the aliases of domains may lead. Whoever owns such a zone can sign as the domain.
   * @default none; a list allows those of its own delegations
   */
  aliasZones: setting(list(zoneName, 'a list of zones'), MORE_OR_LESS),
};

export type EventSettings = Values<typeof EVENT_SETTINGS>;
/** How DNS is asked. */
export type GateSettings = NonNullable<EventSettings['gate']>;
/** How long SES may take to verify. */
export type VerificationSettings = NonNullable<EventSettings['verification']>;
/** A custom MAIL FROM domain, the envelope sender with which mail passes SPF in the name of the domain. */
export type MailFromSettings = NonNullable<EventSettings['mailFrom']>;
/** Other accounts that may send mail as the domain. */
export type Senders = NonNullable<EventSettings['senders']>;
/** The place of one selector's private key. The key itself is never a prop or an event field. */
export type KeyStore = NonNullable<Values<typeof SETTINGS>['keyStore']>;
/** Settings that the control stack allows events to use beyond its own `gate`. */
export type Allowances = Values<typeof ALLOWANCES>;
