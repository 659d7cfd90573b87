import { recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { Bootstrap } from './bootstrap';
import { agreed, type Findings } from './conclusion';
import type { Endpoint } from './endpoint';
import type { Exchange } from './exchange';
import { Exploration } from './exploration';
import { HintSearch } from './hints';
import type { ServerVerdict } from './outcome';
import { ResolverStage } from './resolver-stage';
import { Memory, Round } from './round';
import { judgeFindings } from './verdicts';

export interface ProverRequest {
  readonly domain: string;
  readonly selector: string;
  readonly recordName: string;
  readonly expected: RsaPublicKey;
  readonly mode: 'authoritative' | 'recursive';
  /** Empty: discover them. */
  readonly nameservers: readonly Endpoint[];
  readonly resolvers: readonly Endpoint[];
}

export interface ProverWorld {
  readonly exchange: Exchange;
  readonly port: number;
  readonly randomLabel: () => string;
  readonly remainingMs: () => number;
  readonly signal?: AbortSignal;
}

type Authoritative = Pick<Findings, 'servers' | 'zone' | 'problem' | 'warnings'>;

/** One proof: rounds of questions that share what was learnt about silent servers. */
export class Prover {
  private readonly memory = new Memory();
  /** Names are the same in capitals; here they are compared as text. */
  private readonly name: string;

  constructor(
    private readonly request: ProverRequest,
    private readonly world: ProverWorld,
  ) {
    this.name = request.recordName.toLowerCase();
  }

  /** Asks authoritative servers, and only when they agree, resolvers: those remember what was not there. */
  async round(): Promise<Findings> {
    const { mode, recordName, domain, expected, resolvers } = this.request;
    const common = {
      mode,
      recordName,
      domain,
      expectedFingerprint: expected.fingerprint,
      expectedValue: recordValue(expected.spki),
      bogus: 0,
      hints: [],
    };
    const authoritative = mode === 'authoritative' ? await this.askAuthoritative() : undefined;
    if (authoritative && (!agreed(authoritative.servers) || resolvers.length === 0)) {
      return { ...common, ...authoritative };
    }
    const round = this.newRound();
    const stage = new ResolverStage(round, resolvers, this.name, expected);
    stage.begin(mode === 'authoritative');
    await this.finish(round);
    const { servers, bogus, warnings } = stage.verdicts();
    return {
      ...common,
      zone: authoritative?.zone,
      servers: [...(authoritative?.servers ?? []), ...servers],
      bogus,
      warnings: [...new Set([...(authoritative?.warnings ?? []), ...warnings])],
    };
  }

  private async askAuthoritative(): Promise<Authoritative> {
    const { expected, nameservers, resolvers } = this.request;
    const round = this.newRound();
    const network = { round, bootstrap: new Bootstrap(round, resolvers), port: this.world.port };
    const exploration = new Exploration(network, nameservers, resolvers.length > 0);
    exploration.begin(this.name);
    await this.finish(round);
    const names = exploration.results();
    const own = names.get(this.name);
    const problem =
      own?.findings.length === 0 ? (own.problem ?? 'time was up before anybody had answered.') : undefined;
    return { ...judgeFindings(names, expected), zone: own?.zone, problem };
  }

  /** Looks for the likely mistake behind findings that are not ready, and adds it. */
  async explain(findings: Findings): Promise<Findings> {
    const { mode, recordName, domain, selector } = this.request;
    if (mode === 'recursive' || agreed(findings.servers.filter(({ role }) => role === 'authoritative')))
      return findings;
    const round = this.newRound();
    const request = { recordName, domain, selector, zone: findings.zone };
    const search = new HintSearch(round, request, findings.servers, this.world.randomLabel());
    if (!search.begin()) return findings;
    await this.finish(round);
    const { sentences, wildcard } = search.hints();
    return {
      ...findings,
      servers: wildcard ? findings.servers.map(withoutWildcard) : findings.servers,
      hints: [...findings.hints, ...sentences],
    };
  }

  private newRound(): Round {
    return new Round(this.world.exchange, this.memory);
  }

  private finish(round: Round): Promise<void> {
    return round.finish(this.world.remainingMs(), this.world.signal);
  }
}

/** What a wildcard answers is not the record: it goes away when the record comes. */
const withoutWildcard = (server: ServerVerdict): ServerVerdict =>
  server.role === 'authoritative' && (server.verdict === 'invalid' || server.verdict === 'other-value')
    ? {
        ...server,
        verdict: 'missing',
        reason: 'has no record at the name, only a wildcard that answers for it',
      }
    : server;
