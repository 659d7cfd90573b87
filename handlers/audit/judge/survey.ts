/** Judges other factors in the signing of a domain's mail: other identities, and the regions of a global endpoint. */

import type { SigningState } from '../../aws/email-identity';
import { type Place, placeId } from '../../contract/input/event';
import type { FindingFacts } from '../../words/findings';
import { type Finding, finding } from '../findings/finding';
import type { Survey } from '../findings/report';
import { inForceIn, ledgersOf, type Run } from '../run/audited';

/** Returns the result of a survey that was not made. */
export function notSurveyed(places: readonly Place[]): Survey {
  const unknown = [...new Set(places.map(({ region }) => region))];
  return { overrides: {}, joined: {}, unknown, unknownEndpoints: unknown, findings: [] };
}

/**
 * Lists the identities and the global endpoints of each region, once for all domains. Each list may fail without the other, as
 * in a region without global endpoints.
 * @param known every domain with a ledger @param wanted the domains to audit
 */
export async function survey(run: Run, known: readonly Place[], wanted: readonly Place[]): Promise<Survey> {
  const overrides: Record<string, readonly string[]> = {};
  const joined: Record<string, Survey['joined'][string]> = {};
  const unknown: string[] = [];
  const unknownEndpoints: string[] = [];
  const findings: Finding[] = [];
  const managed = new Set(known.map(placeId));
  for (const region of new Set(wanted.map((place) => place.region))) {
    const fails = (of: 'identities' | 'endpoints', { message: problem }: Error): void => {
      (of === 'endpoints' ? unknownEndpoints : unknown).push(region);
      const subject = of === 'endpoints' ? `${region}/endpoints` : region;
      findings.push(finding('NOT_CHECKED', { kind: 'survey', of, region, problem }, { subject }));
    };
    try {
      Object.assign(overrides, await overridesIn(run, region, managed));
    } catch (error) {
      fails('identities', error as Error);
    }
    try {
      joined[region] = await joinedTo(run, region);
    } catch (error) {
      fails('endpoints', error as Error);
    }
  }
  return { overrides, joined, unknown, unknownEndpoints, findings };
}

/** Lists the identities of a region. @returns the ones that override a domain, by region and domain */
async function overridesIn(
  run: Run,
  region: string,
  managed: ReadonlySet<string>,
): Promise<Survey['overrides']> {
  const isManaged = (domain: string) => managed.has(placeId({ region, domain }));
  const below = (await run.servicesOf(region).identities.list(run.waitForSesRate))
    .map((name) => ({ name, above: domainsAbove(name).filter(isManaged) }))
    .filter(({ above }) => above.length > 0);
  const own = below.map(({ name }) => name).filter(isManaged);
  const managedHere = [...new Set([...own, ...below.flatMap(({ above }) => above)])];
  const ledgers = await ledgersOf(
    run,
    managedHere.map((domain) => ({ region, domain })),
  );
  // A destroy does not delete the ledger, and a claim alone makes one.
  const used = new Set(ledgers.filter(inForceIn).map(({ domain }) => domain));
  const overrides: Record<string, string[]> = {};
  for (const { name, above } of below) {
    const domain = above.find((each) => used.has(each));
    if (domain === undefined || used.has(name)) continue;
    const of = placeId({ region, domain });
    overrides[of] = [...(overrides[of] ?? []), name].slice(0, MOST_KEPT);
  }
  return overrides;
}

/** Returns the regions that global endpoints join to this one. */
async function joinedTo(
  { servicesOf, waitForSesRate }: Run,
  region: string,
): Promise<Survey['joined'][string]> {
  await waitForSesRate();
  const endpoints = await servicesOf(region).identities.endpoints();
  return endpoints.flatMap(({ name, regions }) =>
    regions.filter((other) => other !== region).map((other) => ({ region: other, endpoint: name })),
  );
}

/** Returns the domains above an identity, the closest first. */
function domainsAbove(name: string): string[] {
  const at = name.lastIndexOf('@');
  const address = name.slice(at + 1).toLowerCase();
  const domains: string[] = [];
  let domain = at === -1 ? address.slice(address.indexOf('.') + 1) : address;
  for (; domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1)) domains.push(domain);
  return domains;
}

/** Number of identities that are kept for each domain and that a finding names. */
const MOST_KEPT = 200;
const NAMED = 10;

/** Finds identities of addresses or sub-domains that override the domain's. */
export function judgeOverrides({ overrides }: Survey, place: Place): Finding[] {
  const names = [...(overrides[placeId(place)] ?? [])].sort();
  const addresses = names.filter((name) => name.includes('@'));
  const subDomains = names.filter((name) => !name.includes('@'));
  return [...overridden('addresses', addresses, 'act'), ...overridden('sub-domains', subDomains, 'plan')];
}

function overridden(
  of: FindingFacts['SIGNING_OVERRIDDEN']['of'],
  names: readonly string[],
  severity: 'act' | 'plan',
): Finding[] {
  if (names.length === 0) return [];
  const identities = names.slice(0, NAMED);
  const stage = [...identities, ...(names.length > NAMED ? [String(names.length)] : [])].join(', ');
  const facts = { of, identities, count: names.length };
  return [finding('SIGNING_OVERRIDDEN', facts, { severity, subject: of, stage })];
}

/** Checks whether the identity is the same in every region of a global endpoint. */
export async function checkJoined(
  { joined }: Survey,
  place: Place,
  here: SigningState | null,
  ask: (region: string) => Promise<SigningState | null>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { region, endpoint } of joined[place.region] ?? []) {
    const there = await ask(region);
    if (essence(here) === essence(there)) continue;
    const facts = { kind: 'endpoint', endpoint, region: place.region, joined: region, here, there } as const;
    findings.push(finding('REGIONS_DIFFER', facts, { subject: region }));
  }
  return findings;
}

/** Returns the properties that must be equal. Selectors and keys differ by region. */
const essence = (state: SigningState | null): string =>
  JSON.stringify(state && [state.origin, state.enabled, state.status]);
