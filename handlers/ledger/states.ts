/** Defines the states of a change, and the events that lead from one to the next. docs/architecture.md prints this table. */

/**
 * `none`: nothing is open. `opening`: SES may or may not have been changed. `set`: it has, and the stack has not ended.
 * `waiting`: the change is confirmed, and SES has not verified it. `undoing`: it is being rolled back, or a call that was
 * not answered may still arrive after its rollback.
 */
export type State = 'none' | 'opening' | 'set' | 'waiting' | 'undoing';

export const stateOf = ({ open }: Pick<Stated, 'open'>): State => open?.state ?? 'none';

/** An event of a change. Writes that are not a step of a change (a lease, a check, an audit's observation) have no event. */
export type LedgerEvent = (typeof LEDGER_EVENTS)[number];

export const LEDGER_EVENTS = [
  // A change begins, or takes over the open one.
  'opened',
  // Others have changed SES since.
  'failed',
  // SES has the change.
  'applied',
  // SES had it already.
  'adopted',
  // The whole stack of the change was applied.
  'confirmed',
  // SES reports SUCCESS.
  'verified',
  // A rollback begins, or a call may still arrive after it.
  'reverting',
  // The prior state is restored.
  'reverted',
  // The prior state could not be restored, and the function tries again.
  'rollback-failed',
  // Another stack, whose state the change took over, was destroyed.
  'released',
  'destroying',
  // The baseline is restored.
  'destroyed',
] as const;

/** The last step of a change. */
export interface Step {
  readonly event: LedgerEvent;
  readonly at: number;
}

/** The parts of a ledger that determine the state of its change. */
interface Stated {
  readonly open: { readonly state: State } | null;
  readonly last: Step | null;
}

type Steps = Readonly<Partial<Record<LedgerEvent, readonly State[]>>>;

/** Events that can end or take over a change that SES may have. */
const OPEN: Steps = {
  opened: ['opening'],
  reverted: ['none'],
  destroying: ['undoing'],
};

/** Maps each state to its possible events, and these to the next states. A failure before the opening changes no state. */
export const STEPS: Readonly<Record<State, Steps>> = {
  none: {
    opened: ['opening'],
    adopted: ['none'],
    confirmed: ['none'],
    destroying: ['undoing'],
  },
  opening: {
    ...OPEN,
    reverting: ['undoing'],
    applied: ['set'],
    // A direct call confirms itself.
    confirmed: ['none', 'waiting'],
    'rollback-failed': ['undoing'],
  },
  set: { ...OPEN, confirmed: ['none', 'waiting'], released: ['set'] },
  // Its checks must know that it is being undone before SES is changed.
  waiting: {
    opened: ['opening'],
    destroying: ['undoing'],
    reverting: ['undoing'],
    confirmed: ['none', 'waiting'],
    verified: ['none'],
    failed: ['none'],
  },
  undoing: { ...OPEN, destroyed: ['none'] },
};

/** Checks whether one write of a ledger may follow another. With two clocks, two steps of one kind may have the same time. */
export function isStep(before: Stated, after: Stated): boolean {
  const [from, to] = [stateOf(before), stateOf(after)];
  const { last } = after;
  const isNone = last === null || (last.event === before.last?.event && last.at === before.last.at);
  return (isNone && from === to) || (last !== null && STEPS[from][last.event]?.includes(to) === true);
}
