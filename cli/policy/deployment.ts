import { publishesMailFrom } from '../../constructs/check-identity-props';
import { namesOf, partitionOf } from '../../constructs/names';
import type { Deployment, Zones } from '../../constructs/roles';
import { delegatedName, recordName } from '../../handlers/contract';
import {
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  regionsOf,
} from '../../list/domain-list';
import { usageError } from '../cli-error';
import { functionNameOf } from '../domain-list';

/** Returns the names of a deployment, as far as the list has them; `*` stands for the others. */
export function deploymentOf(
  list: DomainList | undefined,
  options: {
    readonly account?: string;
    readonly region?: string;
    readonly function?: string;
    readonly sendersBoundary?: string;
  },
): Deployment {
  if (options.account !== undefined && !/^\d{12}$/.test(options.account))
    throw usageError(`--account: found ${options.account}, expected 12 digits.`);
  const regions = options.region === undefined ? (list ? regionsOf(list) : []) : [options.region];
  const region = regions.length === 1 ? regions[0]! : '*';
  const functionName = options.function ?? functionNameOf(list);
  const domains = list?.domains ?? [];
  const bucket = keyStoreBucketOf(list?.control ?? {}).name ?? `${namesOf(functionName).bucketPrefix}*`;
  return {
    partition: partitionOf(regions[0]),
    region,
    account: options.account ?? '*',
    functionName,
    bucket: inRegion(bucket, region),
    kmsKeyArn: list?.control.keyStore?.kmsKeyArn,
    topics: Object.values(list?.control.topics ?? {}).includes('create'),
    dashboard: list?.control.dashboard === true,
    state: list?.backend.type === 's3' ? list.backend : undefined,
    ...zonesOf(domains.filter(({ record }) => record?.roleArn === undefined)),
    elsewhere: {
      ...zonesOf(domains.filter(({ record }) => record?.roleArn !== undefined)),
      roleArns: named(domains, ({ record }) => record?.roleArn),
    },
    sharedIdentities: named(domains, ({ senders, domain }) => senders && domain),
    managedIdentities: [
      ...new Set(domains.filter(({ identity }) => identity !== 'existing').map(({ domain }) => domain)),
    ],
    sendEmailRoles: [...new Set(domains.flatMap(({ sendEmailRoles = [] }) => sendEmailRoles))],
    sendersBoundary: options.sendersBoundary,
    configurationSets: named(domains, ({ configurationSetName }) => configurationSetName),
  };
}

function zonesOf(domains: readonly ListedDomain[]): Zones {
  const withMailFrom = domains.filter(
    (each) => each.mailFrom?.subdomain !== undefined && publishesMailFrom(each),
  );
  return {
    hostedZoneIds: named(domains, ({ record }) => record?.hostedZoneId),
    recordNames: named(domains, ({ domain, record }) => {
      if (record?.hostedZoneId === undefined) return undefined;
      return record.delegation ? delegatedName(domain, '*', record.delegation) : recordName(domain, '*');
    }),
    mailFrom: {
      domains: named(withMailFrom, ({ domain, mailFrom }) => `${mailFrom?.subdomain}.${domain}`),
      hostedZoneIds: named(withMailFrom, ({ record }) => record?.hostedZoneId),
    },
  };
}

const named = (
  domains: readonly ListedDomain[],
  of: (domain: ListedDomain) => string | undefined,
): string[] => [...new Set(domains.flatMap((domain) => of(domain) ?? []))];
