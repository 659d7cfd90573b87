import type { ListedDomain } from '../../list/domain-list';
import { type CliError, orCliError } from '../errors/cli-error';
import { SES_READS } from '../pace/ses-reads';
import { functionNameOf } from '../target/domain-list';
import { callFunction, type StatusAnswer } from '../target/function';
import type { Deployment } from './deployment';

/** Asks the function about an entry once SES's rate has room for it. @throws once it is interrupted */
export async function statusOf(
  { list, pace, signal, cli: { world } }: Deployment,
  listed: ListedDomain,
): Promise<StatusAnswer | CliError> {
  await pace.turn(listed, SES_READS.status, signal);
  const { domain, region } = listed;
  const place = { functionName: functionNameOf(list), region };
  return orCliError(callFunction(world, place, 'status', { domain, region }));
}
