import { isDeepStrictEqual } from 'node:util';
import type { SigningRequest } from '../contract/input/event';
import type { Ledger } from '../ledger/ledger';
import { Session } from '../ledger/session';
import { isHome } from '../ledger/sharers';
import { shared } from '../ledger/transitions';
import type { World } from '../world';

/**
 * Records in the ledger the regions that share the key of a home. They may sign with the records that its stack has published
 * by now, even if its own apply ends here, so its destroy must ask them. The first apply of a stack records them when it
 * creates its `Baseline`, without which no destroy reaches the function.
 * @throws ByodkimError CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function recordSharers(world: World, request: SigningRequest): Promise<void> {
  const { rotation } = request;
  if (rotation === undefined || !isHome(rotation.sharedWith)) return;
  const session = Session.open(world, request, 'gate');
  const isKnown = (ledger: Ledger): boolean =>
    isDeepStrictEqual(shared(ledger, rotation), ledger) || !hasStack(ledger);
  if (isKnown((await session.read()) ?? session.ledger)) return;
  await session.withLease(async () => {
    if (!isKnown(session.ledger)) await session.finish(shared(session.ledger, rotation));
  });
}

/** Checks whether a stack of the domain has a `Baseline`, whose delete would reach the function. */
const hasStack = ({ stacks }: Ledger): boolean => stacks.length > 0;
