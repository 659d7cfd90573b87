import type { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, Token } from 'cdktf';
import type { Construct } from 'constructs';
import {
  type Delegation,
  delegatedName,
  RECORD_TTL_SECONDS,
  REVOKED_VALUE,
  recordName,
} from '../handlers/contract';
import type { RecordProps } from './key-and-record';

/** A character-string of DNS holds 255 bytes (RFC 1035 §3.3); a longer value is several, joined by the reader. */
const STRING_LENGTH = 255;

/** Where a record's public key comes from: it is what `DkimKey` answers. */
export type PublicKeySource =
  | { readonly dkimKey: LambdaInvocation }
  /** Publishes an empty key (`p=`): the selector exists but is revoked. */
  | 'revoked';

/** Publishes the DKIM record of one selector in Route 53. */
export function txtRecord(
  scope: Construct,
  { domain, selector, source }: { domain: string; selector: string; source: PublicKeySource },
  { hostedZoneId, delegation }: RecordProps,
): Route53Record {
  return new Route53Record(scope, recordId(`Record-${selector}`, hostedZoneId, delegation), {
    zoneId: hostedZoneId,
    name: delegation ? delegatedName(domain, selector, delegation) : recordName(domain, selector),
    type: 'TXT',
    ttl: RECORD_TTL_SECONDS,
    records: [valueFrom(source)],
    // A record in another zone is there before the gate, and the earlier one goes after it.
    lifecycle: { createBeforeDestroy: true },
  });
}

/**
 * Returns an id that names the place. So a record in another zone is another resource, and a list that goes back finds the
 * first one as it was: in one resource it would be a deposed object, whose delete would undo the new one.
 */
export const recordId = (what: string, hostedZoneId: string, delegation?: Delegation): string =>
  [what, hostedZoneId, delegation?.zone ?? '']
    .filter((part) => part !== '' && !Token.isUnresolved(part))
    .join('-');

function valueFrom(source: PublicKeySource): string {
  if (source === 'revoked') return REVOKED_VALUE;
  return txtStringsAtApply(
    Token.asString(Fn.lookupNested(Fn.jsondecode(source.dkimKey.result), ['record', 'value'])),
  );
}

/** A TXT value as `aws_route53_record` takes it: `""` between strings. It is known only when the engine runs. */
const txtStringsAtApply = (value: string): string =>
  Fn.replace(value, `/(.{${STRING_LENGTH}})/`, Fn.rawString('$1""'));
