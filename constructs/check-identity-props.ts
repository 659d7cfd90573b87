import { findViolations } from '../handlers/contract/allowances';
import { delegatedName } from '../handlers/contract/contract';
import { mistakesIn, type SettingMistake, settingsOf, valueAt, valuesOf } from '../handlers/contract/setting';
import { DOMAIN_ALLOWED, EVENT_SETTINGS, SETTINGS, toALabels } from '../handlers/contract/settings';
import type { IdentitySettings } from './identity-props';

/** Returns the two selectors that alternate; undefined if none do. */
export function alternatingSelectors({
  record,
  selectorNaming,
}: Pick<IdentitySettings, 'record' | 'selectorNaming'>): readonly [string, string] | undefined {
  if (record?.delegation) return record.delegation.selectors;
  return typeof selectorNaming === 'object' ? selectorNaming : undefined;
}

/**
 * Finds everything wrong with the props: each by the table of settings, then what does not go together.
 * @param isToken whether a value is known only when the engine runs, and is left to the function to check
 */
export function findMistakes(
  props: IdentitySettings,
  isToken: (value: unknown) => boolean = () => false,
): SettingMistake[] {
  const { domain } = props;
  const isDomain = !isToken(domain) && toALabels(String(domain)) !== undefined;
  return [
    ...(isDomain ? [] : [mistake('domain', domain, `${DOMAIN_ALLOWED}, known at synth`)]),
    ...mistakesIn(SETTINGS, props, isToken),
    ...mistakesBetweenProps(props),
    ...managedOnlyMistakes(props),
    ...violationsOf(props, isToken),
  ];
}

const mistake = (prop: string, found: unknown, allowed: string): SettingMistake => ({ prop, found, allowed });

/** What is allowed in place of a setting's value; nothing for a right one. */
type Wrong = Readonly<Record<string, string | false | undefined>>;

/** Finds what is wrong with one prop beside the others. */
function mistakesBetweenProps(props: IdentitySettings): SettingMistake[] {
  const { record, senders, createKey, keyStore } = props;
  const domain = toALabels(String(props.domain)) ?? '';
  const wrong: Wrong = {
    senders: senders && !senders.accounts && !senders.organization && 'accounts, organization, or both',
    keyStore:
      createKey &&
      keyStore &&
      'none with createKey: the function keeps the keys that it makes in its own bucket',
    'record.hostedZoneId':
      record &&
      record.hostedZoneId === undefined &&
      record.publish === undefined &&
      'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ',
    ...wrongInDelegation(props, domain),
    ...wrongInMailFrom(props, domain),
  };
  return Object.entries(wrong).flatMap(([prop, allowed]) =>
    allowed ? [mistake(prop, valueAt(props, prop), allowed)] : [],
  );
}

function managedOnlyMistakes(props: IdentitySettings): SettingMistake[] {
  if (props.identity !== 'existing') return [];
  const allowed = 'with a managed identity; an existing one is left as it is';
  return settingsOf(SETTINGS)
    .filter(([prop, { managedOnly }]) => managedOnly && valueAt(props, prop) !== undefined)
    .map(([prop]) => mistake(prop, valueAt(props, prop), allowed));
}

function wrongInDelegation({ selector, record }: IdentitySettings, domain: string): Wrong {
  const { delegation, previousSelectors = [] } = record ?? {};
  // What is missing or malformed is a mistake of its own.
  if (!delegation?.zone || mistakesIn(SETTINGS.record, { delegation }).length > 0) return {};
  const [first, second] = delegation.selectors;
  if (first === second) return { 'record.delegation.selectors': 'two different selectors, which alternate' };
  const longest = delegatedName(domain, first.length > second.length ? first : second, delegation);
  if (longest.length > 253)
    return { 'record.delegation.zone': `shorter: ${longest} has more than 253 characters` };
  const others = [selector, ...previousSelectors].filter((each) => each !== first && each !== second);
  if (others.length === 0) return {};
  return { 'record.delegation.selectors': `the two that are used; ${others.join(', ')} is another one` };
}

function wrongInMailFrom({ region, record, mailFrom }: IdentitySettings, domain: string): Wrong {
  if (mailFrom === undefined) return {};
  const { subdomain } = mailFrom;
  if (subdomain === undefined) return { 'mailFrom.subdomain': 'a name before the domain, such as bounce' };
  if (subdomain === domain || subdomain.endsWith(`.${domain}`))
    return { 'mailFrom.subdomain': 'the part before the domain alone, and not the domain itself' };
  if (toALabels(`${subdomain}.${domain}`) === undefined)
    return { 'mailFrom.subdomain': `shorter: ${subdomain}.${domain} is too long for a domain` };
  const needsRegion = publishesMailFrom({ record }) && region === undefined;
  return { region: needsRegion && 'a region, which the MX record of mailFrom names' };
}

/** Whether the stack publishes the records of the MAIL FROM domain: only in the domain's own zone. */
export const publishesMailFrom = ({ record }: Pick<IdentitySettings, 'record'>): boolean =>
  record !== undefined && record.delegation === undefined;

/** Finds what the function would refuse, if the control plane's policy is known. */
function violationsOf(props: IdentitySettings, isToken: (value: unknown) => boolean): SettingMistake[] {
  const { domain, gate = {}, keyStore = {}, controlPlane } = props;
  const policy = typeof controlPlane === 'object' ? controlPlane.policy : undefined;
  if (policy === undefined) return [];
  const known = <T extends object>(values: T): Partial<T> =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => !isToken(value))) as Partial<T>;
  const asked = {
    ...valuesOf(EVENT_SETTINGS, props),
    gate: known(gate),
    keyStore: isToken(keyStore.bucket) ? {} : known(keyStore),
    domain: isToken(domain) ? undefined : toALabels(domain),
  };
  return findViolations(asked, policy).map(({ prop, found, allowed, by }) => ({
    prop,
    found,
    allowed: `${allowed}; or what the control plane allows (${by})`,
  }));
}

/** Formats a mistake: `selector: found "a_b", allowed: …`. A private key that strayed into a prop is not repeated. */
export const describeMistake = ({ prop, found, allowed }: SettingMistake): string =>
  `${prop}: found ${show(found)}, allowed: ${allowed}`;

const SHOWN_LENGTH = 40;

/** Formats a value, cut to fit one line. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  if (/PRIVATE KEY/.test(text)) return '(a private key)';
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
