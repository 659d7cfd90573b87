import type { KnownRecord } from './stored-key';

type Form = (record: KnownRecord['record']) => string;

/** The record alone, as one tool takes it: to be piped into it, or kept in its files. */
export const RECORD_FORMS = {
  /** What stands in the record, as web forms take it. */
  value: ({ value }) => value,
  /** A line of a zone file (RFC 1035 §5.1). */
  zone: ({ zoneFile }) => zoneFile,
  /** The value as Route 53's console takes it. */
  route53: ({ route53 }) => route53,
  /** Input of `nsupdate` (RFC 2136): replaces what TXT stands at this name. */
  nsupdate: ({ name, zoneFile }) =>
    [`update delete ${name}. TXT`, `update add ${zoneFile}`, 'send'].join('\n'),
  /** For `aws route53 change-resource-record-sets --change-batch`. */
  'change-batch': ({ name, type, ttlSeconds, route53 }) => {
    const record = { Name: `${name}.`, Type: type, TTL: ttlSeconds, ResourceRecords: [{ Value: route53 }] };
    return JSON.stringify({ Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] }, null, 2);
  },
  /** The provider puts the outer quotation marks itself, and takes `""` for where a string ends and the next begins. */
  terraform: ({ name, domain, selector, ttlSeconds, route53 }) =>
    [
      `resource "aws_route53_record" "${`dkim_${selector}_${domain}`.replace(/[^A-Za-z0-9_]/g, '_')}" {`,
      '  zone_id = var.zone_id',
      `  name    = "${name}"`,
      '  type    = "TXT"',
      `  ttl     = ${ttlSeconds}`,
      `  records = [${JSON.stringify(route53.slice(1, -1).replaceAll('" "', '""'))}]`,
      '}',
    ].join('\n'),
} as const satisfies Record<string, Form>;

export type RecordForm = keyof typeof RECORD_FORMS;
