/** Selects the questions of a rule. An absent property matches all. */
export interface RuleMatch {
  readonly name?: string | RegExp;
  readonly type?: string;
  readonly transport?: 'udp' | 'tcp';
  /** One of the server's addresses, if it has several. */
  readonly serverAddress?: string;
}

/** Describes how a server misbehaves. */
export interface Misbehaviour {
  /** Sends no answer. */
  readonly drop?: boolean;
  readonly delayMs?: number;
  /** Sets TC and leaves the answer out, over UDP. */
  readonly truncate?: boolean;
  readonly rcode?: string;
  /** Sends octets instead of a DNS message; `true` for any. */
  readonly garbage?: boolean | Buffer;
  readonly wrongId?: boolean;
  /** Answers a question other than the one asked. */
  readonly wrongQuestion?: boolean;
  /** Puts the records at a different name. */
  readonly wrongOwner?: boolean;
  /** Answers from a different port. */
  readonly wrongSource?: boolean;
  /** Sends only the first octets, cutting a record in the middle. */
  readonly cutAtBytes?: number;
  /** The AA flag of the answer. */
  readonly authoritative?: boolean;
  /** The RA flag of the answer. */
  readonly recursionAvailable?: boolean;
  /** Answers questions that carry EDNS with FORMERR, as old servers do. */
  readonly refuseEdns?: boolean;
}

export interface Rule extends RuleMatch, Misbehaviour {
  /**
   * Share of the questions to hit, from 0 to 1, like packet loss.
   * @default 1
   */
  readonly chance?: number;
  /**
   * Number of questions to hit.
   * @default all
   */
  readonly times?: number;
  /**
   * Number of questions to leave alone first.
   * @default 0
   */
  readonly skip?: number;
}

export interface RuledQuestion {
  readonly name: string;
  readonly type: string;
  readonly transport: string;
  readonly serverAddress: string;
}

export const applies = (rule: RuleMatch, question: RuledQuestion): boolean =>
  (rule.name === undefined ||
    (rule.name instanceof RegExp
      ? rule.name.test(question.name)
      : rule.name.toLowerCase() === question.name.toLowerCase())) &&
  (rule.type === undefined || rule.type === question.type) &&
  (rule.transport === undefined || rule.transport === question.transport) &&
  (rule.serverAddress === undefined || rule.serverAddress === question.serverAddress);

/** Holds the current rules, of which the first that applies decides. */
export class Rules {
  private readonly rules: { rule: Rule; seen: number }[] = [];

  add(rule: Rule): void {
    this.rules.push({ rule, seen: 0 });
  }

  clear(): void {
    this.rules.length = 0;
  }

  /** Returns the misbehaviour that meets every such question, regardless of earlier ones. It counts nothing. */
  always(question: RuledQuestion): Misbehaviour {
    const rule = this.rules.map((entry) => entry.rule).find((one) => applies(one, question));
    const { chance, times, skip } = rule ?? {};
    return rule && chance === undefined && times === undefined && skip === undefined ? rule : {};
  }

  for(question: RuledQuestion): Misbehaviour {
    for (const entry of this.rules) {
      if (!applies(entry.rule, question)) continue;
      if (entry.rule.chance !== undefined && Math.random() >= entry.rule.chance) continue;
      entry.seen += 1;
      const { skip = 0, times = Number.POSITIVE_INFINITY } = entry.rule;
      if (entry.seen > skip && entry.seen <= skip + times) return entry.rule;
    }
    return {};
  }
}
