import { turnsOf } from '../constructs/check-identity-props';
import type { ListedDomain } from '../list/domain-list';
import { callFunction } from './aws/function';
import { CliError } from './cli-error';
import type { Cli } from './command';
import { functionOf, type Target } from './target';

/** A domain that rotates by itself, with the selector that signs: its list names the one that it began with. */
export const withInForce = <D extends ListedDomain>(listed: D, selector: string | null | undefined): D =>
  selector && listed.rotate === 'automatic' && turnsOf(listed)?.includes(selector)
    ? { ...listed, selector }
    : listed;

/** The same of a target; where the function cannot be asked, as the list says. */
export async function targetInForce({ world }: Cli, target: Target): Promise<Target> {
  const { listed, domain } = target;
  if (listed?.rotate !== 'automatic') return target;
  const place = functionOf(target);
  try {
    const { selector } = await callFunction(world, place, 'status', { domain, region: place.region });
    return { ...target, listed: withInForce(listed, selector) };
  } catch (error) {
    if (error instanceof CliError) return target;
    throw error;
  }
}
