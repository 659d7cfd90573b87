import * as z from 'zod/mini';
import { ENVIRONMENT, REGION_PATTERN } from '../contract';
import { malformed } from '../event-problems';
import { shown } from '../schema-problems';
import type { Ledger, Place, Signer } from '../transaction/ledger';
import { ledgerStore } from '../transaction/ledger-store';
import { isWayBack } from '../transaction/ownership';
import type { Services, World } from '../world';

/** Region → bucket of the key store there. */
const places = z.record(z.string().check(z.regex(REGION_PATTERN)), z.string().check(z.minLength(1)));

/**
 * What the other regions that share domains with this one have in their ledgers of this domain. Each region's function
 * writes its own ledger alone, and reads the others'.
 * @throws ByodkimError VALIDATION_ERROR, ACCESS_DENIED, DEPENDENCY_FAILED: then nobody knows what is needed there.
 */
export async function ledgersElsewhere(
  world: Pick<World, 'environment'>,
  { store }: Pick<Services, 'store'>,
  { domain, region }: Place,
): Promise<Ledger[]> {
  const others = Object.entries(bucketsElsewhere(world)).filter(([other]) => other !== region);
  const read = others.map(([other, bucket]) => ledgerStore(store, bucket, { domain, region: other }).read());
  return (await Promise.all(read)).flatMap((stored) => stored?.ledger ?? []);
}

/** The same for whoever only looks: `null`, it could not be read. */
export const ledgersElsewhereIfKnown = (
  ...asked: Parameters<typeof ledgersElsewhere>
): Promise<Ledger[] | null> => ledgersElsewhere(...asked).catch(() => null);

/** What a region signs with, to be set beside another's. */
export interface InForce {
  readonly region: string;
  /** `null`: nothing of ours. */
  readonly selector: string | null;
}

export const inForceIn = ({ region, open, inForce }: Ledger): InForce => ({
  region,
  selector: (open?.wanted ?? inForce)?.selector ?? null,
});

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

/** Region → bucket of the key store there. */
export function bucketsElsewhere({
  environment,
}: Pick<World, 'environment'>): Readonly<Record<string, string>> {
  const { otherRegions: text } = environment;
  if (text === '') return {};
  try {
    return places.parse(JSON.parse(text));
  } catch {
    const variable = ENVIRONMENT.otherRegions;
    throw malformed([`${variable}: expected region and bucket as JSON, found ${shown(text)}`], [variable]);
  }
}
