import type { RotationSettings } from '../contract';
import { otherRegionsOf } from '../environment';
import { ByodkimError } from '../errors';
import { currentOwner, type Ledger, type Place, type Signer, selectorInForce } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isWayBack } from '../ledger/ownership';
import type { Services, World } from '../world';

/**
 * What the other regions that share domains with this one have in their ledgers of this domain. Each region's function
 * writes its own ledger alone, and reads the others'.
 * @param own what this region's own has: it names regions that were taken out of the list, and are not read any more
 * @throws ByodkimError VALIDATION_ERROR, ACCESS_DENIED, DEPENDENCY_FAILED: then nobody knows what is needed there.
 */
export async function ledgersElsewhere(
  world: Pick<World, 'environment'>,
  { store }: Pick<Services, 'store'>,
  { domain, region }: Place,
  own: Ledger | null,
): Promise<Ledger[]> {
  const places = otherRegionsOf(world.environment);
  const [unknown] = own ? outOfReach(own, places) : [];
  if (unknown !== undefined) throw takenOut(domain, unknown);
  const others = Object.entries(places).filter(([other]) => other !== region);
  const read = others.map(([other, bucket]) => readLedger(store, bucket, { domain, region: other }));
  return (await Promise.all(read)).flatMap((ledger) => ledger ?? []);
}

/** The same for whoever only looks: `null`, it could not be read. */
export const ledgersElsewhereIfKnown = (
  ...asked: Parameters<typeof ledgersElsewhere>
): Promise<Ledger[] | null> => ledgersElsewhere(...asked).catch(() => null);

/** What a region signs with, to be set beside another's; `null`: nothing of ours. */
export const inForceIn = (ledger: Ledger) => ({ region: ledger.region, selector: selectorInForce(ledger) });
export type InForce = ReturnType<typeof inForceIn>;

/**
 * Selectors that a region has signed with, as all regions of the domain see them: their record has to stay as long as
 * one of them needs it.
 * @param elsewhere `null`: nobody knows, so that each is taken for needed
 */
export function signersEverywhere(
  ledger: Ledger,
  elsewhere: readonly Ledger[] | null,
): (Signer & { readonly isWayBack: boolean })[] {
  return ledger.signers.map((signer) => {
    const { selector, stoppedAt } = signer;
    const theirs = (elsewhere ?? []).flatMap(({ signers }) =>
      signers.filter((each) => each.selector === selector),
    );
    const isNeededElsewhere =
      elsewhere === null ||
      theirs.some((each) => each.stoppedAt === null) ||
      elsewhere.some((each) => isWayBack(each, selector) || each.open?.wanted.selector === selector);
    return {
      ...signer,
      stoppedAt: stoppedAt && Math.max(stoppedAt, ...theirs.map((each) => each.stoppedAt ?? 0)),
      isWayBack: isWayBack(ledger, selector) || (stoppedAt !== null && isNeededElsewhere),
    };
  });
}

/** The regions that the stack was applied with; undefined: it did not say. */
const regionsOf = (ledger: Ledger): readonly string[] | undefined => currentOwner(ledger)?.rotation?.regions;

/** Regions that the stack was applied with, and whose ledger nobody reads any more. */
export const outOfReach = (own: Ledger, places: Readonly<Record<string, string>>): string[] =>
  (regionsOf(own) ?? []).filter((each) => each !== own.region && places[each] === undefined);

/**
 * A plan whose regions are not those that its stack was applied with, in a way that leaves a key or a record behind: a
 * region is taken out that may still sign, or another one is put first.
 * @returns the refusal (VALIDATION_ERROR); `null`: nothing is left behind
 * @throws ByodkimError as `ledgersElsewhere`
 */
export async function refusedRegions(
  world: Pick<World, 'environment'>,
  services: Pick<Services, 'store'>,
  { domain, region, rotation }: Place & { readonly rotation?: RotationSettings },
  own: Ledger,
): Promise<ByodkimError | null> {
  const regions = rotation?.regions ?? [region];
  const known = regionsOf(own);
  const [first = region] = regions;
  const before = known ? known[0] : await firstElsewhere(world, services, regions, own);
  if (before !== undefined && before !== first) return movedFirst(domain, first, before);
  // The others keep neither key nor record.
  if (known === undefined || first !== region) return null;
  const gone = known.filter((each) => !regions.includes(each));
  const places = otherRegionsOf(world.environment);
  for (const each of gone) {
    const bucket = places[each];
    if (bucket === undefined) return takenOut(domain, each);
    const ledger = await readLedger(services.store, bucket, { domain, region: each });
    const selector = ledger && selectorInForce(ledger);
    if (selector) return takenOut(domain, each, selector);
  }
  return null;
}

/** Before its first change a region that is the first knows by the others' ledgers alone whether one was before it. */
async function firstElsewhere(
  world: Pick<World, 'environment'>,
  services: Pick<Services, 'store'>,
  regions: readonly string[],
  own: Ledger,
): Promise<string | undefined> {
  if (regions.length < 2 || regions[0] !== own.region || selectorInForce(own) !== null) return undefined;
  const theirs = await ledgersElsewhere(world, services, own, null);
  const signing = theirs.find((each) => selectorInForce(each) !== null);
  return signing && (regionsOf(signing)?.[0] ?? signing.region);
}

/** @param selector that SES still signs with there; absent where its ledger is not read any more. */
const takenOut = (domain: string, region: string, selector?: string): ByodkimError =>
  new ByodkimError('VALIDATION_ERROR', {
    what:
      `regions of ${domain}: found ${region} taken out, ` +
      `${selector === undefined ? 'and its ledger is not read any more' : `where SES still signs with ${selector}`}. ` +
      'Expected its stack to be destroyed before: nobody would ask there any more whether a key or a record is needed.',
    advice:
      selector === undefined
        ? `Write ${region} into control.formerRegions and deploy the control stack (in HCL and in code: into otherRegions): then its ledger says so.`
        : `Put ${region} back into regions, run npm run destroy -- ${domain}@${region}, and move it from regions to ` +
          'control.formerRegions.',
    details: { fields: ['rotation.regions'], found: region },
  });

const movedFirst = (domain: string, found: string, expected: string): ByodkimError =>
  new ByodkimError('VALIDATION_ERROR', {
    what:
      `regions of ${domain}: found ${found} first, expected ${expected}: the key lies there, and its stack keeps the ` +
      'record.',
    advice: `Put ${expected} first again. To have another first, destroy the stacks of all its regions before.`,
    details: { fields: ['rotation.regions'], found },
  });
