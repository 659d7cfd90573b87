import * as z from 'zod/mini';
import { CONTROL_SETTINGS, line } from '../constructs/control-settings';
import { caution, harm } from '../handlers/contract/settings/consequence';
import { isBlock, setting, type Table, type Values } from '../handlers/contract/settings/setting';
import { list, region, SETTINGS, text } from '../handlers/contract/settings/settings';
import { parseEntryKey } from './entry-key';

/*
 * Defines the shape of the domain list from the tables of settings. `domains.schema.json` is generated from it, so an editor
 * shows the docstrings. An `error` lists the allowed values; the reader adds the value that was found.
 */

const arn = (service: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s$%*?{}]+$`), `an ARN, arn:aws:${service}:…`);

const STATE_MOVES = [harm('STATE_MOVES')];

const BACKEND = {
  /** State in S3, with locking. For teams. */
  s3: {
    /** Name of the bucket; one bucket serves all regions. */
    bucket: setting(
      text(/^[a-z0-9.-]{3,63}$/, 'a bucket name: 3 to 63 lower-case letters, digits, "." and "-"'),
      STATE_MOVES,
    ),
    /** Its region. */
    region: setting(region, STATE_MOVES),
    /** Prefix of the state, for a bucket that other projects also use. @default byodkim/ */
    keyPrefix: setting(line(1, 'the beginning of an S3 key'), STATE_MOVES),
    /** KMS key that encrypts the state, if a policy requires one. @default the one that S3 manages */
    kmsKeyArn: setting(arn('kms'), STATE_MOVES),
  },
};
/** Required settings of a block, if the list has the block. */
const REQUIRED = { s3: ['bucket', 'region'], delegation: ['zone', 'selectors'] } as const;

const PROVIDER = {
  /** Accounts to which a deploy is allowed, for machines that can reach several. @default any */
  allowedAccountIds: setting(list(text(/^\d{12}$/, '12 digits'), 'a list of account ids'), [
    caution('ACCOUNTS'),
  ]),
  /** Role that Terraform takes on, for a pipeline in another account. @default none */
  assumeRoleArn: setting(arn('iam'), [harm('ROLE')]),
};

/** Every block of a list except its domains. */
export const LIST_SETTINGS = {
  /** Place of Terraform's state. @default the folder state/ next to the list, on this machine, for one person */
  backend: BACKEND,
  /** Sign-in of the AWS provider. */
  provider: PROVIDER,
  /** The control plane, one for each region with a domain. */
  control: CONTROL_SETTINGS,
  /** Settings for every domain that does not set them itself. */
  defaults: SETTINGS,
};

/** Allows only the keys of a shape; the error for an unknown key lists them. */
const strict = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'settings, as key: value',
  });

/** Returns the schema of each setting of a table. */
const grammarOf = (table: Table, required: readonly string[] = []): Record<string, z.ZodMiniType> =>
  Object.fromEntries(
    Object.entries(table).map(([name, entry]) => {
      const grammar = isBlock(entry)
        ? strict(grammarOf(entry, REQUIRED[name as keyof typeof REQUIRED]))
        : entry.schema;
      return [name, required.includes(name) ? grammar : z.optional(grammar)];
    }),
  );

const domain = strict(grammarOf(SETTINGS)).check(
  z.describe('Settings of this domain; defaults has those that it leaves out.'),
);

const ENTRY_KEY_ALLOWED =
  'a domain name of two labels or more, with @REGION behind it for a further region: example.com, example.com@us-east-1';

export const domainList = strict({
  ...grammarOf(LIST_SETTINGS),
  domains: z
    .record(z.string().check(z.refine((name) => parseEntryKey(name) !== undefined)), z.nullable(domain), {
      error: (issue) =>
        issue.code === 'invalid_key' ? ENTRY_KEY_ALLOWED : 'domains, as example.com: settings; {} for none',
    })
    .check(z.describe('The domains. An IDN may be written in its own script.')),
}).check(
  z.refine((list) => Object.keys(list.domains).length > 0 || hasRegion(list), {
    error: 'one domain or more; none only with defaults.region, for a control stack alone',
    path: ['domains'],
  }),
  z.meta({
    title: 'Domain list',
    description: 'Domains that Amazon SES signs for with their own DKIM key (BYODKIM).',
  }),
);

const hasRegion = (list: object): boolean => (list as DomainListText).defaults?.region !== undefined;

export type DomainSettings = Values<typeof SETTINGS>;
export type ControlSettings = Values<typeof CONTROL_SETTINGS>;
export type ProviderSettings = Values<typeof PROVIDER>;
/** A list as it is written, with a valid shape. */
export interface DomainListText {
  readonly backend?: {
    readonly s3?: Values<typeof BACKEND.s3> & { readonly bucket: string; readonly region: string };
  };
  readonly provider?: ProviderSettings;
  readonly control?: ControlSettings;
  readonly defaults?: DomainSettings;
  readonly domains: Readonly<Record<string, DomainSettings | null>>;
}
