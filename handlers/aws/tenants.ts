import {
  ListResourceTenantsCommand,
  type ListResourceTenantsCommandOutput,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { nullOnAwsError } from './aws-error';

/** A tenant of SES that holds an identity. SES refuses to delete the identity until the association is removed. */
export interface TenantAssociation {
  readonly tenant: string;
  /** ARN of the identity. */
  readonly arn: string;
}

/** The tenants of SES. */
export interface Tenants {
  /**
   * Returns tenants that hold an identity: all of them, or more than `most`. An identity that does not exist has none.
   */
  holding(domain: string, most: number): Promise<readonly TenantAssociation[]>;
}

/** Makes the call with a client. Errors are the SDK's. @param arnOf the ARN of an identity */
export const tenants = (ses: Pick<SESv2Client, 'send'>, arnOf: (domain: string) => string): Tenants => ({
  async holding(domain, most) {
    const arn = arnOf(domain);
    const found: TenantAssociation[] = [];
    let NextToken: string | undefined;
    do {
      const page: ListResourceTenantsCommandOutput | null = await nullOnAwsError(
        ses.send(new ListResourceTenantsCommand({ ResourceArn: arn, NextToken })),
        'NotFoundException',
      );
      found.push(
        ...(page?.ResourceTenants ?? []).map(({ TenantName = '' }) => ({ tenant: TenantName, arn })),
      );
      NextToken = page?.NextToken;
    } while (NextToken && found.length <= most);
    return found;
  },
});
