import { stringify } from 'yaml';
import { grouped } from '../grouping';
import {
  inZoneFileTitle,
  RECORD_NOTES,
  RECORD_TITLES,
  type RecordToPublish,
  zoneFileComment,
} from '../words/dns';
import type { Output } from '../world/output';

type Form = (record: RecordToPublish) => string;

/** Returns the record of the key, or the aliases that lead to it. */
const keysOf = ({ aliases, ...record }: RecordToPublish) => aliases ?? [record];

/** Returns all records that others publish, including those of the MAIL FROM domain. */
const allOf = (record: RecordToPublish) => [...keysOf(record), ...(record.mailFrom ?? [])];

const lines = <Field extends string>(
  records: readonly Readonly<Record<Field, string>>[],
  field: Field,
): string => records.map((record) => record[field]).join('\n');

/**
 * Returns the value in the form of dnscontrol and octoDNS: names end with a dot, and the preference of an MX record is
 * separate.
 */
const dottedOf = ({ type, value }: { readonly type: string; readonly value: string }): string =>
  type === 'TXT' ? value : `${value.replace(/^10 /, '')}.`;

/** Formats the records to publish for one tool, as its input or for its files. */
export const RECORD_FORMS = {
  /** The text of the record, for web forms. */
  value: (record) => lines(keysOf(record), 'value'),
  /** A line of a zone file (RFC 1035 §5.1). */
  zone: (record) => lines(allOf(record), 'zoneFile'),
  /** The value, for Route 53's console. */
  route53: (record) => lines(keysOf(record), 'route53'),
  /**
   * Input of `nsupdate` (RFC 2136): replaces the records of these names. An alias must be the only record at its name.
   */
  nsupdate: (record) =>
    [
      ...allOf(record).flatMap(({ name, type, zoneFile }) => [
        `update delete ${name}.${type === 'CNAME' ? '' : ` ${type}`}`,
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
  /** The provider adds the outer quotation marks itself, and expects `""` between two strings. */
  terraform: (record) =>
    allOf(record)
      .map(({ name, type, ttlSeconds, route53 }) =>
        [
          `resource "aws_route53_record" "${resourceName(type, name)}" {`,
          '  zone_id = var.zone_id',
          `  name    = "${name}"`,
          `  type    = "${type}"`,
          `  ttl     = ${ttlSeconds}`,
          `  records = [${JSON.stringify(type === 'TXT' ? route53.slice(1, -1).replaceAll('" "', '""') : route53)}]`,
          '}',
        ].join('\n'),
      )
      .join('\n\n'),
  /** Writes the part of `dnsconfig.js` after the `D()` of the zone. dnscontrol splits long values itself. */
  dnscontrol: (record) => {
    const calls = allOf(record).map(({ name, type, ttlSeconds, value }) => {
      const data = `${type === 'MX' ? '10, ' : ''}${JSON.stringify(dottedOf({ type, value }))}`;
      return `  ${type}(${JSON.stringify(nameIn(record.domain, name))}, ${data}, TTL(${ttlSeconds}))`;
    });
    return `D_EXTEND(${JSON.stringify(record.domain)},\n${calls.join(',\n')}\n);`;
  },
  /** Writes octoDNS's file for the zone, with the name of the zone, since names are relative to it. `;` is escaped there. */
  octodns: (record) => {
    const { zone = record.domain } = record;
    const byName = grouped(
      allOf(record).map(({ name, type, ttlSeconds, value }) => {
        const text = dottedOf({ type, value }).replaceAll(';', '\\;');
        const values = [type === 'MX' ? { exchange: text, preference: 10 } : text];
        const held = type === 'CNAME' ? { value: text } : { values };
        return [nameIn(zone, name), { type, ttl: ttlSeconds, ...held }] as const;
      }),
    );
    // octoDNS refuses keys that are not sorted.
    const written = stringify(Object.fromEntries(byName), { lineWidth: 0, sortMapEntries: true }).trimEnd();
    return `# ${zoneFileComment(zone)}\n${written}`;
  },
  /** A `DNSEndpoint` for the CRD source of ExternalDNS, which needs `--managed-record-types` TXT and MX. */
  'external-dns': (record) => {
    const endpoints = allOf(record).map(({ name, type, ttlSeconds, route53 }) => ({
      dnsName: name,
      recordTTL: ttlSeconds,
      recordType: type,
      targets: [route53.replace(/\.$/, '')],
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

const nameIn = (zone: string, name: string): string => name.slice(0, -zone.length - 1);

const resourceName = (type: string, name: string): string =>
  `${type}_${name}`.replace(/\W/g, '_').toLowerCase();

/** Formats the record in every form that a DNS team's tools take. */
export function formatRecord(record: RecordToPublish, { bold }: Output['colours']): string {
  const { name, type, ttlSeconds, value, zoneFile, route53, fingerprint } = record;
  const { mailFrom = [], spares = [], aliases = [] } = record;
  const field = (label: string, text: string | number): string => `${bold(label.padEnd(5))}  ${text}`;
  const inZoneFile = (title: string, records: readonly { readonly zoneFile: string }[]): string[] =>
    records.length === 0 ? [] : [`${bold(inZoneFileTitle(title))}\n${lines(records, 'zoneFile')}`];
  const own = [
    [field('Name', name), field('Type', type), field('TTL', ttlSeconds), field('Value', value)].join('\n'),
    `${bold(RECORD_TITLES.zone)} ${RECORD_NOTES.zone}\n${zoneFile}`,
    `${bold(RECORD_TITLES.route53)} ${RECORD_NOTES.route53}\n${route53}`,
  ];
  return [
    ...(aliases.length === 0 ? own : []),
    ...inZoneFile(RECORD_TITLES.aliases, aliases),
    field('Key', fingerprint),
    ...(aliases.length === 0 ? inZoneFile(RECORD_TITLES.spares, spares) : []),
    ...inZoneFile(RECORD_TITLES.mailFrom, mailFrom),
  ].join('\n\n');
}
