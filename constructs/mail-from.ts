import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Sesv2EmailIdentityMailFromAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { mailFromRecords, RECORD_TTL_SECONDS } from '../handlers/contract';
import { publishesMailFrom } from './check-identity-props';
import type { IdentitySettings } from './identity-settings';
import { recordId } from './txt-record';

/** Publishes the records of the MAIL FROM domain in Route 53, where the zone is the domain's own. */
export function mailFromRoute53Records(
  scope: Construct,
  domain: string,
  { region, record, mailFrom }: IdentitySettings,
): Route53Record[] {
  if (mailFrom?.subdomain === undefined || !publishesMailFrom({ record })) return [];
  return mailFromRecords(domain, region!, mailFrom.subdomain).map(({ name, type, value }) => {
    const id = recordId(`MailFrom-${type}-${mailFrom.subdomain}`, record!.hostedZoneId);
    return new Route53Record(scope, id, {
      zoneId: record!.hostedZoneId,
      name,
      type,
      ttl: RECORD_TTL_SECONDS,
      records: [value],
      // SES leaves the earlier MAIL FROM domain before its records go.
      lifecycle: { createBeforeDestroy: true },
    });
  });
}

/** Sets the MAIL FROM domain, once the gate has proved its records. */
export function mailFromAttributes(
  scope: Construct,
  domain: string,
  { region, mailFrom }: IdentitySettings,
  dependsOn: ITerraformDependable[],
): Sesv2EmailIdentityMailFromAttributes | undefined {
  if (mailFrom?.subdomain === undefined) return undefined;
  return new Sesv2EmailIdentityMailFromAttributes(scope, 'MailFrom', {
    region,
    emailIdentity: domain,
    mailFromDomain: `${mailFrom.subdomain}.${domain}`,
    behaviorOnMxFailure: mailFrom.onMxFailure === 'reject' ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE',
    dependsOn,
  });
}
