import { readTxtReply, type TxtAnswer } from './answer';
import { type Endpoint, parseEndpoint } from './endpoint';
import type { ServerVerdict } from './outcome';
import type { Round } from './round';

export interface HintRequest {
  readonly recordName: string;
  readonly domain: string;
  readonly selector: string;
  readonly zone?: string;
}

/** What the extra questions showed. */
export interface Hints {
  /** Sentences for whoever looks for the mistake. */
  readonly sentences: readonly string[];
  /** The answer was a wildcard's: the name has no record of its own. */
  readonly wildcard: boolean;
}

/** So many servers are asked; what they have, the others most likely have too. */
const ASKED_SERVERS = 2;

/** Where a record ends up that was meant for `<selector>._domainkey.<domain>`. */
const misplacements = ({ recordName, domain, selector, zone }: HintRequest): ReadonlyMap<string, string> => {
  const doubled = `the name of the zone stands there twice; in a zone file a full name ends with a dot, and in a web form the zone's name is left out`;
  return new Map([
    ...[zone ?? domain, domain].map((suffix) => [`${recordName}.${suffix}`, doubled] as const),
    [domain, 'it stands at the domain itself, without the selector'],
    [`_domainkey.${domain}`, 'it stands at _domainkey, without the selector'],
    [`${selector}.${domain}`, 'its name lacks _domainkey'],
  ]);
};

const looksLikeKey = (value: string): boolean =>
  /^\s*"?v\s*=\s*DKIM1\b/.test(value) || /(^|;)\s*p\s*=\s*MI/.test(value);

/** Which authoritative servers are asked further: some that answered. */
const worthAsking = (servers: readonly ServerVerdict[]): readonly Endpoint[] =>
  servers
    .filter(({ role, verdict }) => role === 'authoritative' && verdict !== 'unreachable')
    .slice(0, ASKED_SERVERS)
    .flatMap(({ address }) => parseEndpoint(address) ?? []);

/**
 * Looks where the record may be instead, when it is not where it should be: asks authoritative servers only, which
 * remember nothing.
 */
export class HintSearch {
  private readonly found = new Map<string, TxtAnswer>();
  private readonly sibling: string;

  constructor(
    private readonly round: Round,
    private readonly request: HintRequest,
    private readonly servers: readonly ServerVerdict[],
    randomLabel: string,
  ) {
    this.sibling = `${randomLabel}._domainkey.${request.domain}`;
  }

  /** @returns whether there was anybody to ask */
  begin(): boolean {
    const endpoints = worthAsking(this.servers);
    const names = [...misplacements(this.request).keys(), this.sibling];
    for (const endpoint of endpoints) {
      for (const name of names) {
        this.round.tasks.run(true, async () => {
          const result = await this.round.ask(endpoint, { name, type: 'TXT', recursionDesired: false });
          if (!('reply' in result)) return;
          const answer = readTxtReply(result.reply, name, 'authoritative');
          if (answer.kind === 'records' || answer.kind === 'alias') this.found.set(name, answer);
        });
      }
    }
    return endpoints.length > 0;
  }

  hints(): Hints {
    const wildcard = this.found.has(this.sibling);
    const sentences: string[] = [];
    if (wildcard) {
      sentences.push(
        'A wildcard answers for every name there: the record has to be published at the name itself.',
      );
    }
    for (const [name, why] of misplacements(this.request)) {
      const answer = this.found.get(name);
      // What a wildcard shows everywhere is misplaced nowhere.
      if (answer?.kind !== 'records' || (wildcard && name !== this.request.domain)) continue;
      if (answer.values.some(looksLikeKey)) sentences.push(`A DKIM record was found at ${name}: ${why}.`);
    }
    return { sentences, wildcard };
  }
}
