import type { RecordType } from 'dns-packet';
import { ask } from '../../../dns/ask';
import { endpointOf } from '../../../dns/endpoint';
import type { ZoneAnswer } from '../../../dns/zone';

/** Holds the result of a look-up. A failure is named as in SES's `VerificationInfo.ErrorType`. */
export type LookupResult =
  | { readonly values: readonly string[] }
  | { readonly failure: 'HOST_NOT_FOUND' | 'TYPE_NOT_FOUND' | 'DNS_SERVER_ERROR' };

/** `VerificationInfo.SOARecord`. */
export interface SoaRecord {
  readonly PrimaryNameServer: string;
  readonly AdminEmail: string;
  readonly SerialNumber: number;
}

const MAX_CNAMES = 8;

/** SES's own resolver. */
export interface Lookup {
  records(name: string, type: 'TXT' | 'CNAME' | 'MX'): Promise<LookupResult>;
  /** Returns the zone's SOA record, which may lie above the name. It identifies the zone and its serial number. */
  soa(domain: string): Promise<SoaRecord | undefined>;
}

/**
 * Makes a resolver that asks the given servers (`ip:port`) in turn, over UDP and then TCP, until one answers. When the
 * signal is aborted, every running look-up fails at once.
 */
export function createLookup(servers: readonly string[], signal: AbortSignal): Lookup {
  const askAny = async (name: string, type: RecordType): Promise<ZoneAnswer | undefined> => {
    for (const server of servers) {
      const patience = { deadlineMs: 1000, signal, recursionDesired: true };
      const answer = await ask(endpointOf(server), name, type, patience);
      if (answer && (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN')) return answer;
    }
    return undefined;
  };
  return {
    async records(name, type) {
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
        if (!alias) return { failure: answer.rcode === 'NXDOMAIN' ? 'HOST_NOT_FOUND' : 'TYPE_NOT_FOUND' };
        current = String(alias.data).toLowerCase();
      }
      return { failure: 'DNS_SERVER_ERROR' };
    },
    async soa(domain) {
      const { answers = [], authorities = [] } = (await askAny(domain, 'SOA')) ?? {};
      const found: any = [...answers, ...authorities].find(({ type }) => type === 'SOA');
      if (!found) return undefined;
      const { mname, rname, serial } = found.data;
      return { PrimaryNameServer: mname, AdminEmail: rname, SerialNumber: serial };
    },
  };
}

/** Returns a record's data as text: the joined strings of TXT (RFC 6376 §3.6.2.2), or the two fields of MX. */
function textOf(data: any): string {
  if (data.exchange !== undefined) return `${data.preference} ${data.exchange}`;
  if (typeof data === 'string') return data;
  return Buffer.concat((data as Buffer[]).map((part) => Buffer.from(part))).toString('latin1');
}
