/** Judges what else decides how mail of a domain is signed: other identities, and other regions. */
import type { SigningState } from '../aws/email-identity';
import { type Place, placeId } from '../contract/event';
import { formatState } from '../ledger/signing-state';
import type { Checked } from './audited';
import { type Finding, finding } from './finding-catalogue';
import type { Survey } from './survey';

/** How many identities a finding names. */
const NAMED = 10;

/** Finds identities of addresses or sub-domains that override the domain's. */
export function judgeOverrides({ overrides }: Survey, place: Place): Finding[] {
  const names = [...(overrides[placeId(place)] ?? [])].sort();
  const isAddress = (name: string) => name.includes('@');
  return [
    ...overridden('single addresses', names.filter(isAddress), 'act'),
    ...overridden(
      'sub-domains',
      names.filter((name) => !isAddress(name)),
      'plan',
    ),
  ];
}

function overridden(kind: string, names: readonly string[], severity: 'act' | 'plan'): Finding[] {
  if (names.length === 0) return [];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const listed = `${names.slice(0, NAMED).join(', ')}${more}`;
  return finding(
    'SIGNING_OVERRIDDEN',
    `SES has identities of ${kind} of this domain, whose own settings count instead of the domain’s: ${listed}.`,
    { severity, subject: kind, stage: listed },
  );
}

/**
 * Checks whether the identity is the same in every region that a global endpoint sends through.
 * @param ask reads the identity in another region, at SES's rate
 */
export async function checkJoined(
  { joined }: Survey,
  place: Place,
  here: SigningState | null,
  ask: (region: string) => Promise<SigningState | null>,
): Promise<Checked> {
  const findings: Finding[] = [];
  for (const { region, endpoint } of joined[place.region] ?? []) {
    const there = await ask(region);
    if (essence(here) === essence(there)) continue;
    findings.push(
      ...finding(
        'REGIONS_DIFFER',
        `The global endpoint ${endpoint} sends half of the mail through ${region}, in which the identity differs: ` +
          `${formatIdentity(there)}; in ${place.region}: ${formatIdentity(here)}.`,
        { subject: region },
      ),
    );
  }
  return { findings };
}

/** Returns what must be equal. Selectors and keys differ by region. */
const essence = (state: SigningState | null): string =>
  JSON.stringify(state && [state.origin, state.enabled, state.status]);

function formatIdentity(state: SigningState | null): string {
  return state === null ? 'it does not exist' : formatState(state);
}
