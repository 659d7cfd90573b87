import { type ApplyOptions, Terraform } from './model/terraform';
import * as setup from './support';

jest.mock('../../../handlers/key/private-key', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedPrivateKeys(),
);
jest.mock('../../../handlers/ledger/ledger', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedLedgers(),
);

/** What a person has the engine do. */
type Run = (played: Played) => Promise<unknown>;

const applied =
  (selector: string, options: Omit<ApplyOptions, 'selector'> = {}): Run =>
  ({ terraform }) =>
    terraform.apply({ selector, ...options });
const half = (selector: string): Run => applied(selector, { otherFails: true });
const destroyed =
  (newestFirst = false): Run =>
  ({ terraform }) =>
    terraform.destroy(newestFirst);
/** The function is killed after its Put. */
const cutOff =
  (selector: string): Run =>
  async (played) => {
    played.cloud.calls.addFault(setup.kill(setup.SES_PUT, 'after'));
    await applied(selector)(played);
    played.cloud.calls.clearFaults();
  };

/** Everything that leads to other orders of the engine's, and how SES ends. */
const ORDERS: readonly (readonly [name: string, runs: readonly Run[], end: string])[] = [
  ['first apply', [applied('s1')], 's1'],
  ['first apply, another resource fails', [half('s1')], 'easy'],
  ['first apply, another resource fails, retried', [half('s1'), applied('s1')], 's1'],
  ['first apply, another resource fails, destroyed', [half('s1'), destroyed()], 'easy'],
  ['first apply, its signing fails, retried', [cutOff('s1'), applied('s1')], 's1'],
  ['first apply, its signing fails, destroyed', [cutOff('s1'), destroyed()], 'easy'],
  ['rotation', [applied('s1'), applied('s2')], 's2'],
  ['rotation, another resource fails', [applied('s1'), half('s2')], 's1'],
  ['rotation, another resource fails, retried', [applied('s1'), half('s2'), applied('s2')], 's2'],
  ...[false, true].flatMap((newestFirst) => {
    const order = newestFirst ? 'newest first' : 'oldest first';
    const failed = [applied('s1'), half('s2')];
    return [
      [`rotation fails, put back in the list (${order})`, [...failed, applied('s1', { newestFirst })], 's1'],
      [`rotation fails, destroyed (${order})`, [...failed, destroyed(newestFirst)], 'easy'],
      [
        `rotation fails, put back, and that fails and is destroyed (${order})`,
        [...failed, half('s1'), destroyed(newestFirst)],
        'easy',
      ],
      [
        `rotation fails, put back, and its signing fails and is destroyed (${order})`,
        [...failed, cutOff('s1'), destroyed(newestFirst)],
        'easy',
      ],
    ] as const;
  }),
  ['rotation, its signing fails, retried', [applied('s1'), cutOff('s2'), applied('s2')], 's2'],
  ['rotation, its signing fails, put back in the list', [applied('s1'), cutOff('s2'), applied('s1')], 's1'],
  ['rotation, its signing fails, destroyed', [applied('s1'), cutOff('s2'), destroyed()], 'easy'],
  [
    'rotation fails, put back, rotated again',
    [applied('s1'), half('s2'), applied('s1', { newestFirst: true }), applied('s2')],
    's2',
  ],
  ['destroyed', [applied('s1'), destroyed()], 'easy'],
];

const ENDS: Readonly<Record<string, string>> = {
  s1: 'EXTERNAL s1 on',
  s2: 'EXTERNAL s2 on',
  easy: 'AWS_SES on',
};

interface Play {
  /** Before which of the engine's invocations the schedule fires. */
  readonly fires: readonly number[];
  /** In the same moment as the invocation, instead of before it. */
  readonly atOnce?: boolean;
  /** Before each invocation every schedule there ever was fires once more. */
  readonly late?: boolean;
}

/** A stack whose schedules fire as the play says. */
class Played {
  readonly cloud = setup.givenCloud();
  readonly terraform = new Terraform(new setup.Stack({ invoke: (event) => this.invoke(event) }));
  private readonly payloads = new Set<string>();
  invocations = 0;

  constructor(private readonly play: Play) {}

  private async invoke(event: unknown): Promise<any> {
    const { cloud } = this;
    const { fires, atOnce, late } = this.play;
    if (late) await this.repeatOld();
    if (!fires.includes(this.invocations++)) return cloud.invoke(event);
    const [next] = cloud.scheduler.pending();
    if (next) await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
    // A kill would strike whichever of the two Puts comes first.
    if (!atOnce || cloud.calls.hasFaults) {
      await cloud.fireDue();
      return cloud.invoke(event);
    }
    cloud.calls.latencyMs = () => 20;
    const [answer] = await Promise.all([cloud.invoke(event), cloud.fireDue()]).finally(() => {
      cloud.calls.latencyMs = () => 0;
    });
    return answer;
  }

  private async repeatOld(): Promise<void> {
    const waiting = this.cloud.scheduler.pending().map(({ payload }) => JSON.stringify(payload));
    for (const payload of this.payloads)
      if (!waiting.includes(payload)) await this.cloud.invoke(JSON.parse(payload));
    for (const payload of waiting) this.payloads.add(payload);
  }
}

/** @returns how many invocations the engine has made */
async function play(runs: readonly Run[], end: string, how: Play): Promise<number> {
  const played = new Played(how);
  for (const run of runs) await run(played);
  const { cloud } = played;
  await cloud.fireAll();
  const gone = { owner: null, baseline: null };
  await setup.expectEnded(cloud, ENDS[end]!, end === 'easy' ? gone : {});
  if (end !== 'easy') expect(setup.ledgerOf(cloud).owner?.wanted.selector).toBe(end);
  return played.invocations;
}

/** How many of those that are many: 1 for all of them, as BYODKIM_ORDERS_EVERY=1 npx jest orders.test */
const EVERY = Number(process.env.BYODKIM_ORDERS_EVERY ?? 11);

/** At every invocation, at pairs of them; before it or with it; with late repetitions. */
function plays(length: number): Play[] {
  const each = Array.from({ length }, (_, i) => i);
  const many = [
    ...each.map((i) => ({ fires: [i], atOnce: true })),
    ...each.map((i) => ({ fires: [i], late: true })),
    ...each.flatMap((i) => each.slice(i + 1).map((j) => ({ fires: [i, j] }))),
  ];
  return [
    { fires: [], late: true },
    ...each.map((i) => ({ fires: [i] })),
    // Orders of other lengths begin elsewhere, so that all of them together meet every step.
    ...many.filter((_, index) => (index + length) % EVERY === 0),
  ];
}

test.each(ORDERS)(
  '%s, with the schedule firing at any point: the end is as it should be',
  async (_, runs, end) => {
    const length = await play(runs, end, { fires: [] });
    const wrong: string[] = [];
    for (const how of plays(length))
      await play(runs, end, how).catch((error: Error) =>
        wrong.push(`${JSON.stringify(how)}: ${error.message}`),
      );
    expect(wrong).toEqual([]);
  },
);
