import * as z from 'zod/mini';
import { CONTROL_SETTINGS, line } from '../constructs/control-settings';
import { isBlock, setting, type Table, type Values } from '../handlers/contract/settings/setting';
import { list, region, SETTINGS, text } from '../handlers/contract/settings/settings';
import { parseEntryKey } from './entry-key';

/*
 * The shape of the domain list, made of the tables of settings. `domains.schema.json` is made of it, so docstrings are
 * what an editor shows. An `error` says what is allowed; the reader puts what was found before it.
 */

const arn = (service: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s$%*?{}]+$`), `an ARN, arn:aws:${service}:…`);

const BACKEND = {
  /** State in S3, with locking. For teams. */
  s3: {
    /** Its name: one bucket for all regions. */
    bucket: setting(
      text(/^[a-z0-9.-]{3,63}$/, 'a bucket name: 3 to 63 lower-case letters, digits, "." and "-"'),
    ),
    /** Its region. */
    region: setting(region),
    /** Where other projects keep their state in the same bucket. @default byodkim/ */
    keyPrefix: setting(line(1, 'the beginning of an S3 key')),
    /** KMS key that the state is encrypted with, if a policy wants one. @default the one that S3 manages */
    kmsKeyArn: setting(arn('kms')),
  },
};
/** Required settings of a block, if it is given. */
const REQUIRED = { s3: ['bucket', 'region'], delegation: ['zone', 'selectors'] } as const;

const PROVIDER = {
  /** Refuse to deploy to any other account, if a machine can reach several. @default any */
  allowedAccountIds: setting(list(text(/^\d{12}$/, '12 digits'), 'a list of account ids')),
  /** Role that Terraform works as, for a pipeline in another account. @default none */
  assumeRoleArn: setting(arn('iam')),
};

/** Every block of a list but its domains. */
export const LIST_SETTINGS = {
  /** Where Terraform keeps its state. @default state/ beside the list, on this machine; for one person */
  backend: BACKEND,
  /** How the AWS provider signs in. */
  provider: PROVIDER,
  /** The control plane: one per region that a domain is in. */
  control: CONTROL_SETTINGS,
  /** Settings of every domain that does not set them itself. */
  defaults: SETTINGS,
};

/** Allows the keys of a shape alone; the error for an unknown key lists them. */
const strict = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'settings, as key: value',
  });

/** Returns the grammar of each setting of a table. */
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
  z.describe('Settings of this domain; what it leaves out is in defaults.'),
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
/** A list as it is written, once its shape is known to be right. */
export interface DomainListText {
  readonly backend?: {
    readonly s3?: Values<typeof BACKEND.s3> & { readonly bucket: string; readonly region: string };
  };
  readonly provider?: ProviderSettings;
  readonly control?: ControlSettings;
  readonly defaults?: DomainSettings;
  readonly domains: Readonly<Record<string, DomainSettings | null>>;
}
