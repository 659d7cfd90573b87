import { stringify } from 'yaml';
import type { RecordToPublish } from './find-record';
import type { Output } from './terminal/output';

type Form = (record: RecordToPublish) => string;

/** Returns the records of keys, or the aliases that lead to them. */
const keysOf = ({ aliases, spares = [], ...record }: RecordToPublish) => aliases ?? [record, ...spares];

/** Returns all records that others publish: those of the MAIL FROM domain as well. */
const allOf = (record: RecordToPublish) => [...keysOf(record), ...(record.mailFrom ?? [])];

/** Formats the records to publish for one tool: to be piped into it, or kept in its files. */
export const RECORD_FORMS = {
  /** The text of the record, as web forms take it. */
  value: (record) =>
    keysOf(record)
      .map(({ value }) => value)
      .join('\n'),
  /** A line of a zone file (RFC 1035 §5.1). */
  zone: (record) =>
    allOf(record)
      .map(({ zoneFile }) => zoneFile)
      .join('\n'),
  /** The value as Route 53's console takes it. */
  route53: (record) =>
    keysOf(record)
      .map(({ route53 }) => route53)
      .join('\n'),
  /** Input of `nsupdate` (RFC 2136): replaces the records of these names. */
  nsupdate: (record) =>
    [
      ...allOf(record).flatMap(({ name, type, zoneFile }) => [
        `update delete ${name}. ${type}`,
        `update add ${zoneFile}`,
      ]),
      'send',
    ].join('\n'),
  /** Takes the form of `aws route53 change-resource-record-sets --change-batch`. */
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
  /** The provider puts the outer quotation marks itself, and takes `""` between two strings. */
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
  /** Writes `dnsconfig.js`, behind the `D()` of the zone. dnscontrol splits long values itself. */
  dnscontrol: (record) => {
    const lines = allOf(record).map(({ name, type, ttlSeconds, value }) => {
      const data =
        type === 'MX'
          ? `10, ${JSON.stringify(`${exchangeOf(value)}.`)}`
          : JSON.stringify(type === 'CNAME' ? `${value}.` : value);
      return `  ${type}(${JSON.stringify(nameBelow(record, name))}, ${data}, TTL(${ttlSeconds}))`;
    });
    return `D_EXTEND(${JSON.stringify(record.domain)},\n${lines.join(',\n')}\n);`;
  },
  /** Writes octoDNS's file of the domain's own zone: names are relative to it. `;` is escaped there. */
  octodns: (record) => {
    const byName: Record<string, object[]> = {};
    for (const { name, type, ttlSeconds, value } of allOf(record)) {
      const data =
        type === 'MX'
          ? { exchange: `${exchangeOf(value)}.`, preference: 10 }
          : type === 'CNAME'
            ? `${value}.`
            : value.replaceAll(';', '\\;');
      byName[nameBelow(record, name)] ??= [];
      byName[nameBelow(record, name)]!.push({ type, ttl: ttlSeconds, values: [data] });
    }
    // It refuses keys that are not in order.
    return stringify(byName, { lineWidth: 0, sortMapEntries: true }).trimEnd();
  },
  /** A `DNSEndpoint` for the CRD source of ExternalDNS, which needs `--managed-record-types` TXT and MX. */
  'external-dns': (record) => {
    const endpoints = allOf(record).map(({ name, type, ttlSeconds, route53 }) => ({
      dnsName: name,
      recordTTL: ttlSeconds,
      recordType: type,
      targets: [route53],
    }));
    const metadata = { name: `dkim-${record.selector}.${record.domain}`.toLowerCase() };
    const manifest = {
      apiVersion: 'externaldns.k8s.io/v1alpha1',
      kind: 'DNSEndpoint',
      metadata,
      spec: { endpoints },
    };
    return stringify(manifest, { lineWidth: 0 }).trimEnd();
  },
} as const satisfies Record<string, Form>;

export type RecordForm = keyof typeof RECORD_FORMS;

const exchangeOf = (value: string): string => value.replace(/^10 /, '');

const nameBelow = ({ domain }: RecordToPublish, name: string): string => name.slice(0, -domain.length - 1);

const terraformName = (record: RecordToPublish, name: string, type: string): string => {
  const { domain, mailFrom = [] } = record;
  const [label = ''] = name.split('.');
  const text = mailFrom.some((each) => each.name === name)
    ? `mail_from_${type.toLowerCase()}_${domain}`
    : `dkim_${label}_${domain}`;
  return text.replace(/[^A-Za-z0-9_]/g, '_');
};

/** Formats the record in every form that a DNS team's tools take. */
export function showRecord(record: RecordToPublish, colours: Output['colours']): string {
  const { name, type, ttlSeconds, value, zoneFile, route53, fingerprint } = record;
  const { mailFrom = [], spares = [], aliases } = record;
  const title = (text: string): string => colours.bold(text);
  if (aliases)
    return [
      title('Two aliases, once, in a zone file; they stay, whichever selector signs'),
      ...allOf(record).map((each) => each.zoneFile),
      '',
      `${title('Value')}  ${value}`,
      '(the stack publishes it itself, in the zone that the aliases lead into)',
      `${title('Key')}    ${fingerprint}`,
    ].join('\n');
  return [
    `${title('Name')}   ${name}`,
    `${title('Type')}   ${type}`,
    `${title('TTL')}    ${ttlSeconds}`,
    `${title('Value')}  ${value}`,
    '',
    `${title('In a zone file')} (strings of 255 characters at most; readers join them)`,
    zoneFile,
    '',
    `${title('In Route 53')} (the value, with its quotation marks)`,
    route53,
    '',
    `${title('Key')}    ${fingerprint}`,
    ...(spares.length === 0
      ? []
      : ['', title('Keys of rotations to come, in a zone file'), ...spares.map((each) => each.zoneFile)]),
    ...(mailFrom.length === 0
      ? []
      : ['', title('MAIL FROM, in a zone file'), ...mailFrom.map((each) => each.zoneFile)]),
  ].join('\n');
}
