import type { Judgement, TxtAnswer } from './answer';
import { formatEndpoint, type SocketEndpoint } from './endpoint';
import { Inquiry, WITNESSES } from './inquiry';
import type { Round } from './round';

interface HintRequest {
  readonly recordName: string;
  readonly domain: string;
  readonly selector: string;
  /** The zone in which an earlier round has found the record missing. */
  readonly missingIn?: string;
}

/** Where a record ends up that was meant for `<selector>._domainkey.<domain>`. */
const misplacements = (
  { recordName, domain, selector }: HintRequest,
  zones: Iterable<string>,
): ReadonlyMap<string, string> => {
  const doubled = `the name of the zone stands there twice; in a zone file a full name ends with a dot, and in a web form the zone's name is left out`;
  return new Map([
    ...[...new Set([...zones, domain])].map((suffix) => [`${recordName}.${suffix}`, doubled] as const),
    [domain, 'it stands at the domain itself, without the selector'],
    [`_domainkey.${domain}`, 'it stands at _domainkey, without the selector'],
    [`${selector}.${domain}`, 'its name lacks _domainkey'],
  ]);
};

const looksLikeKey = (value: string): boolean =>
  /^\s*"?v\s*=\s*DKIM1\b/.test(value) || /(^|;)\s*p\s*=\s*MI/.test(value);

/**
 * Looks where the record may be instead, while it is not where it should be: asks authoritative servers only, which
 * remember nothing, and in the round that shows it missing.
 */
export class HintSearch {
  private readonly found = new Map<string, TxtAnswer>();
  /** What is asked of one server, since the others most likely have the same; and of a second, should that one be silent. */
  private readonly inquiries = new Map<string, Inquiry>();
  private readonly servers = new Set<string>();
  private readonly offered = new Set<string>();
  private candidate: { readonly endpoint: SocketEndpoint; readonly zone: string } | undefined;
  private readonly zones = new Set<string>();
  private readonly sibling: string;

  constructor(
    private readonly round: Round,
    private readonly request: HintRequest,
    private readonly judge: (answer: TxtAnswer) => Judgement,
    randomLabel: string,
  ) {
    this.sibling = `${randomLabel}._domainkey.${request.domain}`;
  }

  /** A server is asked for a name, so many aliases away from the record's. */
  asked(depth: number, endpoint: SocketEndpoint, zone: string): void {
    // It was missing before: where else it may be is asked in the same breath, of who serves the name.
    const isUseful = depth === 0 && zone === this.request.missingIn;
    if (isUseful && this.round.isResponsive(endpoint)) this.ask(endpoint, zone);
  }

  /** A server has answered for it. */
  answered(depth: number, endpoint: SocketEndpoint, answer: TxtAnswer, zone: string): void {
    if (answer.kind === 'alias') {
      // Who has the alias is worth asking when that leads to nothing.
      if (depth === 0) this.candidate ??= { endpoint, zone };
      return;
    }
    if (this.judge(answer).verdict === 'ready') return;
    const server = depth === 0 ? { endpoint, zone } : this.candidate;
    if (!server) return;
    this.ask(server.endpoint, server.zone);
    // Where nothing answers, no wildcard does.
    if (depth > 0 || answer.kind !== 'none') this.askFor(server.endpoint, this.sibling);
  }

  private ask(endpoint: SocketEndpoint, zone: string): void {
    const server = formatEndpoint(endpoint);
    if (this.servers.size >= WITNESSES && !this.servers.has(server)) return;
    this.servers.add(server);
    if (zone !== '') this.zones.add(zone);
    for (const name of misplacements(this.request, this.zones).keys()) this.askFor(endpoint, name);
  }

  private askFor(endpoint: SocketEndpoint, name: string): void {
    const offer = `${name} ${formatEndpoint(endpoint)}`;
    if (name.length > 253 || this.offered.has(offer)) return;
    this.offered.add(offer);
    const inquiry =
      this.inquiries.get(name) ?? new Inquiry(this.round, (server) => this.isTold(server, name));
    this.inquiries.set(name, inquiry);
    inquiry.offer(endpoint);
  }

  private async isTold(endpoint: SocketEndpoint, name: string): Promise<boolean> {
    const { answer } = await this.round.askForTexts(endpoint, name, 'authoritative');
    if (answer.kind === 'records' || answer.kind === 'alias') this.found.set(name, answer);
    return answer.kind !== 'failure';
  }

  /** Sentences for whoever looks for the mistake, and whether the answer was a wildcard's: the name has no record of its own. */
  hints(): { readonly sentences: readonly string[]; readonly wildcard: boolean } {
    const wildcard = this.found.has(this.sibling);
    const sentences: string[] = [];
    if (wildcard) {
      sentences.push(
        'A wildcard answers for every name there: the record has to be published at the name itself.',
      );
    }
    for (const [name, why] of misplacements(this.request, this.zones)) {
      const answer = this.found.get(name);
      // What a wildcard shows everywhere is misplaced nowhere.
      if (answer?.kind !== 'records' || (wildcard && name !== this.request.domain)) continue;
      if (answer.values.some(looksLikeKey)) sentences.push(`A DKIM record was found at ${name}: ${why}.`);
    }
    return { sentences, wildcard };
  }
}
