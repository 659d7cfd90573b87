/**
 * Holds the sentences of the constructs, with a row for each code. The logic uses codes and facts; only the doors import this
 * file.
 */
import { DOMAIN_ALLOWED } from '../handlers/contract/settings/settings';
import { show } from './show';

/** The facts of each mistake in the props, by its code. */
export interface PropFacts {
  /** A value that its row does not accept; `allowed` has the row's own words. */
  readonly VALUE: { readonly allowed: string };
  /** A value that the control plane does not allow; `by` names the allowance that would permit it. */
  readonly NOT_ALLOWED: { readonly allowed: string; readonly by: string };
  readonly DOMAIN: object;
  readonly SENDERS: object;
  readonly KEY_STORE_OF_CREATED_KEY: object;
  readonly HOSTED_ZONE: object;
  readonly SELECTORS_EQUAL: object;
  /** `name` is the longest name of a record below the zone. */
  readonly ZONE_TOO_LONG: { readonly name: string };
  readonly SELECTORS_NOT_USED: { readonly others: readonly string[] };
  readonly ZONE_OF_DOMAIN: object;
  readonly SUBDOMAIN_MISSING: object;
  readonly SUBDOMAIN_WITH_DOMAIN: object;
  /** `name`: the whole name. */
  readonly SUBDOMAIN_TOO_LONG: { readonly name: string };
  readonly REGION_OF_MAIL_FROM: object;
  /** Several regions with one MAIL FROM domain. */
  readonly REGIONS_WITH_ONE_NAME: { readonly regions: readonly string[] };
  /** `region`: of the identity. */
  readonly REGIONS_WITHOUT_OWN: { readonly region: string };
  readonly MANAGED_ONLY: object;
  /** `most` is the limit of the name; `suffix` and `length` belong to the longest name that is derived from it. */
  readonly FUNCTION_NAME: { readonly most: number; readonly suffix: string; readonly length: number };
  readonly TOPIC_OF_ANOTHER_REGION: { readonly partition: string; readonly region: string };
}
export type PropCode = keyof PropFacts;

/** The allowed values, by the code of a mistake. */
export const ALLOWED: { readonly [Code in PropCode]: (facts: PropFacts[Code]) => string } = {
  VALUE: ({ allowed }) => allowed,
  NOT_ALLOWED: ({ allowed, by }) => `${allowed}, or a value that the control plane allows (${by})`,
  DOMAIN: () => `${DOMAIN_ALLOWED}, known at synth`,
  SENDERS: () => 'accounts, organization, or both',
  KEY_STORE_OF_CREATED_KEY: () =>
    'nothing with createKey: the function stores the keys that it makes in its own bucket',
  HOSTED_ZONE: () => 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ',
  SELECTORS_EQUAL: () => 'two different selectors, which alternate',
  ZONE_TOO_LONG: ({ name }) => `a shorter name: ${name} has more than 253 characters`,
  SELECTORS_NOT_USED: ({ others }) =>
    `two selectors that include every selector in use: ${others.join(', ')}`,
  ZONE_OF_DOMAIN: () =>
    'another zone, in which the stack publishes what the aliases point to; to publish in the zone of the domain, leave delegation out',
  SUBDOMAIN_MISSING: () => 'a name before the domain, such as bounce',
  SUBDOMAIN_WITH_DOMAIN: () => 'only the part before the domain, without the domain itself',
  SUBDOMAIN_TOO_LONG: ({ name }) => `a shorter name: ${name} is too long for a domain`,
  REGION_OF_MAIL_FROM: () => 'a region: the name or the MX record of mailFrom contains it',
  REGIONS_WITH_ONE_NAME: ({ regions }) =>
    `a name for each of ${regions.join(', ')}, such as bounce-{region}, since SES takes exactly one MX record at a name, and it names one region`,
  REGIONS_WITHOUT_OWN: ({ region }) => `regions with ${region}, which is the region of the identity`,
  MANAGED_ONLY: () => 'only with a managed identity; an existing one is not changed',
  FUNCTION_NAME: ({ most, suffix, length }) =>
    `1 to ${most} letters, digits, "-" and "_", the first one a letter or digit (its longest derived name, NAME${suffix}, may have ${length} characters)`,
  TOPIC_OF_ANOTHER_REGION: ({ partition, region }) =>
    `a topic in the control plane's own region, arn:${partition}:sns:${region}:…`,
};

/** Formats a mistake: `selector: found "a_b", allowed: …`. */
export const mistakeText = (prop: string, found: unknown, allowed: string): string =>
  `${prop}: found ${show(found)}, allowed: ${allowed}`;

/** The facts of each refusal at synth, by its code. Elements are named by their paths. */
export interface RefusalFacts {
  readonly ELEMENTS_COLLIDE: { readonly element: string; readonly other: string; readonly address: string };
  readonly SIGNING_HAS_OWNER: { readonly element: string; readonly owner: string; readonly domain: string };
  /** `element` is a path, or an id within an override of the stack. */
  readonly BLOCK_FORBIDDEN: { readonly element: string; readonly by: 'resource' | 'stack' };
  /** `ours` is the path of the package that we use. */
  readonly PACKAGE_TWICE: { readonly ours: string };
  /** This version of cdktf keeps the overrides of a stack in another place. */
  readonly OVERRIDES_UNKNOWN: object;
  /** `addresses` has those of the `Baseline` and of the resource that keeps the function's name. */
  readonly FUNCTION_CHANGED: {
    readonly found: string;
    readonly expected: string;
    readonly addresses: readonly string[];
  };
  readonly NOT_VERIFIED: object;
  readonly ENVIRONMENT_TOO_LARGE: {
    readonly bytes: number;
    readonly most: number;
    readonly largest: { readonly name: string; readonly size: number };
  };
  readonly POLICY_TOO_LARGE: { readonly characters: number; readonly most: number };
  readonly CODE_MISSING: { readonly file: string };
  /** Both sums are SHA-256 in base64. */
  readonly CODE_CHANGED: { readonly file: string; readonly expected: string; readonly found: string };
}
export type RefusalCode = keyof RefusalFacts;

const FORBIDDEN_BLOCK = 'dkim_signing_attributes';
const WHY_FORBIDDEN =
  'It must stay unset, as the provider would undo BYODKIM and keep the private key in its state. Remove it; Signing ' +
  'sets the signing state.';

const codeText = (reason: string): string =>
  `The function's code cannot be deployed: ${reason}. In a clone, run "npm run build"; otherwise reinstall ses-byodkim.`;

export const REFUSALS: { readonly [Code in RefusalCode]: (facts: RefusalFacts[Code]) => string } = {
  ELEMENTS_COLLIDE: ({ element, other, address }) =>
    `${other} and ${element} would become one resource, ${address}: at the top of a stack, cdktf keeps only the ` +
    'letters, digits, "-" and "_" of an id. Give one of them another id.',
  SIGNING_HAS_OWNER: ({ element, owner, domain }) =>
    `${element} would set the DKIM signing of ${domain}, which ${owner} owns. Remove it; to keep an identity that exists, pass identity: 'existing' or 'import'.`,
  BLOCK_FORBIDDEN: ({ element, by }) =>
    by === 'resource'
      ? `${element}: ${FORBIDDEN_BLOCK} was set on this identity. ${WHY_FORBIDDEN}`
      : `${FORBIDDEN_BLOCK} was set on ${element} by an override of the stack. ${WHY_FORBIDDEN}`,
  PACKAGE_TWICE: ({ ours }) =>
    `The package "constructs" is installed twice: ses-byodkim uses the one in ${ours}, and this ` +
    'stack uses another. Require one version in both ("npm ls constructs" shows which package requires which), then run "npm dedupe".',
  OVERRIDES_UNKNOWN: () =>
    'This version of cdktf cannot be checked for overrides of a stack that set ' +
    `${FORBIDDEN_BLOCK}. Install a version that package.json names.`,
  FUNCTION_CHANGED: ({ found, expected, addresses }) =>
    `This stack was made with the function ${expected}; found ${found}. Once the new function has taken the domain ` +
    'over, the earlier one would treat the end of its Baseline as a destroy, and would roll the domain back. Restore ' +
    "the name of the function. To have the new function take over instead, run the engine's `state rm` for " +
    `${addresses.join(' and ')}, both at once, then apply: SES is not changed. The new function needs the key and its ` +
    'DNS information in its own key store.',
  NOT_VERIFIED: () => 'verifiedIdentityArn needs verification: { required: true }',
  ENVIRONMENT_TOO_LARGE: ({ bytes, most, largest: { name, size } }) =>
    `the function's environment: found ${bytes} bytes, allowed: ${most} (AWS Lambda). The largest: ` +
    `${name}, ${size} bytes. Name fewer domains, servers or places there`,
  POLICY_TOO_LARGE: ({ characters, most }) =>
    `the policy of the function's role: found ${characters} characters, allowed: ${most} (AWS ` +
    'IAM). Name fewer places in alsoRead, or fewer places outside the key store for keys that regions share',
  CODE_MISSING: ({ file }) => codeText(`${file} is missing`),
  CODE_CHANGED: ({ file, expected, found }) =>
    codeText(`${file} is not what was built (SHA-256 in base64: expected ${expected}, found ${found})`),
};

/** Descriptions of the alarms on schedules and on the function, by id, with the command to run. */
export const ALARMS = {
  'schedule-target-errors':
    'A schedule fired and could not call the function: a revert or an audit is late. Run `byodkim drill` to find out why',
  'schedule-invocations-dropped':
    'A schedule gave up on the function: an unconfirmed change was not reverted, or an audit did not run. Run `byodkim status`, then `byodkim drill`',
  'schedule-targets-throttled': 'Lambda throttled a schedule: a revert or an audit is late',
  'schedule-invocations-throttled': 'EventBridge Scheduler is over its quota: a revert or an audit is late',
  'function-errors':
    'The function failed three times within a quarter of an hour: a revert keeps failing, or several applies were refused. Run `byodkim status`',
  'function-events-dropped':
    'Lambda gave up on an event of a schedule: a revert or an audit did not end. Run `byodkim status`',
  'function-throttled':
    'Lambda throttled the function: there are more invocations at once than its concurrency, or the account, allows',
} as const;
export type WatchId = keyof typeof ALARMS;

/** Descriptions of the other resources, as AWS's console shows them. */
export const DESCRIPTIONS = {
  auditSchedule: 'Checks whether records are published, whether SES verifies them, and whether keys are due',
  domainsNeedingAttention:
    'The BYODKIM audit found a record, an SES status or a key that a person must check',
  auditOverdue:
    'No full audit has finished in two days, so nothing is watching the domains. Check the schedule of the audit, then run `byodkim status --always`',
  functionRole: 'Permissions of the BYODKIM function',
  function: 'Proves DKIM records in DNS, and only then sets BYODKIM on SES identities',
  readOnlyAlias: 'Accepts only requests that read',
  changedRule: 'An SES identity was changed manually: the audit checks it if it is managed here',
  watchAlias: 'Takes CloudTrail’s events, and nothing else',
  schedulerRole: 'Invokes the BYODKIM function: reverts of unconfirmed changes, and the audit',
} as const;

/** Titles of the dashboard's graphs. */
export const GRAPHS = {
  needingAttention: 'Domains that need a person',
  byStatus: 'Domains by status in SES',
  failures: 'Failures of the function and its schedules',
} as const;
