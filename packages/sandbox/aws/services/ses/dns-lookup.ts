import type { RecordType } from 'dns-packet';
import { ask, type Told } from '../../../dns/ask';
import { endpointOf } from '../../../dns/endpoint';
import type { SoaRecord } from './identity';

/** What a look-up found, in the words of SES's `VerificationInfo.ErrorType` where it failed. */
export type LookupResult =
  | { readonly values: readonly string[] }
  | { readonly failure: 'HOST_NOT_FOUND' | 'TYPE_NOT_FOUND' | 'DNS_SERVER_ERROR' };

export type Lookup = (name: string, type: 'TXT' | 'CNAME') => Promise<LookupResult>;

const MAX_CNAMES = 8;

/**
 * SES's own resolver: asks the given servers (`ip:port`) in turn until one answers, over UDP and then TCP. When the
 * signal is aborted, whatever is under way fails at once.
 */
export function createLookup(servers: readonly string[], signal: AbortSignal): Lookup {
  const askAny = async (name: string, type: 'TXT' | 'CNAME'): Promise<Told | undefined> => {
    for (const server of servers) {
      const answer = await askAsSes(server, name, type, signal);
      if (answer && (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN')) return answer;
    }
    return undefined;
  };

  return async (name, type) => {
    let current = name.toLowerCase();
    for (let hops = 0; hops <= MAX_CNAMES; hops++) {
      const answer = await askAny(current, type);
      if (!answer) return { failure: 'DNS_SERVER_ERROR' };
      const owned = (wanted: string) =>
        answer.answers.filter(
          (record) => record.type === wanted && record.name.toLowerCase() === current,
        ) as any[];
      const records = owned(type);
      if (records.length > 0) return { values: records.map((record) => textOf(record.data)) };
      const alias = owned('CNAME')[0];
      if (!alias) {
        return { failure: answer.rcode === 'NXDOMAIN' ? 'HOST_NOT_FOUND' : 'TYPE_NOT_FOUND' };
      }
      current = String(alias.data).toLowerCase();
    }
    return { failure: 'DNS_SERVER_ERROR' };
  };
}

const askAsSes = (server: string, name: string, type: RecordType, signal: AbortSignal) =>
  ask(endpointOf(server), name, type, { deadlineMs: 1000, signal, recursionDesired: true });

/** The zone's SOA record, from the first server that answers; it may lie above the name. */
export function createSoaLookup(servers: readonly string[], signal: AbortSignal) {
  return async (domain: string): Promise<SoaRecord | undefined> => {
    for (const server of servers) {
      const answer = await askAsSes(server, domain, 'SOA', signal);
      const found: any = [...(answer?.answers ?? []), ...(answer?.authorities ?? [])].find(
        ({ type }) => type === 'SOA',
      );
      if (!found) continue;
      const { mname, rname, serial } = found.data;
      return { PrimaryNameServer: mname, AdminEmail: rname, SerialNumber: serial };
    }
    return undefined;
  };
}

/** A TXT record's strings are one value, joined (RFC 6376 §3.6.2.2). */
const textOf = (data: unknown): string =>
  typeof data === 'string'
    ? data
    : Buffer.concat((data as Buffer[]).map((part) => Buffer.from(part))).toString('latin1');
