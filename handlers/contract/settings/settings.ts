/**
 * The settings of a domain, one row each, and what the control stack may allow. From these rows come the grammar of the
 * list and of events, the check of the constructs' props, the cautions of a review, the variables of the HCL modules and
 * the JSON Schemas.
 */
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import { DOMAIN_PATTERN, MINIMUM_OVERLAP_DAYS, REGION_PATTERN, SELECTOR_PATTERN } from '../contract';
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

/** A domain in any script → A-labels, lower case, without a trailing dot; undefined if it is not a domain. */
export function toALabels(domain: string): string | undefined {
  const ascii = asciiOf(domain);
  return DOMAIN_PATTERN.test(ascii) ? ascii : undefined;
}

/** Converts a domain as a browser would, except percent signs, which a browser decodes. */
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
/** What IAM and CloudWatch Logs take, which the tags of the defaults reach. */
const tags = z.record(
  text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, TAG_ALLOWED),
  text(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u, TAG_ALLOWED),
  { error: (issue) => (issue.code === 'invalid_key' ? TAG_ALLOWED : 'tags, as name: value') },
);

/** One label or more; `{region}` stands for the region. */
const SUBDOMAIN =
  /^(?=.{1,200}$)(?:[a-z0-9]|\{region\})(?:(?:[a-z0-9-]|\{region\}){0,61}(?:[a-z0-9]|\{region\}))?(?:\.(?:[a-z0-9]|\{region\})(?:(?:[a-z0-9-]|\{region\}){0,61}(?:[a-z0-9]|\{region\}))?)*$/;

const NAMING_ALLOWED =
  'letters, digits, hyphens and {n}, {yyyy}, {mm}, {dd}, such as s{n}, or two selectors that alternate';
const CONFIRM_ALLOWED = '0 (never reverted), or 2 to 1440';

/** Settings that a stack passes on to the function as they are: props of the construct, and fields of the event. */
export const EVENT_SETTINGS = {
  /** How DNS is asked before anything in SES changes. */
  gate: {
    /**
     * authoritative: ask every server of the zone. recursive: ask resolvers alone, for networks that let nothing else
     * out.
     * @default authoritative
     */
    mode: setting(choice(['authoritative', 'recursive']), {
      caution: (mode) => mode === 'recursive' && 'resolvers alone are asked, not every server of the zone.',
    }),
    /** Servers to ask instead of those that the zone names: for split horizons and closed networks. */
    nameservers: setting(servers.check(z.minLength(1, 'one address or more')), {
      knownAtSynth: true,
      caution: (asked) => `only ${asked.join(', ')} are asked, whatever the zone names.`,
    }),
    /** Recursive resolvers to ask; an empty list asks none: for closed networks. @default public ones */
    resolvers: setting(servers, {
      knownAtSynth: true,
      caution: (asked) =>
        asked.length === 0
          ? 'no resolver has to see the record.'
          : `${asked.join(', ')} are asked in place of the usual ones.`,
    }),
    /** How long to wait for the record, if the deploy itself publishes it. @default 0 */
    waitSeconds: setting(number(0, 240)),
    /**
     * Every address of every server must answer: for zones in which one late server must stop a deploy.
     * @default false, at least half of the servers
     */
    strict: setting(flag()),
  },
  /** How long SES may take to verify. */
  verification: {
    /**
     * The stack is done only once SES has verified, and until then fails with VERIFICATION_PENDING; the next apply
     * continues: if the engine alone deploys, or resources need a verified identity.
     * @default false
     */
    required: setting(flag()),
    /**
     * Minutes until a change that SES does not verify is rolled back: more if SES is slow to see the zone.
     * @default 60 if mail is signed already, else 4320 (72 h)
     */
    timeoutMinutes: setting(number(1, 4320)),
  },
  /**
   * Minutes until an unconfirmed change is reverted: more for stacks that take longer to deploy; 0 for never.
   * @default 10
   */
  confirmTimeoutMinutes: setting(
    number(0, 1440, CONFIRM_ALLOWED).check(z.refine((minutes) => minutes !== 1, CONFIRM_ALLOWED)),
    {
      caution: (minutes) =>
        minutes === 0 && 'no schedule rolls the change back if the rest of the stack fails.',
    },
  ),
  /**
   * allow: a change whose prior state cannot be restored, for example if its key is lost; and the removal of a record
   * that is still needed.
   * @default refuse
   */
  irreversible: setting(choice(['refuse', 'allow']), {
    caution: (asked) =>
      asked === 'allow' &&
      'a record that is still needed may go; and if the change fails and the prior state cannot be restored, signing is switched off.',
  }),
  /**
   * Once the record is back after SES has given up on it (72 hours), the audit repeats the change: for domains that
   * must not wait for a person. Never over a change made by hand that CloudTrail or an audit has shown.
   * @default false
   */
  heal: setting(flag(), {
    caution: (asked) =>
      asked &&
      'once SES has given up on the record (72 hours), and the record is back, the audit repeats the change without a person.',
  }),
  /** Custom MAIL FROM domain of a managed identity: mail passes SPF as the domain itself. @default none */
  mailFrom: {
    /**
     * Its name before the domain: bounce for bounce.example.com. Nothing else may use that name. {region} stands for the
     * region: bounce-{region} gives each region a name of its own.
     */
    subdomain: setting(
      text(
        SUBDOMAIN,
        'the labels before the domain, in lower case, such as bounce; {region} stands for the region',
      ),
      { knownAtSynth: true, managedOnly: true },
    ),
    /**
     * Regions in which identities of the domain have the same subdomain. Without {region} in it they share one name,
     * which has the MX record of the first of them. With it, the DNS team is asked for the records of all at once.
     * @default in a list, those of its entries; otherwise this region alone
     */
    regions: setting(
      list(region, 'a list of regions').check(
        z.minLength(1, 'one region or more'),
        z.maxLength(50, '50 regions at most'),
      ),
      { knownAtSynth: true, managedOnly: true },
    ),
    /**
     * While SES does not find its MX record: use-default sends without SPF alignment; reject sends nothing.
     * @default use-default
     */
    onMxFailure: setting(choice(['use-default', 'reject']), {
      managedOnly: true,
      caution: (behavior) =>
        behavior === 'reject' && 'SES sends no mail while it does not find the MX record.',
    }),
  },
  /** Other accounts that may send mail as this domain once it signs, by an SES identity policy. @default none */
  senders: {
    /** Ids of accounts: everyone who may send mail there may send as this domain. */
    accounts: setting(
      list(text(/^\d{12}$/, '12 digits'), 'a list of account ids').check(
        z.minLength(1, 'one account or more'),
        z.maxLength(20, '20 accounts at most'),
      ),
      {
        caution: (accounts) =>
          `every principal of ${accounts.join(', ')} whose own policies let it send mail may send as this domain.`,
      },
    ),
    /** Id of an AWS organisation: each of its accounts may, those that join it later included. */
    organization: setting(
      text(/^o-[a-z0-9]{10,32}$/, 'the id of an AWS organisation, such as o-a1b2c3d4e5'),
      {
        caution: (organization) =>
          `every principal of every account of ${organization} whose own policies let it send mail may send as this domain.`,
      },
    ),
  },
};

/** Every setting of a domain. */
export const SETTINGS = {
  /** DKIM selector. Another one is a rotation. */
  selector: setting(selector, { knownAtSynth: true }),
  /** Region of the SES identity. */
  region: setting(region),
  /**
   * managed: this project makes the SES identity and destroys it. existing: it is found and kept; it must carry the tag
   * byodkim=managed. import: as managed, for an identity that exists and is taken over.
   * @default managed
   */
  identity: setting(choice(['managed', 'existing', 'import'])),
  /**
   * Configuration set of a managed identity: for domains whose mail events, or whose own IP pool, depend on it.
   * @default none
   */
  configurationSetName: setting(text(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" and "_"')),
  /**
   * Forward bounces and complaints of a managed identity to the sender by mail. Removing this leaves it off.
   * @default unchanged; SES starts with true
   */
  feedbackForwarding: setting(flag(), { managedOnly: true }),
  /**
   * Make the key pair in the function if none exists: for domains without a key from elsewhere.
   * @default false, the key is put into S3 by other means
   */
  createKey: setting(flag()),
  /** The record, published in Route 53 by the stack itself. @default others publish it */
  record: {
    /** Id of the zone. */
    hostedZoneId: setting(
      text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ'),
    ),
    /** Earlier selectors whose record stays published, for mail in transit and for a rollback. @default none */
    previousSelectors: setting(selectors, { knownAtSynth: true }),
    /**
     * Role of the account that the zone is in, which the deploy takes on to publish.
     * @default none, the zone is in the account of the deploy
     */
    roleArn: setting(roleArn, {
      caution: () =>
        'the owner of that account decides whether this stack can be planned, rotated and destroyed.',
    }),
    /**
     * The zone is not the domain’s own: the DNS team publishes two aliases once, which lead into it.
     * @default it is
     */
    delegation: {
      /** Name of the Route 53 zone. */
      zone: setting(
        text(DOMAIN_PATTERN, 'the name of the Route 53 zone, in lower case, without a dot at the end'),
        { knownAtSynth: true },
      ),
      /** The two selectors, which alternate. */
      selectors: setting(twoSelectors, { knownAtSynth: true }),
    },
  },
  /**
   * How `byodkim rotate` names the next selector, if its default does not fit: s{n}, {yyyy}{mm}, or two that alternate.
   * @default the date or the next number, else the month
   */
  selectorNaming: setting(
    z.union([text(/^[A-Za-z0-9{}-]{1,63}$/, NAMING_ALLOWED), twoSelectors], NAMING_ALLOWED),
  ),
  /**
   * Days that the record of a selector stays after its last mail: more if mail is verified again later, as in archives.
   * @default 7
   */
  overlapDays: setting(
    number(MINIMUM_OVERLAP_DAYS, 365, `${MINIMUM_OVERLAP_DAYS} to 365: mail is in transit for days`),
  ),
  /** Days until a key should be replaced, if a policy asks for it; the audit warns 60 days before. @default 456 */
  keyLifetimeDays: setting(number(90, 1095)),
  /** The places of the private key and its DNS information in S3. */
  keyStore: {
    /** For keys in another bucket. @default the control plane's bucket */
    bucket: setting(bucketName),
    /** For keys that are stored elsewhere. @default dkim-certificates/{domain}/{selector}/private_key.pem */
    privateKey: setting(objectKey),
    /**
     * For DNS information that is stored elsewhere, in an object or a folder (ends in /).
     * @default dns_records/{domain}/
     */
    dnsRecords: setting(objectKey),
  },
  ...EVENT_SETTINGS,
  /** IAM roles, by name, that may send mail as this domain once it signs. @default none */
  sendEmailRoles: setting(
    list(text(/^[\w+=,.@-]{1,64}$/, 'the name of an IAM role'), 'a list of role names'),
  ),
  /** Tags of a managed identity; those in defaults are the control stack’s too. @default none */
  tags: setting(tags, { managedOnly: true }),
};

/** What the control stack may allow; nothing, by default. */
export const ALLOWANCES = {
  /**
   * Name servers and resolvers that gate.nameservers and gate.resolvers of a domain may name; with name servers of this
   * list, no resolver need be asked (gate.resolvers: []).
   * @default none
   */
  servers: setting(servers),
  /** Whether a domain may have gate.mode: recursive. @default false */
  recursive: setting(flag()),
  /** Domains that may have irreversible: allow; true for all. @default none */
  irreversible: setting(z.union([z.literal(true), z.array(domain)], 'true, or a list of domains')),
};

export type EventSettings = Values<typeof EVENT_SETTINGS>;
/** How DNS is asked. */
export type GateSettings = NonNullable<EventSettings['gate']>;
/** How long SES may take to verify. */
export type VerificationSettings = NonNullable<EventSettings['verification']>;
/** A custom MAIL FROM domain: the envelope sender, with which mail passes SPF in the name of the domain. */
export type MailFromSettings = NonNullable<EventSettings['mailFrom']>;
/** Other accounts that may send mail as the domain. */
export type Senders = NonNullable<EventSettings['senders']>;
/** The place of the private key of one selector. A key is never a prop or an event field, only its place. */
export type KeyStore = NonNullable<Values<typeof SETTINGS>['keyStore']>;
/** What the control stack allows events to ask for beyond its own `gate`. */
export type Allowances = Values<typeof ALLOWANCES>;
