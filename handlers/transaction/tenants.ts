/** Asks which tenants of SES hold an identity, before a rollback that ends in the delete of the identity. */

import { isRefused } from '../aws/aws-error';
import type { TenantAssociation } from '../aws/tenants';
import { TENANTS } from '../budgets';
import { ByodkimError } from '../errors/errors';
import { isLeaseLost, type Session } from '../ledger/session';

/** Number of tenants that the error names. */
const MOST_NAMED = 5;

/**
 * Refuses to roll back what would end in the delete of an identity that a tenant holds: SES refuses that delete, and would do
 * so after the rollback. Passes if SES does not answer such calls, since not every region and role has them.
 * @throws ByodkimError IDENTITY_HAS_TENANTS; DEPENDENCY_FAILED if SES is throttled or fails
 */
export async function refuseHeld(session: Session, kind: 'destroy' | 'remove'): Promise<void> {
  let holding = await tenantsOf(session);
  for (const pause of kind === 'destroy' ? TENANTS.pausesMs : []) {
    if (holding.length === 0 || !(await paused(session, pause))) break;
    holding = await tenantsOf(session);
  }
  if (holding.length === 0) return;
  const tenants = holding.slice(0, MOST_NAMED);
  throw new ByodkimError('IDENTITY_HAS_TENANTS', {
    kind,
    ...session.place,
    tenants: tenants.map(({ tenant }) => tenant),
    arn: tenants[0]!.arn,
    hasMore: holding.length > MOST_NAMED,
  });
}

async function tenantsOf(session: Session): Promise<readonly TenantAssociation[]> {
  try {
    return await session.services.tenants.holding(session.place.domain, MOST_NAMED);
  } catch (error) {
    if (!isRefused(error)) throw error;
    session.warn('tenants-not-known', error);
    return [];
  }
}

/** Waits. @returns whether there was time to */
async function paused({ clock }: Session, ms: number): Promise<boolean> {
  try {
    await clock.sleep(ms);
    return true;
  } catch (error) {
    if (isLeaseLost(error)) throw error;
    return false;
  }
}
