/** Lists once for all domains what overrides their identities, and which regions a global endpoint joins. */
import { type Place, placeId } from '../contract/event';
import type { Services } from '../world';
import { type Finding, type FindingCode, finding } from './finding-catalogue';

export interface Survey {
  /** Identities of single addresses and sub-domains, which override the domain's, by region and domain. */
  readonly overrides: Readonly<Record<string, readonly string[]>>;
  /** Regions that a global endpoint joins, by region. Mail goes out through either. */
  readonly joined: Readonly<Record<string, readonly Joined[]>>;
  /** Regions that could not be listed. */
  readonly unknown: readonly string[];
  readonly findings: readonly Finding[];
}

/** Findings that only a survey can resolve. */
export const SURVEYED: readonly FindingCode[] = ['SIGNING_OVERRIDDEN', 'REGIONS_DIFFER'];

/** Returns the result of a survey that was not made. */
export const notSurveyed = (places: readonly Place[]): Survey => ({
  overrides: {},
  joined: {},
  unknown: [...new Set(places.map(({ region }) => region))],
  findings: [],
});

/** Kept for each domain. */
const MOST = 200;

/** A region that a global endpoint joins with another. */
export interface Joined {
  readonly region: string;
  /** Name of the endpoint. */
  readonly endpoint: string;
}

/**
 * Lists the identities and the global endpoints of each region, once.
 * @param known every domain that has a ledger
 * @param usedAmong returns those in which something of this project is in force: a destroy leaves the ledger
 * @param wanted those to be audited
 * @param pace resolves when SES's rate allows another call
 */
export async function survey(
  servicesOf: (region: string) => Services,
  known: readonly Place[],
  wanted: readonly Place[],
  usedAmong: (places: readonly Place[]) => Promise<readonly Place[]>,
  pace: () => Promise<void>,
): Promise<Survey> {
  const overrides: Record<string, string[]> = {};
  const joined: Record<string, readonly Joined[]> = {};
  const unknown: string[] = [];
  const findings: Finding[] = [];
  const managed = new Set(known.map(placeId));
  for (const region of new Set(wanted.map((place) => place.region))) {
    const { identities } = servicesOf(region);
    try {
      const isManaged = (domain: string) => managed.has(placeId({ region, domain }));
      const below = (await identities.list(pace)).flatMap((name) => {
        const domain = overriddenBy(name, isManaged);
        return domain === undefined ? [] : [{ name, of: placeId({ region, domain }) }];
      });
      const own = below.filter(({ name }) => isManaged(name)).map(({ name }) => ({ region, domain: name }));
      const used = new Set((await usedAmong(own)).map(({ domain }) => domain));
      for (const { name, of } of below)
        if (!used.has(name)) overrides[of] = [...(overrides[of] ?? []), name].slice(0, MOST);
      await pace();
      const endpoints = await identities.endpoints();
      joined[region] = endpoints.flatMap(({ name, regions }) =>
        regions.filter((other) => other !== region).map((other) => ({ region: other, endpoint: name })),
      );
    } catch (error) {
      unknown.push(region);
      const found = `The identities and global endpoints of ${region} could not be listed: ${(error as Error).message}`;
      findings.push(...finding('NOT_CHECKED', found, { subject: region }));
    }
  }
  return { overrides, joined, unknown, findings };
}

/** Returns the managed domain that an identity is below; undefined if it is below none. */
function overriddenBy(name: string, isManaged: (domain: string) => boolean): string | undefined {
  const at = name.lastIndexOf('@');
  const address = name.slice(at + 1).toLowerCase();
  let domain = at === -1 ? address.slice(address.indexOf('.') + 1) : address;
  for (; domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1))
    if (isManaged(domain)) return domain;
  return undefined;
}
