import { Sesv2EmailIdentityMailFromAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { mailFromRecords } from '../handlers/contract';
import { publishesMailFrom } from './check-identity-props';
import type { IdentitySettings } from './identity-settings';
import { publishRecord } from './txt-record';

/** Publishes the records of the MAIL FROM domain beside the key's, unless the zone is not the domain's own. */
export function publishMailFrom(
  scope: Construct,
  domain: string,
  { region, record, mailFrom }: IdentitySettings,
): readonly ITerraformDependable[] {
  if (mailFrom?.subdomain === undefined || !publishesMailFrom({ record })) return [];
  return mailFromRecords(domain, region!, mailFrom.subdomain).flatMap(({ name, type, value }) =>
    publishRecord(scope, `MailFrom-${type}-${mailFrom.subdomain}`, { name, type, value }, record!),
  );
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
