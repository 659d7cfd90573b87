import type { KnownRecord } from './stored-key';

type Form = (record: KnownRecord['record']) => string;

/** All records of a domain: of its key, and of its MAIL FROM domain. */
const allOf = ({ mailFrom = [], ...record }: KnownRecord['record']) => [record, ...mailFrom];

/** What is to be published, as one tool takes it: to be piped into it, or kept in its files. */
export const RECORD_FORMS = {
  /** What stands in the record, as web forms take it. */
  value: ({ value }) => value,
  /** A line of a zone file (RFC 1035 §5.1). */
  zone: (record) =>
    allOf(record)
      .map(({ zoneFile }) => zoneFile)
      .join('\n'),
  /** The value as Route 53's console takes it. */
  route53: ({ route53 }) => route53,
  /** Input of `nsupdate` (RFC 2136): replaces what stands at these names. */
  nsupdate: (record) =>
    [
      ...allOf(record).flatMap(({ name, type, zoneFile }) => [
        `update delete ${name}. ${type}`,
        `update add ${zoneFile}`,
      ]),
      'send',
    ].join('\n'),
  /** For `aws route53 change-resource-record-sets --change-batch`. */
  'change-batch': (record) => {
    const changes = allOf(record).map(({ name, type, ttlSeconds, route53 }) => ({
      Action: 'UPSERT',
      ResourceRecordSet: {
        Name: `${name}.`,
        Type: type,
        TTL: ttlSeconds,
        ResourceRecords: [{ Value: route53 }],
      },
    }));
    return JSON.stringify({ Changes: changes }, null, 2);
  },
  /** The provider puts the outer quotation marks itself, and takes `""` for where a string ends and the next begins. */
  terraform: (record) =>
    allOf(record)
      .map(({ name, type, ttlSeconds, route53 }) =>
        [
          `resource "aws_route53_record" "${terraformName(record, name, type)}" {`,
          '  zone_id = var.zone_id',
          `  name    = "${name}"`,
          `  type    = "${type}"`,
          `  ttl     = ${ttlSeconds}`,
          `  records = [${JSON.stringify(type === 'TXT' ? route53.slice(1, -1).replaceAll('" "', '""') : route53)}]`,
          '}',
        ].join('\n'),
      )
      .join('\n\n'),
} as const satisfies Record<string, Form>;

export type RecordForm = keyof typeof RECORD_FORMS;

const terraformName = (record: KnownRecord['record'], name: string, type: string): string => {
  const { domain, selector } = record;
  const text =
    name === record.name ? `dkim_${selector}_${domain}` : `mail_from_${type.toLowerCase()}_${domain}`;
  return text.replace(/[^A-Za-z0-9_]/g, '_');
};
