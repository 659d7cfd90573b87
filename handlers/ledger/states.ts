/** The states of a change, and the events that lead from one to the next. docs/architecture.md prints this table. */

/**
 * `none`: nothing is open. `opening`: SES may or may not have been changed. `set`: it has, and the stack has not ended.
 * `waiting`: the change is confirmed, and SES has not verified it. `undoing`: it is being rolled back, or a call that was
 * not answered may still arrive after its rollback.
 */
export type State = 'none' | 'opening' | 'set' | 'waiting' | 'undoing';

export const stateOf = ({ open }: Pick<Stated, 'open'>): State => open?.state ?? 'none';

/** What happens to a change. Writes that are no step of one (a lease, a check, what an audit has seen) have no event. */
export type LedgerEvent = keyof typeof EVENTS;

/** What each event means, for the docs. */
export const EVENTS = {
  opened: 'a change begins, or takes over the open one',
  failed: 'others have changed SES since',
  applied: 'SES has it',
  adopted: 'SES had it already',
  confirmed: 'its stack has reached its end',
  verified: 'SES says SUCCESS',
  reverting: 'a rollback begins, or a call may still arrive after it',
  reverted: 'the prior state is restored',
  'rollback-failed': 'it could not be restored, and is tried again',
  released: 'another stack, whose state it took over, was destroyed',
  destroying: 'a destroy begins',
  destroyed: 'the baseline is restored',
} as const;

/** The last step of a change. */
export interface Step {
  readonly event: LedgerEvent;
  readonly at: number;
}

/** What of a ledger says in which state its change is. */
interface Stated {
  readonly open: { readonly state: State } | null;
  readonly last: Step | null;
}

type Steps = Readonly<Partial<Record<LedgerEvent, readonly State[]>>>;

/** How a change can end or be taken over that SES may have. */
const OPEN: Steps = {
  opened: ['opening'],
  reverted: ['none'],
  destroying: ['undoing'],
};

/** Maps each state to the events that may happen, and those to the next states. A failure before the opening changes none. */
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
  // Its checks must know that it is undone, before SES is changed.
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

/** Whether one write of a ledger may follow another. By two clocks, two steps of one kind may have one time. */
export function isStep(before: Stated, after: Stated): boolean {
  const [from, to] = [stateOf(before), stateOf(after)];
  const { last } = after;
  const isNone = last === null || (last.event === before.last?.event && last.at === before.last.at);
  return (isNone && from === to) || (last !== null && STEPS[from][last.event]?.includes(to) === true);
}
