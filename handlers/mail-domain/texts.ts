import type { GateSettings } from '../contract';
import type { DnsWorld, Lookup, LookupRequest, ServerAnswer } from '../dns/lookup';

/** What DNS has at a name, as somebody sees it who receives mail. */
export type Texts =
  | { readonly values: readonly string[]; readonly exists: boolean }
  /** Continues after a colon. */
  | { readonly problem: string };

export type FindTexts = (name: string) => Promise<Texts>;

export type LookUp = (request: LookupRequest, world: DnsWorld) => Promise<Lookup>;

/** How DNS is asked, as the gate asks it. */
export type DnsSettings = Pick<GateSettings, 'nameservers' | 'resolvers'> & {
  readonly mode: 'authoritative' | 'recursive';
};

/** Servers that were given and do not serve a name have nothing there. */
const servesNot = ({ rcode, problem }: ServerAnswer): boolean =>
  rcode === 'REFUSED' || problem?.kind === 'lame';

/** Asks resolvers, as receivers do; where none may be asked, the name servers that were given. */
export const findTexts =
  (lookUp: LookUp, { nameservers, resolvers }: DnsSettings, world: DnsWorld): FindTexts =>
  async (name) => {
    const isClosed = resolvers?.length === 0;
    if (isClosed && nameservers === undefined) return { problem: 'there is no resolver to ask' };
    const mode = isClosed ? 'authoritative' : 'recursive';
    const { servers, problem } = await lookUp({ name, type: 'TXT', mode, nameservers, resolvers }, world);
    const answer = servers.find((server) => server.problem === undefined);
    if (answer) return { values: answer.values, exists: answer.rcode !== 'NXDOMAIN' };
    if (isClosed && servers.some(servesNot)) return { values: [], exists: false };
    const [first] = servers;
    return {
      problem: first ? `${first.name ?? first.address} ${first.reason}` : (problem ?? 'nobody answers'),
    };
  };
