import type { GateSettings } from '../contract/settings/settings';
import type { ServerAnswer } from '../dns/answer';
import type { DnsWorld } from '../dns/ask';
import type { LookUp } from '../dns/lookup';
import type { UnreadTexts } from '../words/gate';

/** Finds the TXT records of a name as a receiver of mail sees them. Rejects if DNS cannot be read. */
export type FindTexts = (name: string) => Promise<readonly string[]>;

/** Settings of the DNS queries, as in the gate. */
export type DnsSettings = Pick<GateSettings, 'nameservers' | 'resolvers'> & {
  readonly mode: 'authoritative' | 'recursive';
};

/**
 * Asks resolvers, as receivers do, or the given name servers if no resolver may be asked. The first answer counts, and each
 * name is asked for once.
 */
export function findTexts(lookUp: LookUp, settings: DnsSettings, world: DnsWorld): FindTexts {
  const { nameservers, resolvers } = settings;
  const mode = resolvers?.length === 0 ? 'authoritative' : 'recursive';
  const known = new Map<string, Promise<readonly string[]>>();
  const find = async (name: string): Promise<readonly string[]> => {
    const request = { name, type: 'TXT', mode, nameservers, resolvers, isOneEnough: true } as const;
    const { servers, problem } = await lookUp(request, world);
    const answer = servers.find((each) => each.problem === undefined) ?? servers[0];
    if (answer === undefined) throw new TextsUnread({ name, nobody: problem });
    if (answer.problem === undefined) return answer.values;
    const alias = servers.find(({ aliasTo }) => aliasTo !== undefined)?.aliasTo;
    // A given server that does not serve a name has no records for it, and the target of an alias may be elsewhere.
    if (mode === 'authoritative' && alias === undefined && servers.some(servesNot)) return [];
    throw new TextsUnread({ name, address: answer.address, problem: answer.problem, alias });
  };
  return (name) => {
    const texts = known.get(name) ?? find(name);
    known.set(name, texts);
    return texts;
  };
}

/** The texts of a name could not be read. */
export class TextsUnread extends Error {
  constructor(readonly facts: UnreadTexts) {
    super(facts.name);
  }
}

const servesNot = ({ rcode, problem }: ServerAnswer): boolean =>
  rcode === 'REFUSED' || problem?.kind === 'lame';
