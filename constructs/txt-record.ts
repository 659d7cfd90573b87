import type { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, type ITerraformDependable, Token } from 'cdktf';
import type { Construct } from 'constructs';
import {
  delegatedName,
  mailFromRecords,
  RECORD_TTL_SECONDS,
  REVOKED_VALUE,
  recordName,
} from '../handlers/contract/contract';
import type { Delegation } from '../handlers/contract/input/event-schema';
import { publishesMailFrom } from './check-identity-props';
import type { IdentitySettings } from './identity-props';
import type { PublishedRecord, RecordProps } from './key-and-record';

/**
 * A character-string of DNS holds 255 bytes (RFC 1035 §3.3). A longer value consists of several strings, which the reader
 * joins.
 */
const STRING_LENGTH = 255;

/**
 * Returns the DKIM record of one selector.
 * @param dkimKey the function's answer with the public key; undefined makes a record of a revoked key (an empty `p=`)
 */
export const dkimRecord = (
  domain: string,
  selector: string,
  dkimKey: LambdaInvocation | undefined,
  delegation?: Delegation,
): PublishedRecord => ({
  type: 'TXT',
  name: delegation ? delegatedName(domain, selector, delegation) : recordName(domain, selector),
  value: dkimKey
    ? Token.asString(Fn.lookupNested(Fn.jsondecode(dkimKey.result), ['record', 'value']))
    : REVOKED_VALUE,
  selector,
});

/** Publishes a record in Route 53 or with the caller's own resources. */
export function publishRecord(
  scope: Construct,
  id: string,
  record: PublishedRecord,
  { hostedZoneId, delegation, provider, publish }: RecordProps,
): readonly ITerraformDependable[] {
  if (publish) return [publish(record)].flat();
  const { type, name, value, selector } = record;
  return [
    new Route53Record(scope, recordId(id, hostedZoneId!, delegation), {
      zoneId: hostedZoneId!,
      name,
      type,
      ttl: RECORD_TTL_SECONDS,
      records: [selector && Token.isUnresolved(value) ? txtStringsAtApply(value) : value],
      provider,
      // A record in another zone is created before the gate, and the earlier one is removed after it. SES leaves the earlier
      // MAIL FROM domain before its records go.
      lifecycle: { createBeforeDestroy: true },
    }),
  ];
}

/** Publishes the records of the MAIL FROM domain with the key's record, if the zone is the domain's own. */
export function publishMailFrom(
  scope: Construct,
  domain: string,
  { region, record, mailFrom }: IdentitySettings,
): readonly ITerraformDependable[] {
  if (!publishesMailFrom({ record, mailFrom })) return [];
  return mailFromRecords({ domain, region, mailFrom }).flatMap(({ name, type, value }) => {
    const subdomain = name.slice(0, -domain.length - 1);
    return publishRecord(scope, `MailFrom-${type}-${subdomain}`, { name, type, value }, record!);
  });
}

/**
 * Returns an id that names the place. So a record in another zone is another resource, and a list that returns to the first
 * zone finds the first record unchanged. Within one resource it would be a deposed object, whose delete would undo the new
 * one.
 */
const recordId = (what: string, hostedZoneId: string, delegation?: Delegation): string =>
  [what, hostedZoneId, delegation?.zone ?? '']
    .filter((part) => part !== '' && !Token.isUnresolved(part))
    .join('-');

/** Formats a TXT value, known only when the engine runs, as `aws_route53_record` takes it: `""` between strings. */
const txtStringsAtApply = (value: string): string =>
  Fn.replace(value, `/(.{${STRING_LENGTH}})/`, Fn.rawString('$1""'));
