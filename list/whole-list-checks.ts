import { findControlPlaneMistakes } from '../constructs/check-control-plane-props';
import { type PropMistake, reasonOf } from '../constructs/refusal';
import {
  dnsRecordsFolder,
  IDENTITY_TAG,
  KEY_PREFIX,
  mailFromDomainOf,
  privateKeyObject,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import { findViolations } from '../handlers/contract/settings/allowances';
import { valueAt } from '../handlers/contract/settings/setting';
import { type Allowances, toALabels } from '../handlers/contract/settings/settings';
import {
  alsoReadIn,
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  publishingOf,
  regionsOf,
  type SharedKey,
  topicsIn,
} from './domain-list';
import { mistakeOfEntry, type WrittenList } from './listed-domains';
import { type ListMistake, mistakeAt } from './mistake';
import { nearestRegion } from './nearest';
import type { ControlSettings } from './schema';
import { delegationOf, sharedObjects } from './sharing';

/** A list with its entries. */
interface Checked extends WrittenList {
  readonly domains: readonly ListedDomain[];
  readonly sharedKeys: readonly SharedKey[];
}

/**
 * Finds regions that AWS does not have and that no entry uses: the region of the state, and that of a control stack without
 * entries.
 */
export function mistakesOfRegions({ list, domains, source }: Checked): ListMistake[] {
  const regions = [
    { path: ['backend', 's3', 'region'], found: list.backend?.s3?.region },
    { path: ['defaults', 'region'], found: domains.length === 0 ? list.defaults?.region : undefined },
  ];
  return regions.flatMap(({ path, found }) => {
    const meant = found === undefined ? undefined : nearestRegion(found);
    if (meant === undefined) return [];
    return [
      mistakeAt(source.placeOf(path), { code: 'UNKNOWN_REGION', facts: { found, meant } }, path.join('.')),
    ];
  });
}

/** Finds entries whose selector is among their earlier ones, which shows a rotation that was edited only in part. */
export function mistakesOfEarlierSelectors(checked: Checked): ListMistake[] {
  const plain = (selector: string): string => selector.toLowerCase();
  return checked.domains.flatMap(({ name, selector, record }) => {
    const found = record?.previousSelectors;
    if (!found?.map(plain).includes(plain(selector))) return [];
    const facts = { found, selector };
    return [
      mistakeOfEntry(checked, name, 'record.previousSelectors', { code: 'SELECTOR_NOT_EARLIER', facts }),
    ];
  });
}

/** Finds another value of the tag that marks identities which the function may change. */
export function mistakesOfTags(checked: Checked): ListMistake[] {
  const { key, value } = IDENTITY_TAG;
  return checked.domains.flatMap(({ name, tags }) => {
    const found = tags?.[key];
    if (found === undefined || found === value) return [];
    return [mistakeOfEntry(checked, name, `tags.${key}`, { code: 'TAG_TAKEN', facts: { found, value } })];
  });
}

/**
 * Finds entries that would share a stack, including two spellings (`Bücher.example`, `xn--bcher-kva.example`), and duplicate
 * entries of a domain in a region.
 */
export function mistakesOfEntries({ domains, source }: Checked): ListMistake[] {
  const seen = new Map<string, ListedDomain>();
  return domains.flatMap((listed) => {
    const { domain, region, stack, name } = listed;
    const place = `${domain}@${region}`;
    const twin = seen.get(stack) ?? seen.get(place);
    seen.set(stack, listed).set(place, listed);
    if (twin === undefined) return [];
    const facts = { found: name, twin: { name: twin.name, line: twin.line } };
    return [mistakeAt(source.placeOfKey(['domains', name]), { code: 'ENTRY_TWICE', facts }, 'domains')];
  });
}

/** Finds a function name whose derived names are too long for AWS, and topics of another region. */
export function mistakesOfControl({ list, domains, source }: Checked): ListMistake[] {
  const { functionName, topics = {} } = list.control ?? {};
  const regions = regionsOf({ domains });
  const wrong = new Map<string, PropMistake>();
  for (const region of regions) {
    const props = { region, functionName, topics: topicsIn(topics, region) };
    for (const mistake of findControlPlaneMistakes(props))
      if (!wrong.has(mistake.prop)) wrong.set(mistake.prop, mistake);
  }
  return [...wrong.values()].map((mistake) => {
    const path = ['control', ...mistake.prop.split('.')];
    const facts = { found: valueAt(list.control, mistake.prop), reason: reasonOf(mistake) };
    const differs = mistake.prop !== 'functionName' && regions.length > 1;
    const code = differs ? 'PROP_OF_EACH_REGION' : 'PROP';
    return mistakeAt(source.placeOf(path), { code, facts }, path.join('.'));
  });
}

/** Finds a bucket or KMS key of one region that is set for several regions, and keys that the function may not read. */
export const mistakesOfKeyStore = (checked: Checked): ListMistake[] => [
  ...mistakesOfNames(checked),
  ...mistakesOfPlaces(checked),
];

function mistakesOfNames({ list, domains, source }: Checked): ListMistake[] {
  const { name: bucket } = keyStoreBucketOf(list.control ?? {});
  const { kmsKeyArn } = list.control?.keyStore ?? {};
  const regions = regionsOf({ domains });
  if (regions.length < 2) return [];
  const names = [
    { setting: 'bucket', found: bucket, code: 'BUCKET_OF_ONE_REGION' },
    { setting: 'kmsKeyArn', found: kmsKeyArn, code: 'KMS_KEY_OF_ONE_REGION' },
  ] as const;
  return names
    .filter(({ found }) => found?.includes('{region}') === false)
    .map(({ setting, found, code }) => {
      const path = ['control', 'keyStore', setting];
      return mistakeAt(source.placeOf(path), { code, facts: { found, regions } }, path.join('.'));
    });
}

function mistakesOfPlaces(checked: Checked): ListMistake[] {
  const { list, domains, sharedKeys } = checked;
  const control = list.control ?? {};
  const { name: bucket } = keyStoreBucketOf(control);
  const sharedIn = sharedObjects({ control, domains, sharedKeys });
  const alsoRead = new Map(
    regionsOf({ domains }).map((region) => {
      const { keys, records } = sharedIn(region);
      return [region, [...alsoReadIn(control, region), ...keys, ...records]];
    }),
  );
  return domains.flatMap((listed) =>
    placesOutside(listed, bucket, alsoRead.get(listed.region)!).map(([setting, found]) => {
      const prefixes = setting === 'keyStore.dnsRecords' ? [RECORD_PREFIX, KEY_PREFIX] : [KEY_PREFIX];
      return mistakeOfEntry(checked, listed.name, setting, {
        code: 'PLACE_OUTSIDE',
        facts: { found, prefixes },
      });
    }),
  );
}

/** Finds settings of domains that `control.allow` does not allow, and that the function would refuse. */
export function mistakesOfAllowances(checked: Checked): ListMistake[] {
  const { list, domains } = checked;
  const control = {
    allow: allowancesOf(list.control?.allow),
    gate: list.defaults?.gate ?? {},
    bucket: '',
    alsoRead: [],
  };
  return domains.flatMap((listed) =>
    findViolations({ ...listed, keyStore: {} }, control).map(({ prop, found, allowed, by }) => {
      const setting = `${by === 'gate.strict' ? 'defaults.' : 'control.'}${by}`;
      const facts = { found, allowed, by: setting };
      return mistakeOfEntry(checked, listed.name, prop, { code: 'NOT_ALLOWED', facts });
    }),
  );
}

/**
 * Finds MAIL FROM domains that are also entries, since the MX record would divert that domain's mail, and those of several
 * regions, since SES takes one MX record at a name.
 */
export const mistakesOfMailFrom = (checked: Checked): ListMistake[] => [
  ...mistakesOfTakenNames(checked),
  ...mistakesOfSharedNames(checked),
];

function mistakesOfSharedNames(checked: Checked): ListMistake[] {
  const seen = new Map<string, ListedDomain>();
  return checked.domains.flatMap((listed) => {
    const name = mailFromDomainOf(listed);
    if (name === undefined) return [];
    const other = seen.get(name) ?? listed;
    seen.set(name, other);
    if (other.region === listed.region) return [];
    const facts = {
      found: listed.mailFrom?.subdomain,
      other: { name: other.name, line: other.line },
      region: other.region,
    };
    return [mistakeOfEntry(checked, listed.name, 'mailFrom.subdomain', { code: 'MAIL_FROM_SHARED', facts })];
  });
}

function mistakesOfTakenNames(checked: Checked): ListMistake[] {
  const byDomain = new Map(checked.domains.map((listed) => [listed.domain, listed]));
  return checked.domains.flatMap((listed) => {
    const other = byDomain.get(mailFromDomainOf(listed) ?? '');
    if (other === undefined) return [];
    const facts = { found: listed.mailFrom?.subdomain, other: { name: other.name, line: other.line } };
    return [mistakeOfEntry(checked, listed.name, 'mailFrom.subdomain', { code: 'MAIL_FROM_TAKEN', facts })];
  });
}

/** Returns the allowances in the function's form, with domains in A-labels. */
export const allowancesOf = ({
  irreversible,
  ...allow
}: NonNullable<ControlSettings['allow']> = {}): Allowances => ({
  ...allow,
  ...(irreversible !== undefined && {
    irreversible: irreversible === true || irreversible.map((name) => toALabels(name) ?? name),
  }),
});

/** Returns the allowances of a region's function: those of the list, and the zones of the list's own delegations. */
export function allowancesIn(
  list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>,
  region: string,
): Allowances | undefined {
  const { allow } = list.control;
  const delegated = list.domains
    .filter((listed) => listed.region === region)
    .flatMap((listed) => [delegationOf(list, listed), publishingOf(listed)?.delegation])
    .flatMap((delegation) => delegation?.zone ?? []);
  const aliasZones = [...new Set(delegated)];
  return aliasZones.length === 0 ? allow && allowancesOf(allow) : { ...allowancesOf(allow), aliasZones };
}

/** Returns the places of a domain (`bucket/key`) that the function may not read, each with its setting. */
function placesOutside(
  { keyStore, domain, selector, region }: ListedDomain,
  controlBucket = '',
  alsoRead: readonly string[],
): [setting: string, place: unknown][] {
  if (keyStore === undefined) return [];
  const places = {
    bucket: inRegion(keyStore.bucket ?? controlBucket, region),
    privateKey: keyStore.privateKey ?? privateKeyObject(domain, selector),
    dnsRecords: keyStore.dnsRecords ?? dnsRecordsFolder(domain),
  };
  const control = { allow: {}, gate: {}, bucket: inRegion(controlBucket, region), alsoRead };
  const outside = findViolations({ keyStore: places }, control);
  // A foreign bucket is one mistake, and not one for each object in it.
  return keyStore.bucket !== undefined && outside.length > 1
    ? [['keyStore.bucket', outside[0]!.found]]
    : outside.map(({ prop, found }) => [prop, found]);
}
