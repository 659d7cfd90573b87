import type { FakeCloud } from '../../support/world';
import { testKey } from '../../support/world';
import * as setup from './support';

jest.mock('../../../handlers/key/private-key', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedPrivateKeys(),
);
jest.mock('../../../handlers/ledger/ledger', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedLedgers(),
);

/** One invocation that the engine makes. `fails`: the function is killed after its Put. */
interface Step {
  readonly action: 'create' | 'delete' | 'fails';
  readonly resource: 'DnsGate' | 'Signing' | 'Confirmation';
  readonly transaction: string;
  readonly selector: string;
}

const SELECTORS: Readonly<Record<string, string>> = { t1: 's1', t2: 's2', t3: 's1', t4: 's2' };

/** `+gate t1`, `-signing t1`, `!signing t2`. */
function step(text: string): Step {
  const [, sign, name, transaction] = /^([+!-])(gate|signing|confirmation) (t\d)$/.exec(text)!;
  return {
    action: ({ '+': 'create', '-': 'delete', '!': 'fails' } as const)[sign as '+' | '-' | '!'],
    resource: ({ gate: 'DnsGate', signing: 'Signing', confirmation: 'Confirmation' } as const)[
      name as 'gate' | 'signing' | 'confirmation'
    ],
    transaction: transaction!,
    selector: SELECTORS[transaction!]!,
  };
}

const steps = (...texts: string[]): Step[] => texts.flatMap((text) => text.split(', ')).map(step);

const FIRST = '+gate t1, +signing t1, +confirmation t1';
const BACK = '+gate t3, +signing t3, +confirmation t3, -confirmation t1';

/** The orders that were seen with the engine, and how SES ends. */
const ORDERS: readonly (readonly [name: string, steps: Step[], end: string])[] = [
  ['first apply', steps(FIRST), 's1'],
  ['first apply, another resource fails', steps('+gate t1, +signing t1'), 'easy'],
  ['first apply, another resource fails, retried', steps('+gate t1, +signing t1', '+confirmation t1'), 's1'],
  [
    'first apply, another resource fails, destroyed',
    steps('+gate t1, +signing t1', '-signing t1, -gate t1'),
    'easy',
  ],
  [
    'first apply, its signing fails, retried',
    steps('+gate t1, !signing t1', '+signing t1, +confirmation t1'),
    's1',
  ],
  ['first apply, its signing fails, destroyed', steps('+gate t1, !signing t1', '-gate t1'), 'easy'],
  [
    'rotation',
    steps(FIRST, '+gate t2, +signing t2, +confirmation t2, -confirmation t1, -signing t1, -gate t1'),
    's2',
  ],
  ['rotation, another resource fails', steps(FIRST, '+gate t2, +signing t2'), 's1'],
  [
    'rotation, another resource fails, retried',
    steps(FIRST, '+gate t2, +signing t2', '+confirmation t2, -confirmation t1, -signing t1, -gate t1'),
    's2',
  ],
  ...(['-signing t1, -signing t2', '-signing t2, -signing t1'] as const).flatMap(
    (deletes) =>
      [
        [
          `rotation, another resource fails, put back in the list (${deletes})`,
          steps(FIRST, '+gate t2, +signing t2', BACK, deletes, '-gate t1, -gate t2'),
          's1',
        ],
        [
          `rotation, another resource fails, destroyed (${deletes})`,
          steps(FIRST, '+gate t2, +signing t2', '-confirmation t1', deletes, '-gate t2, -gate t1'),
          'easy',
        ],
        [
          `rotation, another resource fails, put back, and that fails and is destroyed (${deletes})`,
          steps(
            FIRST,
            '+gate t2, +signing t2',
            '+gate t3, +signing t3',
            '-confirmation t1, -signing t3',
            deletes,
            '-gate t2, -gate t1, -gate t3',
          ),
          'easy',
        ],
        [
          `rotation, another resource fails, put back, and its signing fails and is destroyed (${deletes})`,
          steps(
            FIRST,
            '+gate t2, +signing t2',
            '+gate t3, !signing t3',
            '-confirmation t1',
            deletes,
            '-gate t2, -gate t1, -gate t3',
          ),
          'easy',
        ],
      ] as const,
  ),
  [
    'rotation, its signing fails, retried',
    steps(
      FIRST,
      '+gate t2, !signing t2',
      '+signing t2, +confirmation t2, -confirmation t1, -signing t1, -gate t1',
    ),
    's2',
  ],
  [
    'rotation, its signing fails, put back in the list',
    steps(FIRST, '+gate t2, !signing t2', BACK, '-signing t1, -gate t1, -gate t2'),
    's1',
  ],
  [
    'rotation, its signing fails, destroyed',
    steps(FIRST, '+gate t2, !signing t2', '-confirmation t1, -signing t1, -gate t2, -gate t1'),
    'easy',
  ],
  [
    'rotation, fails, put back, rotated again',
    steps(
      FIRST,
      '+gate t2, +signing t2',
      BACK,
      '-signing t2, -signing t1, -gate t1, -gate t2',
      '+gate t4, +signing t4, +confirmation t4, -confirmation t3, -signing t3, -gate t3',
    ),
    's2',
  ],
  ['destroyed', steps(FIRST, '-confirmation t1, -signing t1, -gate t1'), 'easy'],
];

const ENDS: Readonly<Record<string, string>> = {
  s1: 'EXTERNAL s1 on SUCCESS',
  s2: 'EXTERNAL s2 on SUCCESS',
  easy: 'AWS_SES on SUCCESS',
};

async function take(cloud: FakeCloud, stack: setup.Stack, { action, resource, transaction, selector }: Step) {
  if (action === 'delete') return stack.delete(resource, transaction, selector, {});
  if (action === 'create') return stack.create(resource, transaction, selector, {});
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await stack.create(resource, transaction, selector, {}).catch(() => undefined);
  cloud.calls.clearFaults();
}

/** Passes the time until the next schedule is due, and lets it fire. */
async function expire(cloud: FakeCloud): Promise<void> {
  const [next] = cloud.scheduler.pending();
  if (next === undefined) return;
  await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
  await cloud.fireDue();
}

interface Play {
  /** Before which steps the schedule fires. */
  readonly fires: readonly number[];
  /** In the same moment as the step, instead of before it. */
  readonly atOnce?: boolean;
  /** Between any two steps every schedule there ever was fires once more. */
  readonly late?: boolean;
}

/** Plays the steps; answers what is not as it should be in the end. */
async function play(order: readonly Step[], end: string, { fires, atOnce, late }: Play): Promise<string[]> {
  const { cloud, stack } = setup.given();
  const payloads: unknown[] = [];
  for (const [i, each] of order.entries()) {
    for (const { payload } of cloud.scheduler.pending())
      if (!payloads.some((known) => JSON.stringify(known) === JSON.stringify(payload)))
        payloads.push(payload);
    if (late)
      for (const payload of payloads.filter((known) => !isWaiting(cloud, known))) await cloud.invoke(payload);
    if (!fires.includes(i)) {
      await take(cloud, stack, each);
    } else if (atOnce && each.action !== 'fails') {
      // (A kill would strike whichever of the two Puts first.)
      const [next] = cloud.scheduler.pending();
      if (next) await cloud.clock.advance(Math.max(0, next.at - cloud.clock.now()));
      cloud.calls.latencyMs = () => 20;
      await Promise.all([cloud.fireDue(), take(cloud, stack, each)]);
      cloud.calls.latencyMs = () => 0;
    } else {
      await expire(cloud);
      await take(cloud, stack, each);
    }
  }
  await cloud.fireAll();
  await setup.verify(cloud);
  const { open, lease, owner, baseline } = setup.ledgerOf(cloud);
  const selector = cloud.ses.state(setup.DOMAIN)?.selector;
  const isGone = end === 'easy';
  return [
    setup.signing(cloud) === ENDS[end] ? '' : `SES has ${setup.signing(cloud)}`,
    selector === undefined || cloud.ses.signingKey(setup.DOMAIN) === testKey(selector).publicKey.spki
      ? ''
      : 'another key',
    open === null ? '' : `open: ${open.transaction}`,
    lease === null ? '' : 'a lease',
    cloud.scheduler.pending().length === 0 ? '' : 'a schedule',
    isGone ? (owner === null && baseline === null ? '' : 'an owner or a baseline') : '',
    isGone || owner?.wanted.selector === end ? '' : `owner of ${owner?.wanted.selector}`,
  ].filter((problem) => problem !== '');
}

const isWaiting = (cloud: FakeCloud, payload: unknown): boolean =>
  cloud.scheduler.pending().some((each) => JSON.stringify(each.payload) === JSON.stringify(payload));

/** How many of those that are many: 1 for all of them, as BYODKIM_ORDERS_EVERY=1 npx jest orders.test */
const EVERY = Number(process.env.BYODKIM_ORDERS_EVERY ?? 11);

/** Never, at every step, at pairs of steps; before the step or with it; with late repetitions. */
function plays(length: number): Play[] {
  const each = Array.from({ length }, (_, i) => i);
  const many = [
    ...each.map((i) => ({ fires: [i], atOnce: true })),
    ...each.map((i) => ({ fires: [i], late: true })),
    ...each.flatMap((i) => each.slice(i + 1).map((j) => ({ fires: [i, j] }))),
  ];
  return [
    { fires: [] },
    { fires: [], late: true },
    ...each.map((i) => ({ fires: [i] })),
    // Orders of other lengths begin elsewhere, so that all of them together meet every step.
    ...many.filter((_, index) => (index + length) % EVERY === 0),
  ];
}

test.each(ORDERS)(
  '%s, with the schedule firing at any point: the end is as it should be',
  async (_, order, end) => {
    const wrong: string[] = [];
    for (const each of plays(order.length)) {
      const problems = await play(order, end, each).catch((error: Error) => [
        `${error.name}: ${error.message}`,
      ]);
      if (problems.length > 0) wrong.push(`${JSON.stringify(each)}: ${problems.join(', ')}`);
    }

    expect(wrong).toEqual([]);
  },
);
