/** Which questions a rule is for; what is absent matches all. */
export interface RuleMatch {
  readonly name?: string | RegExp;
  readonly type?: string;
  readonly transport?: 'udp' | 'tcp';
  /** One of the server's addresses, if it has several. */
  readonly serverAddress?: string;
}

/** Describes how a server misbehaves. */
export interface Misbehaviour {
  /** Silence. */
  readonly drop?: boolean;
  readonly delayMs?: number;
  /** Sets TC and leaves the answer out, over UDP. */
  readonly truncate?: boolean;
  readonly rcode?: string;
  /** Octets instead of a DNS message; `true` for some. */
  readonly garbage?: boolean | Buffer;
  readonly wrongId?: boolean;
  /** Answers another question than the one asked. */
  readonly wrongQuestion?: boolean;
  /** Puts the records at another name. */
  readonly wrongOwner?: boolean;
  /** Answers from another port. */
  readonly wrongSource?: boolean;
  /** Sends the first octets only, in the middle of a record. */
  readonly cutAtBytes?: number;
  /** AA of the answer. */
  readonly authoritative?: boolean;
  /** RA of the answer. */
  readonly recursionAvailable?: boolean;
  /** Answers questions that carry EDNS with FORMERR, as old servers do. */
  readonly refuseEdns?: boolean;
}

export interface Rule extends RuleMatch, Misbehaviour {
  /** Share of the questions that it hits, from 0 to 1, as loss does. @default 1 */
  readonly chance?: number;
  /** How many questions it is for. @default all */
  readonly times?: number;
  /** Questions to leave alone first. @default 0 */
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

/** Holds the current rules: the first that applies decides. */
export class Rules {
  private readonly rules: { rule: Rule; seen: number }[] = [];

  add(rule: Rule): void {
    this.rules.push({ rule, seen: 0 });
  }

  clear(): void {
    this.rules.length = 0;
  }

  /** Returns what always happens to such a question, whatever came before. It counts nothing. */
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
