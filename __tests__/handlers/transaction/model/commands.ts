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

type Command = fc.AsyncCommand<Reference, System>;

const on = (selector: string): string => `EXTERNAL ${selector} on`;

/** Every command checks what must hold at any time. */
abstract class Checked implements Command {
  check = (_: Readonly<Reference>): boolean => true;

  async run(model: Reference, system: System): Promise<void> {
    await this.act(model, system);
    const problems = system.problems();
    if (!system.isOpen && !model.allowed.has(system.state))
      problems.push(`SES has ${system.state}, expected one of ${[...model.allowed].join(', ')}`);
    if (problems.length > 0) throw new Error(problems.join('; '));
  }

  abstract act(model: Reference, system: System): Promise<void>;
  abstract toString(): string;
}

const format = (fault: Trouble | null): string =>
  fault === null
    ? ''
    : ` with ${fault.kind} ${fault.when} call ${fault.nth}${fault.times > 1 ? ` ×${fault.times}` : ''}`;

/** What stands in the way of a change, without any call failing. */
type Obstacle = 'none' | 'a server without the record' | 'slow verification';

class Apply extends Checked {
  constructor(
    private readonly options: ApplyOptions,
    private readonly fault: Trouble | null,
    private readonly obstacle: Obstacle = 'none',
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const wanted = on(this.options.selector);
    const { ses, dns } = system.cloud;
    const isSlow = this.obstacle === 'slow verification';
    if (isSlow) ses.verifySeconds = 90;
    if (this.obstacle === 'a server without the record') dns.lagging.add(dns.servers[0]!);
    const stage: Stage = await system.during(this.fault, () => system.terraform.apply(this.options));
    system.keepPace(system.pace);
    dns.lagging.clear();
    // A plan is empty while something is open: it ends by itself, one way or the other.
    if (stage === 'nothing to do') return system.isOpen ? undefined : model.applied(wanted);
    // While SES is verifying, it may still be rolled back.
    if (system.isOpen && (stage === 'done' || stage === 'deletes')) model.maybeInForce(wanted);
    else if (stage === 'done' || stage === 'deletes') model.applied(wanted);
    else if (stage === 'confirmation') model.maybeInForce(wanted);
    // A \`Signing\` that is replaced alone needs no confirmation: its transaction was confirmed once.
    else if (this.options.replaced && stage !== 'plan') model.maybeInForce(wanted);
    else if (stage !== 'plan') model.tried();
    if (this.fault !== null && mayOutlive(stage, system)) model.mayOutlive();
  }

  toString = () =>
    `apply(${Object.values(this.options).join(' ')})${format(this.fault)}` +
    (this.obstacle === 'none' ? '' : ` with ${this.obstacle}`);
}

/**
 * Whether a destroy may find nothing to undo, once an answer was lost: that of the first `Signing` of a stack, of which
 * the engine knows nothing; or that of `Confirmation` where `Signing` was created twice, since it is then taken for one
 * that was replaced alone, until the delete of `Confirmation` says that the stack is being destroyed.
 */
const mayOutlive = (stage: Stage, { terraform }: System): boolean =>
  (stage === 'signing' && terraform.confirmations.length === 0) ||
  (stage === 'confirmation' && terraform.creates > 1);

class Destroy extends Checked {
  constructor(
    private readonly newestFirst: boolean,
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const had = system.terraform.signings.length > 0;
    const done = await system.during(this.fault, () => system.terraform.destroy(this.newestFirst));
    if (had) done ? model.destroyed() : model.maybeDestroyed();
  }

  toString = () => `destroy(${this.newestFirst ? 'newest first' : 'oldest first'})${format(this.fault)}`;
}

class Direct extends Checked {
  constructor(
    private readonly selector: string,
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const answer = await system.during(this.fault, () =>
      direct(system.cloud, this.selector).catch((error: Error) => error),
    );
    system.answers.push(answer);
    if (answer.statusCode === 200 && !system.isOpen) model.inForce(on(this.selector));
    else model.maybeInForce(on(this.selector));
  }

  toString = () => `direct(${this.selector})${format(this.fault)}`;
}

class Expire extends Checked {
  constructor(private readonly fault: Trouble | null) {
    super();
  }

  act = (_: Reference, system: System) => system.during(this.fault, () => system.expire());
  toString = () => `expire${format(this.fault)}`;
}

/** A schedule that fires twice, late, or of an older arming. */
class FireLate extends Checked {
  constructor(private readonly which: number) {
    super();
  }

  async act(_: Reference, system: System): Promise<void> {
    const waiting = new Set(system.cloud.scheduler.pending().map(({ payload }) => JSON.stringify(payload)));
    const old = system.payloads.filter((payload) => !waiting.has(JSON.stringify(payload)));
    if (old.length === 0) return;
    const payload = old[this.which % old.length];
    const now = () => JSON.stringify([system.cloud.calls.count(/^ses:Put/), system.ledger()?.open]);
    const before = now();
    system.answers.push(await system.cloud.invoke(payload));
    if (now() !== before) throw new Error('a schedule that was not waited for has changed something');
  }

  toString = () => `fireLate(${this.which})`;
}

class ByHand extends Checked {
  constructor(
    private readonly action: 'confirm' | 'revert',
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const wanted = system.ledger()?.open?.wanted.selector;
    const answer = await system.during(this.fault, () =>
      system.cloud.invoke({ action: this.action, domain: DOMAIN }).catch((error: Error) => error),
    );
    system.answers.push(answer);
    if (this.action === 'revert' || wanted === undefined) return;
    if (answer.confirmed === true && !system.isOpen) model.inForce(on(wanted));
    else if (answer.confirmed !== false) model.maybeInForce(on(wanted));
  }

  toString = () => `${this.action} by hand${format(this.fault)}`;
}

class SetByHand extends Checked {
  constructor(private readonly state: string) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const undone = system.isOpen;
    system.set(this.state);
    model.setByHand(this.state, undone);
  }

  toString = () => `set(${this.state})`;
}

/** SES loses what it had verified. */
class Lose extends Checked {
  constructor(private readonly loss: Loss) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    system.lose(this.loss);
    model.switchedOff(system.state);
  }

  toString = () => `lose(${this.loss.status}${this.loss.switchesOff ? ' off' : ''})`;
}

/** The daily audit. */
class Audit extends Checked {
  constructor(
    private readonly isPublished: boolean,
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  act = (_: Reference, system: System) =>
    withRecord(system, this.isPublished, () => system.during(this.fault, () => system.audit()));
  toString = () => `audit${this.isPublished ? '' : ' without record'}${format(this.fault)}`;
}

/** SES gives up, an audit finds it, something may come in between, and what the audit has armed heals. */
class Heal extends Checked {
  constructor(
    private readonly lose: Lose,
    private readonly between: Checked | null,
    private readonly isPublished: boolean,
    private readonly pace: Pace,
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    await this.lose.act(model, system);
    await system.audit();
    await this.between?.act(model, system);
    // What was restored in between has its own pace.
    if (system.hasLost && this.pace !== PROMPT) {
      system.keepPace(this.pace);
      system.cloud.ses.forgetVerified();
    }
    await withRecord(system, this.isPublished, () => system.during(this.fault, () => system.heal()));
    system.keepPace(system.pace);
  }

  toString = () =>
    `${this.lose} and ${this.between === null ? '' : `${this.between} and `}heal${this.isPublished ? '' : ' without record'} ${JSON.stringify(this.pace)}${format(this.fault)}`;
}

async function withRecord<T>(
  { cloud: { dns } }: System,
  isPublished: boolean,
  work: () => Promise<T>,
): Promise<T> {
  if (!isPublished) dns.lagging.add(dns.servers[0]!);
  try {
    return await work();
  } finally {
    dns.lagging.clear();
  }
}

class Wait extends Checked {
  constructor(private readonly minutes: number) {
    super();
  }

  act = (_: Reference, system: System) =>
    system.during(null, () => system.cloud.clock.advance(this.minutes * 60_000));
  toString = () => `wait(${this.minutes} min)`;
}

/** Several at once: who comes first is up to the latencies. */
class AtOnce extends Checked {
  constructor(
    private readonly applied: ApplyOptions,
    private readonly selectors: readonly string[],
    private readonly fires: boolean,
    private readonly fault: Trouble | null,
  ) {
    super();
  }

  async act(model: Reference, system: System): Promise<void> {
    const { cloud, terraform } = system;
    const [next] = cloud.scheduler.pending();
    if (this.fires && next) await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
    cloud.calls.latencyMs = () => 30;
    await system.during(this.fault, () =>
      Promise.all([
        terraform.apply(this.applied),
        ...this.selectors.map((selector) => direct(cloud, selector).catch(() => undefined)),
        ...(this.fires ? [cloud.fireDue()] : []),
      ]),
    );
    cloud.calls.latencyMs = () => 0;
    for (const selector of [this.applied.selector, ...this.selectors]) model.maybeInForce(on(selector));
    if (this.fault !== null && terraform.confirmations.length === 0) model.mayOutlive();
  }

  toString = () =>
    `at once(apply ${Object.values(this.applied).join(' ')}, direct ${this.selectors.join(' ')}` +
    `${this.fires ? ', expire' : ''})${format(this.fault)}`;
}

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

const SLOW: Pace = { verifySeconds: 90 };

export const losses = (): fc.Arbitrary<Command>[] => {
  const loss = fc.constantFrom<Loss[]>(
    { status: 'TEMPORARY_FAILURE' },
    { status: 'FAILED' },
    { status: 'FAILED', switchesOff: true },
  );
  const isPublished = fc.constantFrom(true, true, true, false);
  const pace = fc.constantFrom<Pace[]>(
    PROMPT,
    SLOW,
    { ...SLOW, ending: 'never' },
    { ...PROMPT, ending: 'fails' },
    { ...SLOW, ending: 'fails', switchesOff: true },
  );
  const lose = loss.map((each) => new Lose(each));
  const between = fc.oneof(setByHand(), applies(), destroys(), directs());
  const heal = fc
    .tuple(lose, fc.option(between, { freq: 2 }), isPublished, pace, trouble())
    .map((each) => new Heal(...each));
  return [lose, lose, fc.tuple(isPublished, trouble()).map((each) => new Audit(...each)), heal, heal];
};

const applies = () => fc.tuple(options(), trouble()).map((each) => new Apply(...each));
const destroys = () => fc.tuple(fc.boolean(), trouble()).map((each) => new Destroy(...each));
const directs = () => fc.tuple(selector(), trouble()).map((each) => new Direct(...each));
const setByHand = () =>
  fc
    .constantFrom('AWS_SES on', 'AWS_SES off', `EXTERNAL ${BY_HAND} on`, `EXTERNAL ${BY_HAND} off`)
    .map((state) => new SetByHand(state));

export const commands = (): fc.Arbitrary<Command>[] => [
  applies(),
  fc.tuple(options(), trouble()).map(([of, fault]) => new Apply({ ...of, otherFails: false }, fault)),
  fc
    .tuple(
      options(),
      trouble(),
      fc.constantFrom<Obstacle[]>('a server without the record', 'slow verification'),
    )
    .map(([of, fault, obstacle]) => new Apply(of, fault, obstacle)),
  destroys(),
  directs(),
  trouble(8).map((fault) => new Expire(fault)),
  fc.nat(9).map((which) => new FireLate(which)),
  fc
    .tuple(fc.constantFrom('confirm', 'revert'), trouble())
    .map(([action, fault]) => new ByHand(action, fault)),
  setByHand(),
  fc.constantFrom(1, 7, 40).map((minutes) => new Wait(minutes)),
  fc
    .tuple(options(), fc.array(selector(), { minLength: 1, maxLength: 2 }), fc.boolean(), trouble())
    .map(([of, selectors, fires, fault]) => new AtOnce(of, selectors, fires, fault)),
];
