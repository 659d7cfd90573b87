import fc from 'fast-check';
import { DOMAIN, direct } from '../support';
import type { Reference } from './reference';
import {
  BY_HAND,
  type Loss,
  type Pace,
  PROMPT,
  SELECTORS,
  type System,
  type Trouble,
  trouble,
} from './system';
import type { ApplyOptions, Stage } from './terraform';

const on = (selector: string): string => `EXTERNAL ${selector} on`;

/** Something that happens; afterwards all is checked that must hold at any time. */
class Command implements fc.AsyncCommand<Reference, System> {
  /** @param act does it, and tells the model */
  constructor(
    private readonly name: string,
    readonly act: (model: Reference, system: System) => Promise<void>,
  ) {}

  check = (): boolean => true;
  toString = (): string => this.name;

  async run(model: Reference, system: System): Promise<void> {
    await this.act(model, system);
    const problems = system.problems();
    if (!system.isOpen && !model.allowed.has(system.state))
      problems.push(`SES has ${system.state}, expected one of ${[...model.allowed].join(', ')}`);
    if (problems.length > 0) throw new Error(problems.join('; '));
  }
}

const format = (fault: Trouble | null): string =>
  fault === null
    ? ''
    : ` with ${fault.kind} ${fault.when} call ${fault.nth}${fault.times > 1 ? ` ×${fault.times}` : ''}`;

/** What stands in the way of a change, without any call failing. */
type Obstacle = 'none' | 'a server without the record' | 'slow verification';

const apply = (options: ApplyOptions, fault: Trouble | null, obstacle: Obstacle = 'none'): Command =>
  new Command(
    `apply(${Object.values(options).join(' ')})${format(fault)}${obstacle === 'none' ? '' : ` with ${obstacle}`}`,
    async (model, system) => {
      const wanted = on(options.selector);
      if (obstacle === 'slow verification') system.cloud.ses.verifySeconds = 90;
      const isPublished = obstacle !== 'a server without the record';
      const stage: Stage = await withRecord(system, isPublished, () =>
        system.during(fault, () => system.terraform.apply(options)),
      );
      system.keepPace(system.pace);
      // A plan is empty while something is open: it ends by itself, one way or the other.
      if (stage === 'nothing to do') return system.isOpen ? undefined : model.applied(wanted);
      // While SES is verifying, it may still be rolled back.
      if (system.isOpen && (stage === 'done' || stage === 'deletes')) model.maybeInForce(wanted);
      else if (stage === 'done' || stage === 'deletes') model.applied(wanted);
      else if (stage === 'confirmation') model.maybeInForce(wanted);
      // A `Signing` that is replaced alone needs no confirmation: its transaction was confirmed once.
      else if (options.replaced && stage !== 'plan') model.maybeInForce(wanted);
      else if (stage !== 'plan') model.tried();
      if (fault !== null && mayOutlive(stage, system)) model.mayOutlive();
    },
  );

/**
 * Whether a destroy may find nothing to undo, once an answer was lost: that of the first `Signing` of a stack, of which
 * the engine knows nothing; or that of `Confirmation` where `Signing` was created twice, since it is then taken for one
 * that was replaced alone, until the delete of `Confirmation` says that the stack is being destroyed.
 */
const mayOutlive = (stage: Stage, { terraform }: System): boolean =>
  (stage === 'signing' && terraform.confirmations.length === 0) ||
  (stage === 'confirmation' && terraform.creates > 1);

const destroy = (newestFirst: boolean, fault: Trouble | null): Command =>
  new Command(
    `destroy(${newestFirst ? 'newest first' : 'oldest first'})${format(fault)}`,
    async (model, system) => {
      const had = system.terraform.signings.length > 0;
      const done = await system.during(fault, () => system.terraform.destroy(newestFirst));
      if (had) done ? model.destroyed() : model.maybeDestroyed();
    },
  );

const call = (selector: string, fault: Trouble | null): Command =>
  new Command(`direct(${selector})${format(fault)}`, async (model, system) => {
    const answer = await system.during(fault, () =>
      direct(system.cloud, selector).catch((error: Error) => error),
    );
    system.answers.push(answer);
    if (answer.statusCode === 200 && !system.isOpen) model.inForce(on(selector));
    else model.maybeInForce(on(selector));
  });

const expire = (fault: Trouble | null): Command =>
  new Command(`expire${format(fault)}`, (_, system) => system.during(fault, () => system.expire()));

/** A schedule that fires twice, late, or of an older arming. */
const fireLate = (which: number): Command =>
  new Command(`fireLate(${which})`, async (_, system) => {
    const waiting = new Set(system.cloud.scheduler.pending().map(({ payload }) => JSON.stringify(payload)));
    const old = system.payloads.filter((payload) => !waiting.has(JSON.stringify(payload)));
    if (old.length === 0) return;
    const now = () => JSON.stringify([system.cloud.calls.count(/^ses:Put/), system.ledger()?.open]);
    const before = now();
    system.answers.push(await system.cloud.invoke(old[which % old.length]));
    if (now() !== before) throw new Error('a schedule that was not waited for has changed something');
  });

const byHand = (action: 'confirm' | 'revert', fault: Trouble | null): Command =>
  new Command(`${action} by hand${format(fault)}`, async (model, system) => {
    const wanted = system.ledger()?.open?.wanted.selector;
    const answer = await system.during(fault, () =>
      system.cloud.invoke({ action, domain: DOMAIN }).catch((error: Error) => error),
    );
    system.answers.push(answer);
    if (action === 'revert' || wanted === undefined) return;
    if (answer.confirmed === true && !system.isOpen) model.inForce(on(wanted));
    else if (answer.confirmed !== false) model.maybeInForce(on(wanted));
  });

const setByHand = (state: string): Command =>
  new Command(`set(${state})`, async (model, system) => {
    const undone = system.isOpen;
    system.set(state);
    model.setByHand(state, undone);
  });

/** SES loses what it had verified. */
const lose = (loss: Loss): Command =>
  new Command(`lose(${loss.status}${loss.switchesOff ? ' off' : ''})`, async (model, system) => {
    system.lose(loss);
    model.switchedOff(system.state);
  });

/** The daily audit. */
const audit = (isPublished: boolean, fault: Trouble | null): Command =>
  new Command(`audit${isPublished ? '' : ' without record'}${format(fault)}`, (_, system) =>
    withRecord(system, isPublished, () => system.during(fault, () => system.audit())),
  );

/** SES gives up, an audit finds it, something may come in between, and what the audit has armed heals. */
const heal = (
  loses: Command,
  between: Command | null,
  isPublished: boolean,
  pace: Pace,
  fault: Trouble | null,
): Command =>
  new Command(
    `${loses} and ${between === null ? '' : `${between} and `}heal${isPublished ? '' : ' without record'} ` +
      `${JSON.stringify(pace)}${format(fault)}`,
    async (model, system) => {
      await loses.act(model, system);
      await system.audit();
      await between?.act(model, system);
      // What was restored in between has its own pace.
      if (system.hasLost && pace !== PROMPT) {
        system.keepPace(pace);
        system.cloud.ses.forgetVerified();
      }
      await withRecord(system, isPublished, () => system.during(fault, () => system.heal()));
      system.keepPace(system.pace);
    },
  );

async function withRecord<T>({ cloud: { dns } }: System, isPublished: boolean, work: () => Promise<T>) {
  if (!isPublished) dns.lagging.add(dns.servers[0]!);
  try {
    return await work();
  } finally {
    dns.lagging.clear();
  }
}

const wait = (minutes: number): Command =>
  new Command(`wait(${minutes} min)`, (_, system) =>
    system.during(null, () => system.cloud.clock.advance(minutes * 60_000)),
  );

/** Several at once: who comes first is up to the latencies. */
const atOnce = (
  applied: ApplyOptions,
  selectors: readonly string[],
  fires: boolean,
  fault: Trouble | null,
): Command =>
  new Command(
    `at once(apply ${Object.values(applied).join(' ')}, direct ${selectors.join(' ')}` +
      `${fires ? ', expire' : ''})${format(fault)}`,
    async (model, system) => {
      const { cloud, terraform } = system;
      const [next] = cloud.scheduler.pending();
      if (fires && next) await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
      cloud.calls.latencyMs = () => 30;
      await system.during(fault, () =>
        Promise.all([
          terraform.apply(applied),
          ...selectors.map((selector) => direct(cloud, selector).catch(() => undefined)),
          ...(fires ? [cloud.fireDue()] : []),
        ]),
      );
      cloud.calls.latencyMs = () => 0;
      for (const selector of [applied.selector, ...selectors]) model.maybeInForce(on(selector));
      if (fault !== null && terraform.confirmations.length === 0) model.mayOutlive();
    },
  );

const selector = () => fc.constantFrom(...SELECTORS);
const options = (): fc.Arbitrary<ApplyOptions> =>
  fc.record({
    selector: selector(),
    otherFails: fc.boolean(),
    retried: fc.boolean(),
    replaced: fc.constantFrom(false, false, false, true),
    newestFirst: fc.boolean(),
  });

export const START_STATES = [
  'AWS_SES on',
  'AWS_SES off',
  `EXTERNAL ${BY_HAND} on`,
  'EXTERNAL s1 on',
] as const;

/** What SES does of itself: prompt, slow, never, in vain, forgetful. */
export const worlds = {
  'verifies at once': { pace: { verifySeconds: 0 }, loses: false },
  'verifies after 2 s': { pace: PROMPT, loses: false },
  'verifies after 20 min': { pace: { verifySeconds: 20 * 60 }, loses: false },
  'never verifies': { pace: { verifySeconds: 2, ending: 'never' }, loses: false },
  'gives up': { pace: { verifySeconds: 2, ending: 'fails' }, loses: false },
  'gives up and switches off': {
    pace: { verifySeconds: 90, ending: 'fails', switchesOff: true },
    loses: false,
  },
  'loses it again': { pace: PROMPT, loses: true },
} as const satisfies Record<string, { pace: Pace; loses: boolean }>;

const applies = () => fc.tuple(options(), trouble()).map((each) => apply(...each));
const destroys = () => fc.tuple(fc.boolean(), trouble()).map((each) => destroy(...each));
const calls = () => fc.tuple(selector(), trouble()).map((each) => call(...each));
const setsByHand = () =>
  fc
    .constantFrom('AWS_SES on', 'AWS_SES off', `EXTERNAL ${BY_HAND} on`, `EXTERNAL ${BY_HAND} off`)
    .map(setByHand);

const SLOW: Pace = { verifySeconds: 90 };

/** What comes of a record that is lost, as far as the audit heals it. */
export const losses = (): fc.Arbitrary<Command>[] => {
  const loses = fc
    .constantFrom<Loss[]>(
      { status: 'TEMPORARY_FAILURE' },
      { status: 'FAILED' },
      { status: 'FAILED', switchesOff: true },
    )
    .map(lose);
  const isPublished = fc.constantFrom(true, true, true, false);
  const pace = fc.constantFrom<Pace[]>(
    PROMPT,
    SLOW,
    { ...SLOW, ending: 'never' },
    { ...PROMPT, ending: 'fails' },
    { ...SLOW, ending: 'fails', switchesOff: true },
  );
  const between = fc.option(fc.oneof(setsByHand(), applies(), destroys(), calls()), { freq: 2 });
  const heals = fc.tuple(loses, between, isPublished, pace, trouble()).map((each) => heal(...each));
  return [loses, loses, fc.tuple(isPublished, trouble()).map((each) => audit(...each)), heals, heals];
};

export const commands = (): fc.Arbitrary<Command>[] => [
  applies(),
  fc.tuple(options(), trouble()).map(([of, fault]) => apply({ ...of, otherFails: false }, fault)),
  fc
    .tuple(
      options(),
      trouble(),
      fc.constantFrom<Obstacle[]>('a server without the record', 'slow verification'),
    )
    .map((each) => apply(...each)),
  destroys(),
  calls(),
  trouble(8).map(expire),
  fc.nat(9).map(fireLate),
  fc.tuple(fc.constantFrom('confirm', 'revert'), trouble()).map((each) => byHand(...each)),
  setsByHand(),
  fc.constantFrom(1, 7, 40).map(wait),
  fc
    .tuple(options(), fc.array(selector(), { minLength: 1, maxLength: 2 }), fc.boolean(), trouble())
    .map((each) => atOnce(...each)),
];
