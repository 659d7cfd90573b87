import { recordName } from '../../handlers/contract/contract';
import type { EventsService } from '../../packages/sandbox/aws/services/events';
import type { SandboxOptions } from '../../packages/sandbox/contract/core';
import { Deployment, passed } from '../support/deployment';
import { send, signers } from '../support/mail';

const HOUR_MS = 3_600_000;
const DAYS = 60;
/** After the audit of that day, at 03:00. */
const BEGINS_AT_HOUR = 6;

interface Incident {
  /** What happens, and after how many hours. */
  readonly steps: readonly (readonly [hours: number, act: (domain: string) => unknown])[];
  /** The events that other tools get of it, those of one moment in one line. */
  readonly events: readonly string[];
  /** Days until all is quiet again. */
  readonly days: number;
}

let deployment: Deployment;

const withdraw = (domain: string) => deployment.dns.removeTxt(recordName(domain, 's1'));
const publish = (domain: string) => deployment.publish(domain, 's1', deployment.keyOf('s1'));
const setByHand = (EmailIdentity: string) =>
  deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
    EmailIdentity,
    SigningAttributesOrigin: 'AWS_SES',
  });
const switchOff = (EmailIdentity: string) =>
  deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', { EmailIdentity, SigningEnabled: false });
const deploy = (domain: string) =>
  passed(
    deployment.deploy(domain, {
      selector: 's1',
      identity: 'existing',
      heal: !domain.startsWith('unhealed'),
    }),
  );

const hasFailed = async (domain: string) =>
  expect(await deployment.dkim(domain)).toMatchObject({ Status: 'FAILED', Tokens: ['s1'] });
const isAsSetByHand = async (domain: string) =>
  expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
const isSigned = async (domain: string) =>
  expect(await signers(deployment, await send(deployment, domain))).toBe('s1 pass');
/** Minutes after the change, with who made it. */
const isKnownToOperators = (domain: string) => {
  expect(eventsOf(domain).at(-1)).toBe('new DRIFT');
  const { message } = deployment.notices('audit').at(-1)!;
  expect(message).toMatch(/PutEmailIdentityDkimSigningAttributes by \S+:user\/sandbox-admin/);
};

/** The record is missing for so many hours, with further events in the meantime. */
const without = (hours: number, ...steps: Incident['steps']): Incident['steps'] => [
  [0, withdraw],
  [hours, publish],
  ...steps,
];

const LOST = 'new NOT_VERIFIED + new RECORD_MISSING';
const GIVEN_UP = [LOST, 'new MAY_NOT_SEND + worse NOT_VERIFIED'];
const VERIFIED_AGAIN = 'resolved MAY_NOT_SEND + resolved NOT_VERIFIED';
const INCIDENTS: Readonly<Record<string, Incident>> = {
  'an hour without the record': { steps: without(1), events: [], days: 2 },
  'seventy-one hours without it': {
    steps: without(71),
    events: [LOST, 'resolved NOT_VERIFIED + resolved RECORD_MISSING'],
    days: 5,
  },
  'another key after five days': {
    steps: without(
      168,
      [120, (domain) => deployment.publish(domain, 's1', deployment.keyOf('other'))],
      [167, hasFailed],
      [192, isSigned],
    ),
    events: [
      ...[...GIVEN_UP, 'new RECORD_OF_OTHER_KEY + resolved RECORD_MISSING'],
      ...['resolved RECORD_OF_OTHER_KEY', 'changed heal', VERIFIED_AGAIN],
    ],
    days: 9,
  },
  'signing switched off by hand after SES has given up': {
    steps: without(120, [109, hasFailed], [110, switchOff], [168, hasFailed], [169, deploy], [170, isSigned]),
    events: [
      ...[...GIVEN_UP, 'new SIGNING_OFF', 'resolved RECORD_MISSING', 'changed change'],
      `${VERIFIED_AGAIN} + resolved SIGNING_OFF`,
    ],
    days: 9,
  },
  'five days without it': {
    // By itself it does not come back.
    steps: without(120, [118, hasFailed], [138, hasFailed], [144, isSigned]),
    events: [...GIVEN_UP, 'resolved RECORD_MISSING', 'changed heal', VERIFIED_AGAIN],
    days: 8,
  },
  'five days, and nobody asked for healing': {
    steps: without(120, [168, hasFailed], [169, deploy], [170, isSigned]),
    events: [...GIVEN_UP, 'resolved RECORD_MISSING', 'changed change', VERIFIED_AGAIN],
    days: 9,
  },
  'a change by hand': {
    steps: [
      [0, setByHand],
      [0.1, isKnownToOperators],
      [72, isAsSetByHand],
      [73, deploy],
    ],
    events: ['new DRIFT', 'changed change', 'resolved DRIFT'],
    days: 5,
  },
  'a change by hand after SES has given up': {
    steps: without(120, [109, hasFailed], [110, setByHand], [168, isAsSetByHand], [169, deploy]),
    events: [
      ...[...GIVEN_UP, `new DRIFT + ${VERIFIED_AGAIN}`, 'resolved RECORD_MISSING'],
      ...['changed change', 'resolved DRIFT'],
    ],
    days: 9,
  },
  'a change by hand that no trail logs': {
    steps: [
      [0, setByHand],
      [20, (domain) => expect(eventsOf(domain).at(-1)).not.toBe('new DRIFT')],
      [22, (domain) => expect(eventsOf(domain).at(-1)).toBe('new DRIFT')],
      [72, isAsSetByHand],
      [73, deploy],
    ],
    events: ['new DRIFT', 'changed change', 'resolved DRIFT'],
    days: 5,
  },
};

/** The incidents of each domain, one after another. */
type Orders = Readonly<Record<string, readonly string[]>>;

/** What others see of a domain: its events on the bus. */
function eventsOf(domain: string): string[] {
  const byMinute = new Map<string, string[]>();
  const { events } = deployment.sandbox.service<EventsService>('events');
  for (const { source, time, detail } of events()) {
    if (source !== 'byodkim' || detail.domain !== domain) continue;
    const minute = time.slice(0, 16);
    byMinute.set(minute, [...(byMinute.get(minute) ?? []), `${detail.state} ${detail.code ?? detail.kind}`]);
  }
  return [...byMinute.values()].map((those) => those.sort().join(' + '));
}

/** Deploys the domains, and lets the days pass with all that happens to each. */
async function live(orders: Orders, options: SandboxOptions): Promise<void> {
  deployment = await Deployment.start(options, { topics: { result: 'create', audit: 'create' } });
  await passed(deployment.deployControl());
  for (const domain of Object.keys(orders)) {
    await deployment.ready(domain, 's1');
    await deployment.createIdentity(domain);
    await deploy(domain);
  }
  const { clock } = deployment.sandbox;
  const dayMs = 24 * HOUR_MS;
  await clock.advance(dayMs - ((clock.now() - BEGINS_AT_HOUR * HOUR_MS) % dayMs));
  let now = 0;
  for (const { at, act } of agendaOf(orders)) {
    await clock.advance((at - now) * HOUR_MS);
    now = at;
    await act();
  }
  await clock.advance((DAYS * 24 - now) * HOUR_MS);
}

function agendaOf(orders: Orders) {
  const agenda = Object.entries(orders).flatMap(([domain, order]) => {
    let day = 1;
    return order.flatMap((name) => {
      const { steps, days } = INCIDENTS[name]!;
      const begins = 24 * day;
      day += days;
      return steps.map(([hours, act]) => ({ at: begins + hours, act: () => act(domain) }));
    });
  });
  return agenda.sort((a, b) => a.at - b.at);
}

describe.each<[string, Orders, SandboxOptions]>([
  [
    'a control stack and its domains',
    {
      'first.example.com': [
        'an hour without the record',
        'five days without it',
        'a change by hand',
        'a change by hand after SES has given up',
      ],
      'second.example.com': [
        'five days without it',
        'a change by hand after SES has given up',
        'seventy-one hours without it',
        'another key after five days',
      ],
      'third.example.com': [
        'a change by hand',
        'signing switched off by hand after SES has given up',
        'five days without it',
        'seventy-one hours without it',
      ],
      'unhealed.example.com': [
        'seventy-one hours without it',
        'five days, and nobody asked for healing',
        'an hour without the record',
      ],
      'quiet.example.com': [],
    },
    {},
  ],
  [
    'the same where no trail logs changes, and SES leaves the switch of an identity as it is',
    { 'other.example.com': ['five days without it', 'a change by hand that no trail logs'] },
    { cloudTrail: false, sesVerification: { failureDisables: false } },
  ],
])('sixty days of %s', (_, orders, options) => {
  beforeAll(() => live(orders, options));
  afterAll(() => deployment.close());

  it.each(Object.entries(orders))(
    'notify of each incident and of its end once: %s',
    async (domain, order) => {
      expect(eventsOf(domain)).toEqual([
        'changed change',
        ...order.flatMap((name) => INCIDENTS[name]!.events),
      ]);
      await isSigned(domain);
    },
  );

  it('send only news, and a summary each month', () => {
    const summaries = deployment.notices('audit').filter(({ message }) => /^KEYS \(/m.test(message));
    expect(summaries.length).toBeGreaterThanOrEqual(2);
    expect(summaries.length).toBeLessThanOrEqual(4);
  });
});
