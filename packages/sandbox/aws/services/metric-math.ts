import { AwsError } from '../../contract/service';

/** The value of a time series at the start of a period; undefined if it has no data point there. */
export type Series = (start: Date) => number | undefined;

type Metrics = Readonly<Record<string, Series>>;
type Operation = (left: number, right: number) => number;

/** A part of an expression: a time series, or a number, which has the same value everywhere. */
interface Part {
  readonly isSeries: boolean;
  at(metrics: Metrics, start: Date): number | undefined;
}

/** By precedence, the weakest first. */
const OPERATIONS: readonly Readonly<Record<string, Operation>>[] = [
  { '<=': (left, right) => Number(left <= right) },
  { '+': (left, right) => left + right },
  { '*': (left, right) => left * right },
];

/** Parts of the start of a period, in UTC. */
const DATE_PARTS: Readonly<Record<string, (start: Date) => number>> = {
  DATE: (start) => start.getUTCDate(),
  MONTH: (start) => start.getUTCMonth() + 1,
  YEAR: (start) => start.getUTCFullYear(),
};

const TOKEN = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|[=<>!]+|[-+*/^(),])\s*/y;

/**
 * Reads an expression of metric math (user guide, "Using math expressions with CloudWatch metrics"), as far as the project uses
 * it, and returns what computes it.
 * @param ids those of the metrics
 * @throws AwsError ValidationError
 */
export function readExpression(text: string, ids: readonly string[]): (metrics: Metrics) => Series {
  const part = new Reader(text, ids).whole();
  if (!part.isSeries) throw invalid(text, 'the result must be a time series');
  return (metrics) => (start) => part.at(metrics, start);
}

class Reader {
  private readonly tokens: readonly string[];
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly ids: readonly string[],
  ) {
    this.tokens = tokensOf(text);
  }

  whole(): Part {
    const part = this.operation(0);
    if (this.next < this.tokens.length) throw this.unexpected();
    return part;
  }

  private operation(level: number): Part {
    const operations = OPERATIONS[level];
    if (operations === undefined) return this.operand();
    let left = this.operation(level + 1);
    for (;;) {
      const run = operations[this.tokens[this.next] ?? ''];
      if (run === undefined) return left;
      this.next += 1;
      left = combined(left, this.operation(level + 1), run);
    }
  }

  private operand(): Part {
    const token = this.tokens[this.next] ?? '';
    this.next += 1;
    if (/^\d/.test(token)) return { isSeries: false, at: () => Number(token) };
    if (token === '(') {
      const inner = this.operation(0);
      this.take(')');
      return inner;
    }
    if (this.ids.includes(token)) return series((metrics, start) => metrics[token]!(start));
    if (this.tokens[this.next] === '(') return this.applied(token);
    this.next -= 1;
    throw this.unexpected();
  }

  private applied(name: string): Part {
    const given: Part[] = [];
    do {
      this.next += 1;
      given.push(this.operation(0));
    } while (this.tokens[this.next] === ',');
    this.take(')');
    const part = apply(name, given);
    if (part === undefined) throw invalid(this.text, `${name} with these arguments is not supported`);
    return part;
  }

  private take(expected: string): void {
    if (this.tokens[this.next] !== expected) throw this.unexpected();
    this.next += 1;
  }

  private unexpected(): AwsError {
    return invalid(this.text, `unexpected ${this.tokens[this.next] ?? 'end'}`);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw invalid(text, `unexpected ${text[from]}`);
    tokens.push(found[1]!);
  }
  return tokens;
}

const series = (at: Part['at']): Part => ({ isSeries: true, at });

/** Combines two parts. A missing data point counts as 0 if the other series has one. */
const combined = (left: Part, right: Part, run: Operation): Part => ({
  isSeries: left.isSeries || right.isSeries,
  at: (metrics, start) => {
    const values = [left, right].filter(({ isSeries }) => isSeries).map((part) => part.at(metrics, start));
    if (values.length > 0 && values.every((value) => value === undefined)) return undefined;
    return run(left.at(metrics, start) ?? 0, right.at(metrics, start) ?? 0);
  },
});

/** Returns the result of a function, or undefined for one that the project does not use. */
function apply(name: string, given: readonly Part[]): Part | undefined {
  const kinds = given.map(({ isSeries }) => (isSeries ? 'TS' : 'S')).join(' ');
  const [first, second, third] = given as [Part, Part, Part];
  const datePart = DATE_PARTS[name];
  // The series has a value at each period, whether the metric has one or not.
  if (datePart && kinds === 'TS') return series((_metrics, start) => datePart(start));
  if (name === 'FILL' && kinds === 'TS S')
    return series((metrics, start) => first.at(metrics, start) ?? second.at(metrics, start));
  if (name === 'IF' && /^TS T?S T?S$/.test(kinds)) return chosen(first, second, third);
  return undefined;
}

/** Chooses by a condition. A missing data point is 0 where the condition holds, and missing where it does not. */
const chosen = (condition: Part, holds: Part, fails: Part): Part =>
  series((metrics, start) => {
    const decision = condition.at(metrics, start);
    if (decision === undefined) return undefined;
    return decision === 0 ? fails.at(metrics, start) : (holds.at(metrics, start) ?? 0);
  });

const invalid = (expression: string, why: string): AwsError =>
  new AwsError('ValidationError', `Invalid metrics list: error in expression '${expression}': ${why}.`);
