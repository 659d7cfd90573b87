import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { privateKeyObject } from '../contract';
import type { SigningRequest } from '../event';
import { selectorInForce } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import type { World } from '../world';

/**
 * A stack whose domain rotates by itself names two selectors, and the function says which of them signs: its request is
 * about that one, whatever it names.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function aboutInForce<R extends SigningRequest>(world: World, request: R): Promise<R> {
  const { rotation, domain, region } = request;
  if (!rotation?.automatic) return request;
  const clock = untilKept(world, () => 'gate');
  const { store } = world.services(domain, region, clock);
  const { keyStoreBucket } = world.environment;
  const ledger = await onceArrived(clock, () => readLedger(store, keyStoreBucket, request));
  const selector = ledger && selectorInForce(ledger);
  if (!selector || selector === request.selector || !rotation.automatic.selectors.includes(selector))
    return request;
  const privateKey = privateKeyObject(domain, selector);
  return { ...request, selector, keyStore: { ...request.keyStore, privateKey } };
}
