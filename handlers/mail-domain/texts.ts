import type { GateSettings } from '../contract';
import { defaultResolvers } from '../dns/endpoint';
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

/**
 * Asks resolvers, as receivers do; where none may be asked, the name servers that were given. The first answer counts, and
 * each name is asked for once.
 */
export function findTexts(lookUp: LookUp, settings: DnsSettings, world: DnsWorld): FindTexts {
  const known = new Map<string, Promise<Texts>>();
  return (name) => {
    const texts = known.get(name) ?? firstTexts(lookUp, requestsFor(name, settings), world);
    known.set(name, texts);
    return texts;
  };
}

/** One request for each server. */
function requestsFor(name: string, { nameservers = [], resolvers }: DnsSettings): readonly LookupRequest[] {
  const question = { name, type: 'TXT' } as const;
  return resolvers?.length === 0
    ? nameservers.map((each) => ({ ...question, mode: 'authoritative', nameservers: [each], resolvers }))
    : (resolvers ?? defaultResolvers()).map((each) => ({
        ...question,
        mode: 'recursive',
        resolvers: [each],
      }));
}

async function firstTexts(
  lookUp: LookUp,
  requests: readonly LookupRequest[],
  world: DnsWorld,
): Promise<Texts> {
  if (requests.length === 0) return { problem: 'there is no resolver to ask' };
  const answered = new AbortController();
  const signal = AbortSignal.any([answered.signal, ...(world.signal ? [world.signal] : [])]);
  const attempts = requests.map(async (request): Promise<Texts> => {
    const { servers, problem } = await lookUp(request, { ...world, signal });
    const [server] = servers;
    if (server && server.problem === undefined)
      return { values: server.values, exists: server.rcode !== 'NXDOMAIN' };
    // A server that was given and does not serve a name has nothing there.
    if (server && request.mode === 'authoritative' && servesNot(server)) return { values: [], exists: false };
    throw new Error(server ? `${server.address} ${server.reason}` : (problem ?? 'nobody answers'));
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    world.signal?.throwIfAborted();
    const [first] = (error as AggregateError).errors as readonly Error[];
    return { problem: first!.message };
  } finally {
    answered.abort();
  }
}

const servesNot = ({ rcode, problem }: ServerAnswer): boolean =>
  rcode === 'REFUSED' || problem?.kind === 'lame';
