import { type Alias, aliasesOf, type DnsRecord, dnsRecord } from '../handlers/dkim-key/dns-record';
import type { RsaPublicKey } from '../handlers/key/public-key';
import type { Cli } from './command';
import type { KeyOptions } from './given-key';
import { keyOfRecord, readGivenKey } from './given-key';
import { askFunction, eventFields, functionOf, type Target } from './target';

/** An alias that the DNS team of a delegated domain publishes once, in the forms of a record. */
type AliasForms = ReturnType<typeof aliasForms>;

const aliasForms = ({ name, target }: Alias) => {
  const ttlSeconds = 3600;
  const zoneFile = `${name}. ${ttlSeconds} IN CNAME ${target}.`;
  return { name, type: 'CNAME', ttlSeconds, value: target, zoneFile, route53: `${target}.` } as const;
};

/** The record to publish, its key, and its source. */
export interface KnownRecord {
  readonly key: RsaPublicKey;
  readonly record: Omit<DnsRecord, 'createdAt' | 'dueAt'> & { readonly aliases?: readonly AliasForms[] };
  /** In words, e.g. `function ses-byodkim in ap-northeast-1`. */
  readonly source: string;
  readonly warnings: readonly string[];
}

/** Finds the record of the key that was given; else of the private key in S3, from the function. @throws CliError */
export async function findRecord(
  cli: Cli,
  target: Target,
  selector: string,
  options: KeyOptions,
): Promise<KnownRecord> {
  const given = await readGivenKey(cli.world, options);
  if (given) return known(target, selector, given, 'the command line');
  const title = `Asking for the record of ${selector} of ${target.domain}`;
  const answer = await askFunction(cli, target, 'record', eventFields(target, selector), title);
  const { functionName, region } = functionOf(target);
  const source = `function ${functionName} in ${region}`;
  const key = keyOfRecord(answer.record.value, source);
  return { ...known(target, selector, key, source), warnings: answer.warnings };
}

function known(
  { domain, region, listed }: Target,
  selector: string,
  key: RsaPublicKey,
  source: string,
): KnownRecord {
  const request = { domain, selector, region, mailFrom: listed?.mailFrom };
  const { createdAt: _, dueAt: __, ...record } = dnsRecord(request, key, 0);
  const delegation = listed?.record?.delegation;
  const aliases = delegation && aliasesOf(domain, delegation).map(aliasForms);
  return { key, record: { ...record, ...(aliases && { aliases }) }, source, warnings: [] };
}
