/** Explains why an identity cannot be deleted. */

import { shellWord } from '../../escape';
import { byFacts, type ErrorRows } from '../advice';
import { STATUS } from '../commands';
import type { InDomain } from '../states';

/** Facts of the errors about identities, by code. */
export interface IdentityErrors {
  /**
   * The function knows that a stack deletes its identity only from the input of the `Baseline`. A stack from before that input
   * said so, and one whose identity was `existing` then, are not refused: SES refuses the delete after the rollback.
   */
  readonly IDENTITY_HAS_TENANTS: InDomain & {
    readonly kind: 'destroy' | 'remove';
    /** Names of tenants that hold the identity, the first five. */
    readonly tenants: readonly string[];
    /** ARN of the identity. */
    readonly arn: string;
    /** Whether more tenants hold it. */
    readonly hasMore: boolean;
  };
}

type Held = IdentityErrors['IDENTITY_HAS_TENANTS'];

function whatIsHeld({ kind, domain, region, tenants, hasMore }: Held): string {
  const found = `${tenants.join(', ')}${hasMore ? ' and others' : ''}`;
  return (
    `This ${kind === 'destroy' ? 'destroy' : 'removal'} would delete the identity ${domain} in ${region}, which SES refuses while a tenant holds it. ` +
    `Expected no tenant, found ${found}. Nothing was changed.`
  );
}

function todoOfHeld({ kind, region, tenants, arn, hasMore }: Held): string {
  const of = `--region ${shellWord(region)}`;
  const remove = tenants.map(
    (tenant) =>
      `\`aws sesv2 delete-tenant-resource-association ${of} --tenant-name ${shellWord(tenant)} --resource-arn ${shellWord(arn)}\``,
  );
  const list = `\`aws sesv2 list-resource-tenants ${of} --resource-arn ${shellWord(arn)}\``;
  return (
    'If these tenants no longer send as the domain, remove each association, or destroy the stack that has made it: ' +
    `${remove.join('; ')}. ${hasMore ? `List the others: ${list}. ` : ''}${kind === 'destroy' ? 'Then destroy again. To keep the domain, deploy it again.' : 'Then remove the domain again.'}`
  );
}

/** Rows of these errors, by code. Markdown, except what happened. */
export const IDENTITY_ROWS: ErrorRows<IdentityErrors> = {
  IDENTITY_HAS_TENANTS: {
    next: 'remove the association first',
    when: 'The destroy or removal would delete the identity, and a tenant of SES holds it: SES refuses to delete such an identity. Checked before SES is rolled back, if the stack’s `Baseline` was created by a version that records that the stack deletes its identity, and if SES answers `ListResourceTenants`; otherwise SES itself refuses the delete, after the rollback.',
    what: whatIsHeld,
    who: 'the owner of the tenants',
    todo: byFacts(
      'If the tenants no longer send as the domain, remove each association (`aws sesv2 delete-tenant-resource-association`), or destroy the stack that has made it. Then destroy or remove again.',
      todoOfHeld,
    ),
    command: STATUS,
  },
};
