import type { Sandbox } from '../aws/sandbox';
import type { Route53Service, ZoneContents } from '../aws/services/route53';
import type { DnsServer } from '../dns/server';
import { canonical, type Zones } from '../dns/zone';

/** Lets the DNS server serve what is in Route 53: each hosted zone as it is, from its first change on. */
export function serveHostedZones(sandbox: Sandbox, dns: DnsServer): void {
  const route53 = sandbox.service<Route53Service>('route53');
  const serve = ({ name, records }: ZoneContents) => dns.setZone(name, zoneData(records));
  for (const zone of route53.zones()) serve(zone);
  route53.onChange(serve);
}

/** TXT, MX and CNAME records alone: what keys and MAIL FROM domains are proved by. The server makes SOA and NS itself. */
function zoneData(records: ZoneContents['records']): Zones[string] {
  return Object.fromEntries(
    records
      .filter(({ type }) => ['TXT', 'MX', 'CNAME'].includes(type))
      .map(({ name, type, values }) => [
        `${canonical(name)} ${type}`,
        type === 'TXT' ? values.map((value) => ({ strings: stringsOf(value) })) : values,
      ]),
  );
}

/** `"one" "two"`, as Route 53 has it, is one record of two strings. */
const stringsOf = (value: string): string[] =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, '$1'));
