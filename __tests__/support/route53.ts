import { randomUUID } from 'node:crypto';
import type { Route53Service } from '../../packages/sandbox/aws/services/route53';
import type { Deployment } from './deployment';

/**
 * Makes a hosted zone in Route 53, whose TXT and MX records the deployment's DNS server publishes from then on.
 * @returns its id.
 */
export async function hostZone(
  { sandbox, dns }: Pick<Deployment, 'sandbox' | 'dns'>,
  name: string,
): Promise<string> {
  const input = { Name: name, CallerReference: randomUUID() };
  const { HostedZone } = await sandbox.call('route53', 'CreateHostedZone', input);
  const id: string = HostedZone.Id.replace('/hostedzone/', '');
  sandbox.service<Route53Service>('route53').onChange(({ zoneId, records }) => {
    if (zoneId !== id) return;
    const published = records.filter(({ type }) => type === 'TXT' || type === 'MX');
    dns.setZone(
      name,
      Object.fromEntries(
        published.map(({ name: owner, type, values }) => [
          `${owner} ${type}`,
          type === 'TXT' ? values.map(unquoted) : values,
        ]),
      ),
    );
  });
  return id;
}

/** Lists the records of a zone without its own SOA and NS. */
export async function recordSets(
  { sandbox }: Pick<Deployment, 'sandbox'>,
  zoneId: string,
): Promise<{ Name: string; Type: string; ResourceRecords: { Value: string }[] }[]> {
  const { ResourceRecordSets } = await sandbox.call('route53', 'ListResourceRecordSets', {
    HostedZoneId: zoneId,
  });
  return ResourceRecordSets.filter(({ Type }: { Type: string }) => !['SOA', 'NS'].includes(Type));
}

/** `"first" "second"` as the strings of one TXT record. */
const unquoted = (value: string) => ({
  strings: (value.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((text) => JSON.parse(text) as string),
});
