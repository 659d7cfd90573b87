import { delegatedName, isNamedByRegion, mailFromDomainOf } from '../handlers/contract/contract';
import { findViolations } from '../handlers/contract/settings/allowances';
import { mistakesIn, settingsOf, valueAt, valuesOf } from '../handlers/contract/settings/setting';
import { EVENT_SETTINGS, SETTINGS, toALabels } from '../handlers/contract/settings/settings';
import type { IdentitySettings } from './identity-props';
import { mistakeOfRow, type PropMistake, type PropReason } from './refusal';

/** Returns the two selectors that alternate, or undefined. */
export function alternatingSelectors({
  record,
  selectorNaming,
}: Pick<IdentitySettings, 'record' | 'selectorNaming'>): readonly [string, string] | undefined {
  if (record?.delegation) return record.delegation.selectors;
  return typeof selectorNaming === 'object' ? selectorNaming : undefined;
}

/**
 * Finds everything wrong with the props: first each prop by the table of settings, and then props that do not go together.
 * @param isToken whether a value is known only when the engine runs, and is left to the function to check
 */
export function findMistakes(
  props: IdentitySettings,
  isToken: (value: unknown) => boolean = () => false,
): PropMistake[] {
  const { domain } = props;
  const isDomain = !isToken(domain) && toALabels(String(domain)) !== undefined;
  return [
    ...(isDomain ? [] : [mistakeOf(props, 'domain', { code: 'DOMAIN', facts: {} })]),
    ...mistakesIn(SETTINGS, props, isToken).map(mistakeOfRow),
    ...mistakesBetweenProps(props),
    ...managedOnlyMistakes(props),
    ...violationsOf(props, isToken),
  ];
}

const mistakeOf = (props: IdentitySettings, prop: string, reason: PropReason): PropMistake => ({
  prop,
  found: valueAt(props, prop),
  ...reason,
});

/** Finds the mistakes in a prop that depend on the other props. */
function mistakesBetweenProps(props: IdentitySettings): PropMistake[] {
  const domain = toALabels(String(props.domain)) ?? '';
  return [
    ...mistakesOfSenders(props),
    ...mistakesOfKeyStore(props),
    ...mistakesOfZone(props),
    ...mistakesOfDelegation(props, domain),
    ...mistakesOfMailFrom(props, domain),
  ];
}

function mistakesOfSenders(props: IdentitySettings): PropMistake[] {
  const { senders } = props;
  if (senders === undefined || senders.accounts || senders.organization) return [];
  return [mistakeOf(props, 'senders', { code: 'SENDERS', facts: {} })];
}

function mistakesOfKeyStore(props: IdentitySettings): PropMistake[] {
  if (!props.createKey || !props.keyStore) return [];
  return [mistakeOf(props, 'keyStore', { code: 'KEY_STORE_OF_CREATED_KEY', facts: {} })];
}

function mistakesOfZone(props: IdentitySettings): PropMistake[] {
  const { record } = props;
  if (record === undefined || record.hostedZoneId !== undefined || record.publish !== undefined) return [];
  return [mistakeOf(props, 'record.hostedZoneId', { code: 'HOSTED_ZONE', facts: {} })];
}

function managedOnlyMistakes(props: IdentitySettings): PropMistake[] {
  if (props.identity !== 'existing') return [];
  return settingsOf(SETTINGS)
    .filter(([prop, { managedOnly }]) => managedOnly && valueAt(props, prop) !== undefined)
    .map(([prop]) => mistakeOf(props, prop, { code: 'MANAGED_ONLY', facts: {} }));
}

function mistakesOfDelegation(props: IdentitySettings, domain: string): PropMistake[] {
  const { selector, record } = props;
  const { delegation, previousSelectors = [] } = record ?? {};
  // A missing or malformed prop is another mistake.
  if (!delegation?.zone || mistakesIn(SETTINGS.record, { delegation }).length > 0) return [];
  const wrong = (prop: string, reason: PropReason): PropMistake[] => [
    mistakeOf(props, `record.delegation.${prop}`, reason),
  ];
  if (toALabels(delegation.zone) === domain) return wrong('zone', { code: 'ZONE_OF_DOMAIN', facts: {} });
  const [first, second] = delegation.selectors;
  if (first === second) return wrong('selectors', { code: 'SELECTORS_EQUAL', facts: {} });
  const name = delegatedName(domain, first.length > second.length ? first : second, delegation);
  if (name.length > 253) return wrong('zone', { code: 'ZONE_TOO_LONG', facts: { name } });
  const others = [selector, ...previousSelectors].filter((each) => each !== first && each !== second);
  return others.length === 0 ? [] : wrong('selectors', { code: 'SELECTORS_NOT_USED', facts: { others } });
}

/** Matches a name that was written as a whole, such as bounce.example.net: its end is that of most domains, and no label's. */
const FULL_NAME = /\.(?:com|net|org|jp)$/;

function mistakesOfMailFrom(props: IdentitySettings, domain: string): PropMistake[] {
  const { region, record, mailFrom } = props;
  if (mailFrom === undefined) return [];
  const wrong = (reason: PropReason): PropMistake[] => [mistakeOf(props, 'mailFrom.subdomain', reason)];
  const { subdomain } = mailFrom;
  if (subdomain === undefined) return wrong({ code: 'SUBDOMAIN_MISSING', facts: {} });
  if (subdomain === domain || subdomain.endsWith(`.${domain}`) || FULL_NAME.test(subdomain))
    return wrong({ code: 'SUBDOMAIN_WITH_DOMAIN', facts: {} });
  const { regions } = mailFrom;
  if (region === undefined && (isNamedByRegion(props) || regions || isMailFromInZone({ record })))
    return [mistakeOf(props, 'region', { code: 'REGION_OF_MAIL_FROM', facts: {} })];
  if (regions !== undefined && regions.length > 1 && !isNamedByRegion(props))
    return wrong({ code: 'REGIONS_WITH_ONE_NAME', facts: { regions } });
  if (region !== undefined && regions?.includes(region) === false)
    return [mistakeOf(props, 'mailFrom.regions', { code: 'REGIONS_WITHOUT_OWN', facts: { region } })];
  const name = mailFromDomainOf({ domain, region, mailFrom })!;
  return toALabels(name) === undefined ? wrong({ code: 'SUBDOMAIN_TOO_LONG', facts: { name } }) : [];
}

/**
 * Checks whether the records of the MAIL FROM domain are published with the key's record, which is possible only in the
 * domain's own zone.
 */
export const isMailFromInZone = ({ record }: Pick<IdentitySettings, 'record'>): boolean =>
  record !== undefined && record.delegation === undefined;

/** Checks whether the stack publishes the records of its MAIL FROM domain. */
export const publishesMailFrom = (settings: Pick<IdentitySettings, 'record' | 'mailFrom'>): boolean =>
  settings.mailFrom?.subdomain !== undefined && isMailFromInZone(settings);

/** Finds settings that the function would refuse, if the control plane's policy is known. */
function violationsOf(props: IdentitySettings, isToken: (value: unknown) => boolean): PropMistake[] {
  const { domain, gate = {}, keyStore = {}, record, controlPlane } = props;
  const policy = typeof controlPlane === 'object' ? controlPlane.policy : undefined;
  if (policy === undefined) return [];
  const known = <T extends object>(values: T): Partial<T> =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => !isToken(value))) as Partial<T>;
  const asked = {
    ...valuesOf(EVENT_SETTINGS, props),
    gate: known(gate),
    keyStore: isToken(keyStore.bucket) ? {} : known(keyStore),
    domain: isToken(domain) ? undefined : toALabels(domain),
    rotation: { delegation: record?.delegation },
  };
  return findViolations(asked, policy).map(({ prop, found, allowed, by }) => ({
    prop: prop.replace(/^rotation\./, 'record.'),
    found,
    code: 'NOT_ALLOWED',
    facts: { allowed, by },
  }));
}
