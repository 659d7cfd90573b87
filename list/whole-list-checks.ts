import { findControlPlaneMistakes } from '../constructs/check-control-plane-props';
import { show } from '../constructs/check-identity-props';
import { findViolations } from '../handlers/contract/allowances';
import { dnsRecordsFolder, KEY_PREFIX, privateKeyObject, RECORD_PREFIX } from '../handlers/contract/contract';
import { valueAt } from '../handlers/contract/setting';
import { toALabels } from '../handlers/contract/settings';
import {
  alsoReadIn,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  regionsOf,
  type SharedKey,
} from './domain-list';
import { mistakeOfEntry, type Written } from './listed-domains';
import { type ListMistake, mistakeAt } from './mistake';
import type { ControlSettings } from './schema';
import { sharedObjects } from './sharing';

/** A list with its entries. */
interface Checked extends Written {
  readonly domains: readonly ListedDomain[];
  readonly sharedKeys: readonly SharedKey[];
}

/** Finds entries of one stack, also in two spellings (`Bücher.example`, `xn--bcher-kva.example`), or of one domain in one region. */
export function mistakesOfEntries({ domains, source }: Checked): ListMistake[] {
  const seen = new Map<string, ListedDomain>();
  return domains.flatMap((listed) => {
    const { domain, region, stack, name } = listed;
    const place = `${domain}@${region}`;
    const twin = seen.get(stack) ?? seen.get(place);
    seen.set(stack, listed).set(place, listed);
    if (twin === undefined) return [];
    const which = `, where ${show(twin.name)} of line ${twin.line} is as well`;
    return [
      mistakeAt(
        source.placeOfKey(['domains', name]),
        'domains',
        name,
        'one entry of a domain in each region',
        which,
      ),
    ];
  });
}

/** Finds a function name that makes names too long for AWS, and topics of another region. */
export function mistakesOfControl({ list, domains, source }: Checked): ListMistake[] {
  const { functionName, topics = {} } = list.control ?? {};
  const regions = regionsOf({ domains });
  const wrong = new Map<string, string>();
  for (const region of regions) {
    const inThis = Object.entries(topics).map(([name, topic]) => [name, inRegion(topic, region)]);
    const props = { region, functionName, topics: Object.fromEntries(inThis) };
    for (const { prop, allowed } of findControlPlaneMistakes(props))
      if (!wrong.has(prop)) wrong.set(prop, allowed);
  }
  return [...wrong].map(([prop, allowed]) => {
    const path = ['control', ...prop.split('.')];
    const hint =
      prop !== 'functionName' && regions.length > 1 ? '; {region} stands for the region of each' : '';
    return mistakeAt(source.placeOf(path), path.join('.'), valueAt(list.control, prop), `${allowed}${hint}`);
  });
}

/** Finds a bucket that would be shared by several regions, and keys that the function may not read. */
export function mistakesOfKeyStore(checked: Checked): ListMistake[] {
  const { list, domains, sharedKeys, source } = checked;
  const mistakes: ListMistake[] = [];
  const { name: bucket } = keyStoreBucketOf(list.control ?? {});
  const regions = regionsOf({ domains });
  const control = list.control ?? {};
  const { kmsKeyArn } = control.keyStore ?? {};
  const ofOneRegion = {
    bucket: [bucket, 'a name with {region}, for one bucket in each'],
    kmsKeyArn: [
      kmsKeyArn,
      'the ARN of a multi-Region key, with {region}: S3 takes a key of the bucket’s own region',
    ],
  } as const;
  for (const [setting, [found, allowed]] of Object.entries(ofOneRegion))
    if (found?.includes('{region}') === false && regions.length > 1) {
      const path = ['control', 'keyStore', setting];
      const which = ` for ${regions.join(' and ')}`;
      mistakes.push(mistakeAt(source.placeOf(path), path.join('.'), found, allowed, which));
    }
  const sharedIn = sharedObjects({ control, domains, sharedKeys });
  const alsoRead = new Map(
    regions.map((region) => {
      const { keys, records } = sharedIn(region);
      return [region, [...alsoReadIn(control, region), ...keys, ...records]];
    }),
  );
  for (const listed of domains) {
    for (const [setting, place] of placesOutside(listed, bucket, alsoRead.get(listed.region)!)) {
      const below = setting === 'keyStore.dnsRecords' ? `${RECORD_PREFIX} or ${KEY_PREFIX}` : KEY_PREFIX;
      const allowed = `below ${below} of the control plane's bucket, or a place in control.keyStore.alsoRead`;
      mistakes.push(mistakeOfEntry(checked, listed.name, setting, place, allowed));
    }
  }
  return mistakes;
}

/** Finds settings of domains that `control.allow` does not allow: the function would refuse them. */
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
      const where = `${by === 'gate.strict' ? 'defaults.' : 'control.'}${by}`;
      const more = `; or what ${where} names, which is deployed with the control stack`;
      return mistakeOfEntry(checked, listed.name, prop, found, `${allowed}${more}`);
    }),
  );
}

/** Finds a MAIL FROM domain that is an entry as well: its MX record takes that domain's mail away. */
export function mistakesOfMailFrom(checked: Checked): ListMistake[] {
  const byDomain = new Map(checked.domains.map((listed) => [listed.domain, listed]));
  return checked.domains.flatMap((listed) => {
    const { subdomain } = listed.mailFrom ?? {};
    const other = subdomain === undefined ? undefined : byDomain.get(`${subdomain}.${listed.domain}`);
    if (subdomain === undefined || other === undefined) return [];
    const allowed = `a name that nothing else uses; ${show(other.name)} of line ${other.line} sends from it`;
    return [mistakeOfEntry(checked, listed.name, 'mailFrom.subdomain', subdomain, allowed)];
  });
}

/** Returns the allowances as the function takes them: domains in A-labels. */
export const allowancesOf = ({ irreversible, ...allow }: NonNullable<ControlSettings['allow']> = {}) => ({
  ...allow,
  ...(irreversible !== undefined && {
    irreversible: irreversible === true || irreversible.map((name) => toALabels(name) ?? name),
  }),
});

/** Returns the places of a domain, as `bucket/key`, that the function may not read, each with its setting. */
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
  // A foreign bucket is one mistake, not one for each object in it.
  return keyStore.bucket !== undefined && outside.length > 1
    ? [['keyStore.bucket', outside[0]!.found]]
    : outside.map(({ prop, found }) => [prop, found]);
}
