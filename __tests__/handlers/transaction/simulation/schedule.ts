import fc from 'fast-check';
import type { ApplyOptions, Kind } from '../../../support/terraform';
import { type Mishap, mishaps } from './mishaps';

export const SELECTORS = ['s1', 's2', 's3'] as const;
/** What a person sets; its key lies in S3, and its record is published. */
export const BY_HAND = 's9';
export const ALL = [...SELECTORS, BY_HAND];

export type Action =
  | {
      readonly does: 'apply';
      readonly selector: string;
      readonly otherFails: boolean;
      readonly replaced: ApplyOptions['replaced'];
      readonly newestFirst: boolean;
      /** The write that opens its change is never answered. */
      readonly opensInVain?: boolean;
      /** The engine is stopped while its `Signing` goes on. */
      readonly leavesSigning?: boolean;
      /** @default those of a list that says nothing */
      readonly settings?: Settings;
      /** By another state of the engine for the same domain. */
      readonly elsewhere?: boolean;
    }
  | {
      readonly does: 'destroy';
      readonly newestFirst: boolean;
      readonly elsewhere?: boolean;
      /** The answer of its first delete is lost, so that the engine keeps a stack that is destroyed. */
      readonly losesAnswer?: boolean;
    }
  /** The key of a selector is lost, or replaced with its record. */
  | { readonly does: 'lose key' | 'replace key'; readonly selector: string }
  /** The identity is removed, and made anew so many seconds later. */
  | { readonly does: 'recreate identity'; readonly after: number }
  /** The engine's state is restored as it was so many runs ago; before its first run: it is lost. */
  | { readonly does: 'older state'; readonly back: number }
  | { readonly does: 'direct call'; readonly selector: string }
  /** A direct call that removes the domain. */
  | { readonly does: 'remove' }
  /** A person does it so many seconds later. */
  | { readonly does: 'confirm' | 'revert'; readonly after?: number }
  | { readonly does: 'audit' }
  /** The next schedule fires: late, or twice. */
  | { readonly does: 'fire'; readonly late: number; readonly times: number }
  /** A schedule that has fired or was removed fires once more. */
  | { readonly does: 'stray'; readonly which: number }
  /** A person sets something in the console. */
  | { readonly does: 'person'; readonly state: string }
  | { readonly does: 'publish' | 'unpublish'; readonly selector: string }
  /** SES gives up a key that it had verified; an audit may find it, and what that arms heals while others are at work. */
  | {
      readonly does: 'give up';
      readonly switchesOff: boolean;
      readonly heals: boolean;
      /** The heal is in vain as well, and its Put arrives once more after its rollback. */
      readonly inVain: boolean;
    }
  /** A person restores an earlier version of the ledger, and has what it shows as open reverted, as the runbook says. */
  | { readonly does: 'older ledger'; readonly back: number }
  | { readonly does: 'wait'; readonly seconds: number };

export type Apply = Extract<Action, { does: 'apply' }>;

/** What an apply asks for beside its selector. */
export interface Settings {
  readonly confirmTimeoutMinutes?: number;
  readonly verification?: { readonly required: boolean };
  readonly irreversible?: 'allow';
}

/** How SES takes keys. */
export interface Pace {
  readonly verifySeconds: number;
  readonly ending: 'asPublished' | 'never' | 'fails';
  readonly switchesOff: boolean;
}

/** All that is decided before a run, but for who goes on when several could: that is the scheduler's. */
export interface Schedule {
  readonly start: string;
  readonly pace: Pace;
  readonly skewSeconds: readonly number[];
  /** Each write of the ledger loses its history but for the last line: no rule may read it. */
  readonly cutsHistory: boolean;
  /** One after the other; the actions of one phase at the same time. */
  readonly phases: readonly (readonly Action[])[];
  readonly mishaps: readonly Mishap[];
  /** What follows once nothing goes wrong any more. */
  readonly ending:
    | { readonly does: 'apply'; readonly selector: string }
    | { readonly does: 'destroy' | 'audits' | 'remove' };
}

const START_STATES: readonly { readonly weight: number; readonly state: string }[] = [
  { weight: 3, state: 'AWS_SES on' },
  // Where signing may be off, no mail is judged.
  { weight: 1, state: 'AWS_SES off' },
  { weight: 3, state: `EXTERNAL ${BY_HAND} on` },
  { weight: 3, state: 'EXTERNAL s1 on' },
];

const MOST_PHASES = 5;
/** Now and then there are more, so that a domain rotates three times before its destroy. */
const MOST_PHASES_LONG = 12;

/** What is drawn for a whole schedule (swarm testing): with fewer, more happens to the same attempt. */
interface Swarm {
  readonly selectors: Selectors;
  /** Whether a second state of the engine has the domain as well. */
  readonly hasTwoStates: boolean;
  readonly settings: readonly Settings[];
}

const SETTINGS: readonly Settings[] = [
  {},
  { confirmTimeoutMinutes: 0 },
  { verification: { required: true } },
  { irreversible: 'allow' },
];

type Selectors = readonly string[];
const seldom = () =>
  fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const oftenNot = () => fc.constantFrom(false, false, false, true);

const elsewhere = ({ hasTwoStates }: Swarm) => fc.constantFrom(false, hasTwoStates);

const apply = (swarm: Swarm): fc.Arbitrary<Action> =>
  fc.record({
    does: fc.constant('apply' as const),
    selector: fc.constantFrom(...swarm.selectors),
    settings: fc.constantFrom(...swarm.settings),
    elsewhere: elsewhere(swarm),
    otherFails: oftenNot(),
    replaced: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Kind[]>([]) },
      {
        weight: 1,
        arbitrary: fc.subarray<Kind>(['DnsGate', 'Baseline', 'Signing', 'Confirmation'], { minLength: 1 }),
      },
    ),
    newestFirst: fc.boolean(),
    opensInVain: seldom(),
    leavesSigning: seldom(),
  });

const OFTEN_SHORT: readonly number[] = [...Array<number>(9).fill(MOST_PHASES), MOST_PHASES_LONG];

/** Orders that phases drawn one by one would seldom meet. */
const stories = (selectors: Selectors): fc.Arbitrary<Action[]> =>
  fc.constantFrom(...selectors).chain((selector) => {
    const plain = { does: 'apply', selector, otherFails: false, replaced: [], newestFirst: false } as const;
    return fc.oneof(
      // A person confirms while SES verifies, and the stack ends later.
      fc
        .constantFrom(1, 60, 1800)
        .map((seconds): Action[] => [
          { ...plain, otherFails: true },
          { does: 'confirm' },
          { does: 'wait', seconds },
          plain,
        ]),
      // A stack is destroyed while the replacement of its `Baseline` has not ended.
      fc.constant<Action[]>([
        plain,
        { ...plain, otherFails: true, replaced: ['Baseline'] },
        { does: 'destroy', newestFirst: false },
      ]),
      // A stack whose destroy was cut off is applied again, and destroyed again while its engine has left a `Signing`.
      fc
        .constantFrom(...SELECTORS)
        .map((other): Action[] => [
          plain,
          { does: 'destroy', newestFirst: false, losesAnswer: true },
          plain,
          { ...plain, selector: other, leavesSigning: true },
          { does: 'destroy', newestFirst: false },
        ]),
      // A domain that a program has set is removed.
      fc
        .constantFrom(0, 60, 1800)
        .map((seconds): Action[] => [
          { does: 'direct call', selector },
          { does: 'wait', seconds },
          { does: 'remove' },
        ]),
      // A domain rotates three times before its destroy.
      fc.constant<Action[]>([
        ...SELECTORS.map((each) => ({ ...plain, selector: each })),
        { does: 'destroy', newestFirst: false },
      ]),
    );
  });

const weighed = (weight: number, arbitrary: fc.Arbitrary<Action>) => ({ weight, arbitrary });

/** What may happen beside applies, and how often. */
const events = (swarm: Swarm): fc.WeightedArbitrary<Action>[] => {
  const selector = fc.constantFrom(...swarm.selectors);
  return [
    weighed(
      2,
      fc.record({
        does: fc.constant('destroy'),
        newestFirst: fc.boolean(),
        elsewhere: elsewhere(swarm),
        losesAnswer: seldom(),
      }),
    ),
    weighed(2, fc.record({ does: fc.constant('direct call'), selector })),
    weighed(1, fc.record({ does: fc.constant('remove') })),
    weighed(
      2,
      fc.record({
        does: fc.constantFrom('confirm', 'confirm', 'revert'),
        after: fc.constantFrom(0, 0, 45, 1200),
      }),
    ),
    weighed(
      4,
      fc.record({
        does: fc.constant('fire'),
        late: fc.constantFrom(0, 0, 60, 600),
        times: fc.constantFrom(1, 1, 2),
      }),
    ),
    weighed(1, fc.record({ does: fc.constant('stray'), which: fc.nat(9) })),
    weighed(
      1,
      fc.record({
        does: fc.constant('person'),
        state: fc.constantFrom('AWS_SES on', 'AWS_SES off', `EXTERNAL ${BY_HAND} on`),
      }),
    ),
    weighed(1, fc.record({ does: fc.constantFrom('publish', 'unpublish'), selector })),
    weighed(
      3,
      fc.record({
        does: fc.constant('give up'),
        switchesOff: fc.boolean(),
        heals: fc.constantFrom(true, true, true, false),
        inVain: oftenNot(),
      }),
    ),
    weighed(1, fc.record({ does: fc.constant('audit') })),
    weighed(1, fc.record({ does: fc.constant('older ledger'), back: fc.integer({ min: 1, max: 8 }) })),
    weighed(1, fc.record({ does: fc.constant('wait'), seconds: fc.constantFrom(10, 60, 1800) })),
    ...losses(swarm),
  ];
};

/** What people lose, restore and make anew. */
const losses = ({ selectors }: Swarm): fc.WeightedArbitrary<Action>[] => [
  weighed(
    1,
    fc.record({
      does: fc.constantFrom('lose key', 'replace key'),
      selector: fc.constantFrom(...selectors),
    }),
  ),
  weighed(1, fc.record({ does: fc.constant('recreate identity'), after: fc.constantFrom(0, 20, 900) })),
  weighed(1, fc.record({ does: fc.constant('older state'), back: fc.constantFrom(1, 2, 3, 99) })),
];

/**
 * Each schedule has one to three selectors, and some kinds of events (swarm testing): with fewer, more happens to the same
 * attempt.
 */
export const schedules = (): fc.Arbitrary<Schedule> =>
  fc
    .record({
      selectors: fc.subarray([...SELECTORS], { minLength: 1 }),
      hasTwoStates: oftenNot(),
      settings: fc.oneof(
        { weight: 2, arbitrary: fc.constant([{}]) },
        { weight: 1, arbitrary: fc.subarray([...SETTINGS], { minLength: 1 }) },
      ),
    })
    .chain((swarm) => fc.subarray(events(swarm), { minLength: 1 }).chain((some) => schedule(swarm, some)));

const schedule = (swarm: Swarm, some: readonly fc.WeightedArbitrary<Action>[]): fc.Arbitrary<Schedule> => {
  const { selectors } = swarm;
  const action = fc.oneof({ weight: 8, arbitrary: apply(swarm) }, ...some);
  const phase = fc.array(action, { minLength: 1, maxLength: 3 });
  const phases = fc.oneof(
    { weight: 15, arbitrary: phase.map((actions) => [actions]) },
    { weight: 1, arbitrary: stories(selectors).map((actions) => actions.map((each) => [each])) },
  );
  return fc.record({
    start: fc.oneof(...START_STATES.map(({ weight, state }) => ({ weight, arbitrary: fc.constant(state) }))),
    pace: fc.constantFrom<Pace[]>(
      { verifySeconds: 0, ending: 'asPublished', switchesOff: false },
      { verifySeconds: 2, ending: 'asPublished', switchesOff: false },
      { verifySeconds: 90, ending: 'asPublished', switchesOff: false },
      { verifySeconds: 1200, ending: 'asPublished', switchesOff: false },
      { verifySeconds: 2, ending: 'never', switchesOff: false },
      { verifySeconds: 2, ending: 'fails', switchesOff: false },
      { verifySeconds: 90, ending: 'fails', switchesOff: true },
    ),
    skewSeconds: fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 3 }),
    cutsHistory: fc.boolean(),
    phases: fc
      .constantFrom(...OFTEN_SHORT)
      .chain((most) =>
        fc
          .array(phases, { minLength: 1, maxLength: most, size: 'max' })
          .map((all) => all.flat().slice(0, most)),
      ),
    mishaps: mishaps(),
    ending: fc.oneof(
      fc.record({ does: fc.constant('apply' as const), selector: fc.constantFrom(...selectors) }),
      fc.record({ does: fc.constant('destroy' as const) }),
      fc.record({ does: fc.constantFrom('audits' as const, 'audits' as const, 'remove' as const) }),
    ),
  });
};
