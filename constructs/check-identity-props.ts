import { domainToASCII } from 'node:url';
import { notAllowed } from '../handlers/allowances';
import {
  DOMAIN_PATTERN,
  delegatedName,
  GATE_LIMITS,
  HTTPS_RESOLVER_PATTERN,
  ROTATION_LIMITS,
  SELECTOR_PATTERN,
  VERIFICATION_LIMITS,
  type VerificationSettings,
} from '../handlers/contract';
import type { ByodkimIdentityProps } from './identity-props';
import { regionMistake } from './region';

/** What is allowed, in words; the domain list says the same. */
export const ALLOWED = {
  domain: 'a domain name of two labels or more, such as example.com',
  selector:
    '1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)',
  confirmTimeoutMinutes: '0 (never reverted), or 2 to 1440',
  address: 'ip:port, or [ipv6]:port',
  resolver: 'ip:port, [ipv6]:port, or https://… for DNS over HTTPS',
  overlapDays: `${ROTATION_LIMITS.overlapDays.join(' to ')}: mail is under way for days`,
  keyLifetimeDays: `${ROTATION_LIMITS.keyLifetimeDays.join(' to ')}`,
  objectKey: 'an S3 key of 1 to 1024 characters, without "${" and "%{"',
  hostedZoneId: 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ',
} as const;

/** `ip:port`, `[ip6]:port`, or the address alone. */
export const ADDRESS_PATTERN = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(:\d{1,5})?$/;
export const RESOLVER_PATTERN = new RegExp(`${ADDRESS_PATTERN.source}|${HTTPS_RESOLVER_PATTERN.source}`);
/** What an engine would not take for one of its own expressions. */
export const OBJECT_KEY_PATTERN = /^(?!.*[$%]\{).{1,1024}$/;
export const MINUTES_MAXIMUM = 1440;

/** What is wrong with one prop. */
export interface PropMistake {
  /** Dotted: `gate.waitSeconds`. */
  readonly prop: string;
  /** As given; undefined where the prop is missing or should be. */
  readonly found: unknown;
  readonly allowed: string;
}

/** The two selectors that take turns; undefined where there are none. */
export function turnsOf({
  record,
  selectorNaming,
}: Pick<ByodkimIdentityProps, 'record' | 'selectorNaming'>): readonly [string, string] | undefined {
  if (record?.delegation) return record.delegation.selectors;
  return typeof selectorNaming === 'object' ? selectorNaming : undefined;
}

/** A domain in any script → A-labels, lower case, without a trailing dot; undefined when it is none. */
export function toALabels(domain: string): string | undefined {
  const ascii = domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase();
  return DOMAIN_PATTERN.test(ascii) ? ascii : undefined;
}

/**
 * Everything wrong with the props.
 * @param isToken whether a value is known only when the engine runs, and is left to the function to check
 */
export function findMistakes(
  props: ByodkimIdentityProps,
  isToken: (value: unknown) => boolean = () => false,
): PropMistake[] {
  const mistakes: PropMistake[] = [];
  const expect = (prop: string, found: unknown, isRight: boolean, allowed: string): void => {
    if (found !== undefined && !isToken(found) && !isRight) mistakes.push({ prop, found, allowed });
  };
  const matches = (pattern: RegExp, value: unknown): boolean => pattern.test(String(value));
  const { gate, keyStore, record, verification, confirmTimeoutMinutes: minutes } = props;

  if (isToken(props.domain) || toALabels(String(props.domain)) === undefined)
    mistakes.push({ prop: 'domain', found: props.domain, allowed: `${ALLOWED.domain}, known at synth` });
  for (const [prop, selectors] of Object.entries({
    selector: [props.selector],
    'record.previousSelectors': record?.previousSelectors ?? [],
    revokedSelectors: props.revokedSelectors ?? [],
  }))
    for (const selector of selectors)
      if (isToken(selector) || !matches(SELECTOR_PATTERN, selector))
        mistakes.push({ prop, found: selector, allowed: `${ALLOWED.selector}, known at synth` });
  const region = regionMistake(String(props.region));
  expect('region', props.region, region === undefined, region ?? '');
  for (const each of props.regions ?? []) {
    const allowed = regionMistake(String(each));
    expect('regions', each, allowed === undefined, allowed ?? '');
  }
  expect(
    'regions',
    props.regions,
    props.region !== undefined && props.regions?.includes(props.region) === true,
    'all regions of the domain, region among them',
  );
  expect(
    'confirmTimeoutMinutes',
    minutes,
    Number.isInteger(minutes) && (minutes === 0 || (minutes! >= 2 && minutes! <= MINUTES_MAXIMUM)),
    ALLOWED.confirmTimeoutMinutes,
  );
  for (const [prop, [least, most]] of Object.entries(ROTATION_LIMITS)) {
    const days = props[prop as keyof typeof ROTATION_LIMITS];
    const allowed = ALLOWED[prop as keyof typeof ROTATION_LIMITS];
    expect(prop, days, Number.isInteger(days) && days! >= least && days! <= most, allowed);
  }
  for (const [prop, addresses, pattern, allowed] of [
    ['gate.nameservers', gate?.nameservers, ADDRESS_PATTERN, ALLOWED.address],
    ['gate.resolvers', gate?.resolvers, RESOLVER_PATTERN, ALLOWED.resolver],
  ] as const) {
    if (isToken(addresses))
      mistakes.push({ prop, found: addresses, allowed: 'a list that is known at synth' });
    else for (const address of addresses ?? []) expect(prop, address, matches(pattern, address), allowed);
  }
  expect('gate.nameservers', gate?.nameservers, gate?.nameservers?.length !== 0, 'one address or more');
  expect(
    'gate.waitSeconds',
    gate?.waitSeconds,
    Number(gate?.waitSeconds) >= GATE_LIMITS.waitSeconds[0] &&
      Number(gate?.waitSeconds) <= GATE_LIMITS.waitSeconds[1],
    GATE_LIMITS.waitSeconds.join(' to '),
  );
  expect('gate.strict', gate?.strict, typeof gate?.strict === 'boolean', 'true or false');
  for (const [setting, [least, most]] of Object.entries(VERIFICATION_LIMITS)) {
    const found = verification?.[setting as keyof VerificationSettings];
    expect(
      `verification.${setting}`,
      found,
      Number.isInteger(found) && Number(found) >= least && Number(found) <= most,
      `${least} to ${most}`,
    );
  }
  for (const [prop, key] of Object.entries({
    'keyStore.privateKey': keyStore?.privateKey,
    'keyStore.dnsRecords': keyStore?.dnsRecords,
  }))
    expect(prop, key, matches(OBJECT_KEY_PATTERN, key), ALLOWED.objectKey);
  const revived = [props.selector, ...(record?.previousSelectors ?? [])].filter((each) =>
    props.revokedSelectors?.includes(each),
  );
  if (revived.length > 0)
    mistakes.push({
      prop: 'revokedSelectors',
      found: revived,
      allowed: 'selectors that neither sign nor stay in previousSelectors',
    });
  mistakes.push(...findDelegationMistakes(props));
  if (record !== undefined && record.hostedZoneId === undefined)
    mistakes.push({ prop: 'record.hostedZoneId', found: undefined, allowed: ALLOWED.hostedZoneId });
  if (props.identity === 'existing' && props.tags !== undefined)
    mistakes.push({
      prop: 'tags',
      found: props.tags,
      allowed: 'with a managed identity; an existing one is left as it is',
    });
  return [...mistakes, ...findNotAllowed(props, isToken)];
}

function findDelegationMistakes({ domain, selector, record }: ByodkimIdentityProps): PropMistake[] {
  const delegation = record?.delegation;
  if (!delegation) return [];
  const { zone, selectors = [] } = delegation as Partial<typeof delegation>;
  const wrong = (prop: string, found: unknown, allowed: string): PropMistake[] => [
    { prop: `record.${prop}`, found, allowed },
  ];
  if (typeof zone !== 'string' || !DOMAIN_PATTERN.test(zone))
    return wrong(
      'delegation.zone',
      zone,
      'the name of the Route 53 zone, in lower case, without a dot at the end',
    );
  const [first, second] = selectors as readonly string[];
  if (selectors.length !== 2 || first === second || !selectors.every((each) => SELECTOR_PATTERN.test(each)))
    return wrong('delegation.selectors', selectors, 'two different selectors, which take turns');
  const longest = delegatedName(
    toALabels(String(domain)) ?? '',
    first!.length > second!.length ? first! : second!,
    { zone, selectors: [first!, second!] },
  );
  if (longest.length > 253)
    return wrong('delegation.zone', zone, `shorter: ${longest} has more than 253 characters`);
  const others = [selector, ...(record.previousSelectors ?? [])].filter(
    (each) => each !== first && each !== second,
  );
  return others.length === 0
    ? []
    : wrong('delegation.selectors', selectors, `the two that are used; ${others.join(', ')} is none of them`);
}

/** What the function would refuse: said now, where the control plane is known. */
function findNotAllowed(
  { domain, gate = {}, irreversible, keyStore = {}, controlPlane }: ByodkimIdentityProps,
  isToken: (value: unknown) => boolean,
): PropMistake[] {
  const name = isToken(domain) ? undefined : toALabels(domain);
  const says = typeof controlPlane === 'object' ? controlPlane.says : undefined;
  if (says === undefined) return [];
  const known = <T extends object>(values: T): Partial<T> =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => !isToken(value))) as Partial<T>;
  const asked = {
    gate: known(gate),
    keyStore: isToken(keyStore.bucket) ? {} : known(keyStore),
    domain: name,
    irreversible,
  };
  return notAllowed(asked, says).map(({ setting, found, allowed, by }) => ({
    prop: setting,
    found,
    allowed: `${allowed}; or what the control plane allows (${by})`,
  }));
}

/** `selector: found "a_b", allowed: …`. A private key that strayed into a prop is not repeated. */
export const describeMistake = ({ prop, found, allowed }: PropMistake): string =>
  `${prop}: found ${show(found)}, allowed: ${allowed}`;

const SHOWN_LENGTH = 40;

/** A value, short enough for one line. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  if (/PRIVATE KEY/.test(text)) return '(a private key)';
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
