import fc from 'fast-check';
import type { SigningState } from '../../../../handlers/aws/email-identity';
import { DAY_MS, MINUTE_MS } from '../../../../handlers/clock';
import { MINIMUM_OVERLAP_DAYS, recordName } from '../../../../handlers/contract/contract';
import type { Sharer } from '../../../../handlers/contract/input/event-schema';
import { restores } from '../../../../handlers/ledger/ownership';
import type { Stage } from '../../../support/terraform';
import { BUCKET, REGION } from '../../../support/world';
import { DOMAIN } from '../support';
import { Actors, type EndedDestroy } from './actors';
import { Counters, SOMETIMES_ENDED, SOMETIMES_SHARED } from './counters';
import { type Action, ALL, type Apply, type Schedule, SELECTORS, schedules } from './schedule';
import { Simulation } from './simulation';
import type { Region } from './situation';
import type { Scheduler } from './turns';

/** A schedule for each region of a domain that share key and record, phase by phase side by side. */
export interface SharedSchedule {
  readonly home: Schedule;
  readonly other: Schedule;
  /** What each phase deploys, in the regions that apply in it, the home first. */
  readonly lists: readonly List[];
  /** Whether the home's stack is destroyed after the last phase, while the other region may sign with its records. */
  readonly destroysHome?: boolean;
  /** Whether the first list has the home alone, so that the home is deployed before it shares. */
  readonly beginsAlone?: boolean;
  /** Whether a person runs the engine, who applies the other region even if the home's apply has failed after its gate. */
  readonly isByHand?: boolean;
}

interface List {
  readonly selector: string;
  /** Whether it leaves the earlier selectors out, so that their records go. */
  readonly drops: boolean;
  /** How long after the phase before. */
  readonly days: number;
  /** Whether it names the other region, which may sign with its records for longer. @default true */
  readonly shares?: boolean;
  /**
   * The home is destroyed instead of deployed, while the other region deploys what is published; `cut off`: the home's engine
   * does not hear of it, so that it has a stack that is destroyed.
   */
  readonly destroysHome?: 'whole' | 'cut off' | undefined;
}

const SHARED: readonly Sharer[] = [{ region: 'us-east-1', bucket: 'key-store-us' }];
const OTHER = { region: 'us-east-1', keyStoreBucket: 'key-store-us' };

/** Actions that the plan of another region cannot know, and those of one stack alone. */
const LEFT_OUT: readonly Action['does'][] = [
  'destroy',
  'direct call',
  'remove',
  'publish',
  'unpublish',
  'older ledger',
  'lose key',
  'replace key',
  'recreate identity',
  'older state',
];

/** Leaves out what cannot be shared; of the applies of a phase the first one stays. */
const shareable = (schedule: Schedule): Schedule => ({
  ...schedule,
  start: schedule.start.startsWith('EXTERNAL s') ? 'AWS_SES on' : schedule.start,
  phases: schedule.phases.map((actions) => {
    const first = actions.find(({ does }) => does === 'apply');
    return actions
      .filter((each) => !LEFT_OUT.includes(each.does) && (each.does !== 'apply' || each === first))
      .map((each) => (each.does === 'apply' ? ofOneState(each) : each));
  }),
});

/** One state of the engine for each region; and the removal of a record that is needed is refused. */
const ofOneState = ({ settings = {}, ...apply }: Apply): Apply => {
  const { irreversible: _, ...safe } = settings;
  return { ...apply, settings: safe, elsewhere: false };
};

/** What a long run must meet. */
export const SHARED_AWAITED: readonly string[] = [
  ...SOMETIMES_SHARED,
  ...SOMETIMES_ENDED,
  'a destroy of a stack that was destroyed before',
];

export const sharedSchedules = (): fc.Arbitrary<SharedSchedule> => {
  const list = fc.record({
    selector: fc.constantFrom(...SELECTORS),
    drops: fc.boolean(),
    days: fc.constantFrom(0, 1, MINIMUM_OVERLAP_DAYS + 1, MINIMUM_OVERLAP_DAYS + 1),
    shares: fc.boolean(),
    destroysHome: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      undefined,
      'whole' as const,
      'cut off' as const,
    ),
  });
  const region = schedules().map(shareable);
  return fc.record({
    home: region,
    other: region,
    lists: fc.array(list, { minLength: 5, maxLength: 5 }),
    destroysHome: fc.boolean(),
    beginsAlone: fc.boolean(),
    isByHand: fc.boolean(),
  });
};

/** Plays one schedule of two regions. @throws what was broken, with a table of all that happened */
export async function simulateShared(
  schedule: SharedSchedule,
  scheduler: Scheduler,
  counters = new Counters(SHARED_AWAITED),
): Promise<void> {
  const run = new TwoRegions(schedule, scheduler, counters);
  try {
    await scheduler.waitFor(run.play());
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${run.table()}\n`);
  }
}

class TwoRegions {
  private readonly home: Simulation;
  private readonly other: Simulation;
  /** What the home's stack sends with each event: its records are those of the list. */
  private readonly rotation = {
    records: [] as readonly string[],
    sharedWith: SHARED as readonly Sharer[] | undefined,
  };
  /** Selectors whose record the home's stack has. */
  private published: readonly string[] = [];
  /** Whether a stack that was deployed alone has named the other region to its function since. */
  private hasNamed: boolean;
  constructor(
    private readonly schedule: SharedSchedule,
    scheduler: Scheduler,
    private readonly counters: Counters,
  ) {
    this.hasNamed = schedule.beginsAlone !== true;
    const simulation = (of: Schedule, region: Region) =>
      new Simulation(of, new Actors(of, scheduler, counters, region));
    this.home = simulation(schedule.home, {
      fields: { rotation: this.rotation },
      isShared: true,
    });
    this.other = simulation(schedule.other, {
      beside: this.home.account,
      environment: { ...OTHER, alsoRead: JSON.stringify([`${BUCKET}/`]) },
      fields: {
        keyStore: { bucket: BUCKET },
        rotation: { sharedWith: [{ region: REGION, bucket: BUCKET, home: true }] },
      },
      isShared: true,
    });
    this.home.actors.onDestroyed = (ending) => this.seeDestroyed(ending);
    for (const selector of SELECTORS) this.zone.unpublish(recordName(DOMAIN, selector));
  }

  private get regions(): readonly Simulation[] {
    return [this.home, this.other];
  }

  private get zone() {
    return this.home.account.cloud.dns;
  }

  table(): string {
    return this.home.account.table();
  }

  async play(): Promise<void> {
    const { home, other, schedule } = this;
    for (const [phase, list] of schedule.lists.entries()) {
      await this.pass(list.days);
      const selector = list.destroysHome ? (this.published.at(-1) ?? list.selector) : list.selector;
      const [ofHome, ofOther] = [schedule.home, schedule.other].map(({ phases }) =>
        (phases[phase] ?? []).map((each) => (each.does === 'apply' ? { ...each, selector } : each)),
      ) as [Action[], Action[]];
      if (list.destroysHome) this.destroyBeside(list, ofHome);
      else if (schedule.beginsAlone && phase === 0) this.deployAlone(list);
      else this.share(list, ofHome);
      await Promise.all([home.playPhase(ofHome), other.playPhase(ofOther)]);
      const [one, another] = this.regions.map(({ actors }) => actors.state);
      if (one !== another) this.counters.met('two regions at odds');
    }
    if (schedule.destroysHome) await this.destroyHome();
    for (const { actors } of this.regions) actors.mayApply = async () => true;
    Object.assign(this.rotation, { records: ALL, sharedWith: SHARED });
    for (const region of this.regions) await region.settle();
    const { selector } = schedule.lists.at(-1)!;
    for (const region of this.regions) await region.converge(selector);
    for (const region of this.regions) await region.stay();
  }

  /** Destroys the home after the last phase. */
  private async destroyHome(): Promise<void> {
    const { actors } = this.home;
    actors.expected.mayBeDestroyed();
    const { terraform } = actors;
    const hadStack = terraform.state.baselines.length > 0;
    const done = await terraform.destroy();
    this.seeDestroyed({ done, hadStack, failure: terraform.failure });
    for (const region of this.regions) await region.playPhase([]);
  }

  /** Prepares a destroy of the home by one person while another one deploys the other region, in a phase without other lists. */
  private destroyBeside({ destroysHome }: List, ofHome: Action[]): void {
    const rest = ofHome.filter(({ does }) => does !== 'apply');
    ofHome.splice(0, ofHome.length, ...rest, {
      does: 'destroy',
      newestFirst: false,
      losesAnswer: destroysHome === 'cut off',
    });
    this.other.actors.mayApply = async () => this.hasNamed;
  }

  /** The engine removes the records once the home's `Baseline` is deleted, which is refused while they are needed. */
  private seeDestroyed({ done, hadStack, failure }: EndedDestroy): void {
    const { other, counters } = this;
    if (!done) {
      if ((failure as Error).name === 'KEY_SHARED')
        counters.met('a home that is kept, since another region needs its record');
      return;
    }
    counters.met('a home that is destroyed');
    if ([...other.account.working.values()].includes('Signing'))
      counters.met('a home that is destroyed beside a Signing');
    for (const selector of this.published) {
      const use = this.useElsewhere(selector);
      // Without a `Baseline` no delete reaches the function: the first apply has failed before.
      if (use !== undefined && !hadStack) {
        counters.excused('a home without a `Baseline`');
        other.actors.mayLoseRecords = true;
      } else if (use !== undefined && !other.actors.isLate)
        other.account.problems.add(
          `the record of ${selector} goes with its home, and the other region ${use}`,
        );
      this.zone.unpublish(recordName(DOMAIN, selector));
    }
    this.published = [];
    this.hasNamed = false;
  }

  /** What the other region needs a record for. Mail in transit does not keep a destroy from its end. */
  private useElsewhere(selector: string): string | undefined {
    const { cloud } = this.other.account;
    const { open } = this.other.account.ledger() ?? {};
    if (signsWith(cloud.ses.state(DOMAIN), selector)) return 'signs with it';
    if (open?.wanted.selector === selector) return 'is about to sign with it';
    return restores(open?.previous, selector) ? 'would be rolled back to it' : undefined;
  }

  /** Prepares a deploy of a list: the others wait for the home, whose apply publishes the record, and removes earlier ones. */
  private share(list: List, ofHome: readonly Action[]): void {
    const { home, other } = this;
    // What two lists have never shared cannot end.
    const hasShared = (home.account.ledger()?.sharers.length ?? 0) > 0;
    const shares = list.shares !== false || !hasShared;
    if (!shares) this.counters.met('a sharing that ends');
    if (!hasShared && home.actors.terraform.state.baselines.length > 0)
      this.counters.met('a home that is deployed before it shares');
    let homeEnds: (stage: Stage) => void = () => {};
    const ended = new Promise<Stage>((resolve) => {
      homeEnds = resolve;
    });
    // Until the home is applied with the other region, its plan is not empty.
    if (!ofHome.some(({ does }) => does === 'apply')) homeEnds(this.hasNamed ? 'nothing to do' : 'plan');
    this.publishFor(list, shares ? SHARED : [], homeEnds);
    other.actors.mayApply = async () => {
      const stage = await ended;
      return ENDED.includes(stage) || (shares && this.schedule.isByHand === true && hasPassed(stage));
    };
  }

  /** Prepares a deploy of a list that has the home alone. */
  private deployAlone(list: List): void {
    this.publishFor(list, undefined, () => {});
    this.other.actors.mayApply = async () => false;
  }

  /** The apply of the home publishes the record, and removes earlier ones at its end. */
  private publishFor(
    list: List,
    sharedWith: readonly Sharer[] | undefined,
    onEnd: (stage: Stage) => void,
  ): void {
    const { home, rotation } = this;
    home.actors.mayApply = async () => {
      rotation.sharedWith = sharedWith;
      rotation.records = list.drops ? [list.selector] : [...new Set([...this.published, list.selector])];
      this.published = [...new Set([...this.published, list.selector])];
      home.actors.keys.publish(list.selector);
      return true;
    };
    home.actors.onApplied = (stage) => {
      if (ENDED.includes(stage))
        this.remove(this.published.filter((each) => !rotation.records.includes(each)));
      if (sharedWith !== undefined && hasPassed(stage)) this.hasNamed = true;
      onEnd(stage);
    };
  }

  /** The engine removes records: of selectors that no region signs with, nor would roll back to, and whose mail has arrived. */
  private remove(selectors: readonly string[]): void {
    for (const selector of selectors) {
      this.home.account.note('terraform', `removes the record of ${selector}`);
      for (const { actors, account } of this.regions) {
        const place = account.cloud.environment.region;
        const { open } = account.ledger() ?? {};
        if (restores(open?.previous, selector))
          account.problems.add(`the record of ${selector} is removed, and ${place} rolls back to it`);
        const last = this.lastMail(account, selector);
        const left = last + MINIMUM_OVERLAP_DAYS * DAY_MS - account.time;
        if (left > MINUTE_MS && last <= this.home.account.watch.destroyedAt + MINUTE_MS)
          this.counters.excused('mail of a home whose destroy was cut off');
        else if (left > MINUTE_MS && !actors.isLate)
          account.problems.add(`the record of ${selector} is removed, and mail of ${place} is in transit`);
      }
      this.zone.unpublish(recordName(DOMAIN, selector));
      this.counters.met('a record that no region needs any more');
    }
    this.published = this.published.filter((each) => !selectors.includes(each));
  }

  /** When SES of a region has last signed with a selector. */
  private lastMail({ cloud, earlier, time }: Simulation['account'], selector: string): number {
    if (signsWith(cloud.ses.state(DOMAIN), selector)) return time;
    return Math.max(
      Number.NEGATIVE_INFINITY,
      ...earlier.filter(({ state }) => signsWith(state, selector)).map(({ until }) => until),
    );
  }

  /** Days pass: what is due fires, and SES looks into DNS. */
  private async pass(days: number): Promise<void> {
    const { clock } = this.home.account.cloud;
    const until = clock.now() + days * DAY_MS;
    const due = ({ account }: Simulation) =>
      account.cloud.scheduler.pending()[0]?.at ?? Number.POSITIVE_INFINITY;
    while (clock.now() < until) {
      const next = Math.min(until, clock.now() + DAY_MS, ...this.regions.map(due));
      await clock.advance(Math.max(0, next - clock.now()));
      for (const { actors, account } of this.regions) {
        await actors.fire();
        // SES looks when it is asked.
        account.cloud.ses.state(DOMAIN);
      }
    }
  }
}

const ENDED: readonly Stage[] = ['done', 'nothing to do'];

/** Checks whether the function has proved the home's record, so that it knows the regions that its stack names. */
const hasPassed = (stage: Stage): boolean => stage !== 'plan' && stage !== 'gate';

const SIGNING: readonly string[] = ['SUCCESS', 'TEMPORARY_FAILURE'];

const signsWith = (state: SigningState | null, selector: string): boolean =>
  state?.origin === 'EXTERNAL' &&
  state.selector === selector &&
  state.enabled &&
  SIGNING.includes(state.status);
