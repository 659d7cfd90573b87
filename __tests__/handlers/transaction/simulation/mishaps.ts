import fc from 'fast-check';

/** The calls that a mishap can strike, by the name of their operation. */
const STRIKES = {
  sets: /^ses:Put/,
  observes: /^ses:Get/,
  writes: /^s3:Put/,
  reads: /^s3:Get/,
  arms: /^scheduler:Create/,
  disarms: /^scheduler:Delete/,
  asks: /^dns:/,
  claims: /^lambda:Invoke Baseline/,
  signs: /^lambda:Invoke Signing/,
  confirms: /^lambda:Invoke Confirmation/,
  invokes: /^lambda:Invoke/,
} as const;

export type Strikes = keyof typeof STRIKES;

/** What becomes of one call. */
export interface Mishap {
  readonly call: Strikes;
  /** The how-many-th of these calls. */
  readonly nth: number;
  /**
   * `killed`: the function's process ends. `lost`: attempts are not answered, and the SDK repeats them, up to four times.
   * `slow`: it takes long. `refused`: IAM allows none of these calls for a while. `stale`: an SES read is older than that.
   * `conflict`: S3 is busy with another conditional write. `unknown`: Scheduler does not know a schedule that it has just
   * taken. `twice`: sent once more while the first one still runs.
   */
  readonly kind: 'killed' | 'lost' | 'slow' | 'stale' | 'conflict' | 'unknown' | 'twice' | 'refused';
  /** Whether what was sent without an answer takes effect. */
  readonly reaches: 'never' | 'at once' | 'late';
  /** Attempts that are lost. */
  readonly tries: number;
  /** How long it takes: to time out, to answer, to arrive late, to be allowed; by how much a read is old. */
  readonly seconds: number;
}

/** Lambda gives an event up after three attempts: if each is killed, or cannot arm, nobody is left to arm it again. */
const MOST_ENDED = 2;

/** How many attempts of an event a mishap can end. */
function attemptsEnded({ call, kind, tries }: Mishap): number {
  if (kind === 'killed') return 1;
  if (call !== 'arms') return 0;
  return kind === 'refused' ? 2 : Number(kind === 'lost' && tries === 4);
}

const mishap = (theme: RegExp): fc.Arbitrary<Mishap> =>
  fc.constantFrom(...KINDS.filter(([call]) => theme.test(call))).chain(([call, kind, last]) =>
    fc.record({
      call: fc.constant(call),
      nth: fc.integer({ min: 1, max: last }),
      kind: fc.constant(kind),
      reaches: fc.constantFrom('never', 'at once', 'late'),
      tries: fc.constantFrom(1, 2, 4),
      seconds: fc.constantFrom(1, 4, 7, 20, 45, 90),
    }),
  );

/** Which mishaps strike which calls, and among how many. */
const KINDS: readonly (readonly [Strikes, Mishap['kind'], number])[] = [
  ['sets', 'killed', 6],
  ['sets', 'killed', 4],
  ['sets', 'lost', 6],
  ['sets', 'lost', 4],
  ['sets', 'slow', 6],
  ['sets', 'refused', 6],
  ['observes', 'refused', 12],
  ['writes', 'refused', 20],
  ['reads', 'refused', 20],
  ['arms', 'refused', 4],
  ['disarms', 'refused', 4],
  ['observes', 'killed', 12],
  ['observes', 'lost', 12],
  ['observes', 'stale', 12],
  ['observes', 'stale', 6],
  ['observes', 'stale', 6],
  ['observes', 'stale', 3],
  ['writes', 'killed', 20],
  ['writes', 'killed', 10],
  ['writes', 'lost', 20],
  ['writes', 'lost', 10],
  ['writes', 'slow', 20],
  ['writes', 'conflict', 20],
  ['reads', 'lost', 20],
  ['reads', 'slow', 20],
  ['arms', 'killed', 4],
  ['arms', 'lost', 4],
  ['arms', 'lost', 2],
  ['disarms', 'lost', 4],
  ['disarms', 'unknown', 4],
  ['asks', 'killed', 4],
  ['asks', 'slow', 4],
  ['invokes', 'lost', 12],
  ['invokes', 'twice', 12],
  ['claims', 'lost', 2],
  ['claims', 'twice', 3],
  ['signs', 'lost', 3],
  ['signs', 'twice', 3],
  ['confirms', 'lost', 2],
  ['confirms', 'lost', 4],
];

/** What goes wrong in a schedule is often of one kind, so that pairs of such mishaps meet. */
const THEMES = [
  /^/,
  /^/,
  /^(claims|signs|confirms|invokes)$/,
  /^(sets|observes|arms|disarms)$/,
  /^(reads|writes|sets)$/,
];

export const mishaps = (): fc.Arbitrary<Mishap[]> =>
  fc.constantFrom(...THEMES).chain((theme) =>
    fc.array(mishap(theme), { maxLength: 5, size: 'max' }).map((all) => {
      let ended = 0;
      return all.filter((each) => {
        const more = attemptsEnded(each);
        if (ended + more > MOST_ENDED) return false;
        ended += more;
        return true;
      });
    }),
  );

/** Counts calls, and says which of them a mishap strikes. */
export class Mishaps {
  private readonly seen = new Map<Strikes, number>();
  /** What IAM refuses now. */
  private readonly refused = new Map<Strikes, { readonly mishap: Mishap; readonly until: number }>();
  private next: Mishap | undefined;

  constructor(private readonly planned: readonly Mishap[]) {}

  /** Strikes the next one of its calls, or the how-many-th from now on, whatever else is planned. */
  strikeNext(mishap: Omit<Mishap, 'nth'>, nth = 1): void {
    this.next = { ...mishap, nth: (this.seen.get(mishap.call) ?? 0) + nth };
  }

  of(action: string, now: number): Mishap | undefined {
    const [call] = (Object.keys(STRIKES) as Strikes[]).filter((each) => STRIKES[each].test(action));
    if (call === undefined) return undefined;
    const nth = (this.seen.get(call) ?? 0) + 1;
    this.seen.set(call, nth);
    const mishap = [this.next, ...this.planned].find((each) => each?.call === call && each.nth === nth);
    if (mishap?.kind === 'refused') this.refused.set(call, { mishap, until: now + mishap.seconds * 1000 });
    const refused = this.refused.get(call);
    return refused && now < refused.until ? refused.mishap : mishap;
  }
}
