import { SES_READS } from '../../../cli/pace/ses-reads';
import { awsFailure } from '../../support/world';
import {
  apply,
  call,
  claim,
  confirm,
  destroy,
  failsWith,
  fire,
  inTurn,
  type Step,
  sign,
  switchedOff,
} from './steps';
import * as setup from './support';

const NAMES: Readonly<Record<string, string>> = {
  [setup.SES_GET]: 'Get',
  [setup.SES_PUT]: 'Put',
  [setup.SES_FLAG]: 'Flag',
  'ses:ListResourceTenants': 'tenants?',
  's3:HeadObject': 'key?',
  's3:ListBucket': 'dns?',
  's3:PutObject': 'ledger!',
  'scheduler:CreateSchedule': 'arm',
  'scheduler:DeleteSchedule': 'disarm',
  'dns:Prove': 'gate',
  'events:PutEvents': 'event',
};

const named = (action: string, resource: string): string =>
  action === 's3:GetObject' ? (/ledger/.test(resource) ? 'ledger' : 'key') : (NAMES[action] ?? action);

const nothing: Step = () => {};
const applied = apply('t1', 's1');
const signed = sign('t1', 's1');
const confirmed = confirm('t1', 's1');
const called = call('s1');
const destroyed = destroy();

/**
 * What each run asks of AWS, in order. `key`: GetObject of a private key; `key?`: HeadObject;
 * `dns?`: ListObjectsV2 of DNS information; `tenants?`: ListResourceTenants; `gate`: the proof in DNS, a second one is of the earlier selector; `ledger`:
 * GetObject; `ledger!`: a conditional PutObject; `event`: of the result, on the event bus. Further checks of SES, renewals of the lease and retries come on top.
 */
const RUNS: readonly (readonly [name: string, calls: string, before: Step, counted: Step])[] = [
  ['`DnsGate`', 'key, dns?, gate', applied, ({ stack }) => stack.gate('t2', 's2')],
  [
    '`Signing`, first apply',
    'ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Get, ledger!, event',
    nothing,
    sign('t1', 's1'),
  ],
  [
    '`Signing`, first apply, signing was off',
    'ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Flag, Get, ledger!, event',
    switchedOff,
    sign('t1', 's1'),
  ],
  [
    '`Signing`, rotation',
    'ledger, key, dns?, gate, ledger!, Get, key, gate, arm, ledger!, Put, Get, ledger!, event',
    applied,
    sign('t2', 's2'),
  ],
  [
    '`Signing`, already as wanted',
    'ledger, key, dns?, gate, ledger!, Get, ledger!',
    applied,
    sign('t2', 's1'),
  ],
  [
    '`Signing`, the same invocation again',
    'ledger, key, dns?, gate, ledger!, Get, ledger!, event',
    signed,
    sign('t1', 's1'),
  ],
  [
    '`Signing`, Put refused',
    'ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Get, Get, ledger!, disarm, event',
    ({ cloud }) =>
      cloud.calls.addFault({
        action: setup.SES_PUT,
        error: awsFailure('BadRequestException', 'Refused.', 400),
      }),
    failsWith(sign('t1', 's1')),
  ],
  [
    '`Signing`, the Put’s answer lost and rolled back',
    'ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Get, Get, Put, ledger!, event',
    ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' }),
    failsWith(sign('t1', 's1')),
  ],
  ['`Baseline`', 'ledger, ledger!, ledger!', nothing, claim()],
  ['`Confirmation`, a minute after `Signing`', 'ledger, ledger!, Get, ledger!, disarm', signed, confirmed],
  [
    '`Confirmation`, the revert had just fired',
    'ledger, ledger!, ledger!, ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Get, ledger!, disarm, event',
    inTurn(signed, fire),
    confirmed,
  ],
  [
    'direct call',
    'ledger, key, dns?, gate, ledger!, Get, arm, ledger!, Put, Get, ledger!, disarm, event',
    nothing,
    called,
  ],
  ['direct call, already as wanted', 'ledger, key, dns?, gate, ledger!, Get, ledger!', called, called],
  ['revert by schedule, to Easy DKIM', 'ledger, ledger!, Get, Put, ledger!, disarm, event', signed, fire],
  [
    'revert by schedule, to an earlier key',
    'ledger, ledger!, Get, key, Put, ledger!, disarm, key, gate, event',
    inTurn(applied, sign('t2', 's2')),
    fire,
  ],
  [
    'revert by schedule, signing was off',
    'ledger, ledger!, Get, Put, Flag, ledger!, disarm, event',
    inTurn(switchedOff, signed),
    fire,
  ],
  [
    'delete of `Baseline`',
    'ledger, ledger!, arm, ledger!, Get, Put, ledger!, disarm, event',
    applied,
    destroyed,
  ],
  [
    'delete of `Baseline`, whose stack deletes the identity',
    'ledger, ledger!, tenants?, arm, ledger!, Get, Put, ledger!, disarm, event',
    applied,
    ({ stack }) => stack.destroy(undefined, { deletesIdentity: true }),
  ],
  [
    'delete of `Baseline`, signing was off',
    'ledger, ledger!, arm, ledger!, Get, Put, Flag, ledger!, disarm, event',
    inTurn(switchedOff, applied),
    destroyed,
  ],
  [
    'delete of `Baseline`, while armed',
    'ledger, ledger!, ledger!, Get, Put, ledger!, disarm, event',
    signed,
    destroyed,
  ],
  [
    'delete of `Baseline`, replaced',
    'ledger, ledger!, ledger!',
    inTurn(claim(), apply('t1', 's1'), sign('t1', 's1', { stack: 'B2' })),
    destroyed,
  ],
  ['`Inspection`, at each plan', 'ledger, Get, key?', applied, ({ stack }) => stack.token('s1')],
  ['`Inspection`, of a first deploy', 'ledger', nothing, ({ stack }) => stack.token('s1')],
];

/** Later than a read of SES may be old. */
const LATER_MS = 60_000;

/** Returns the names of the calls of a run, sorted: some run at the same time, and which comes first says nothing. */
async function callsOf(arrange: Step, run: Step, afterMs = LATER_MS): Promise<string[]> {
  const cloud = setup.givenCloud();
  // SES verifies before the first check, so that no further check is counted.
  cloud.ses.verifySeconds = 0;
  const given = { cloud, stack: new setup.Stack(cloud) };
  await arrange(given);
  await cloud.clock.advance(afterMs);
  const before = cloud.calls.made.length;
  await run(given);
  const made = cloud.calls.made.slice(before);
  return made.map(({ action, resource }) => named(action, resource)).sort();
}

test.each(RUNS)('%s calls %s', async (_, calls, arrange, run) => {
  expect(await callsOf(arrange, run)).toEqual(calls.split(', ').sort());
});

test('`Confirmation` does not read SES if `Signing` has just seen it verify', async () => {
  expect(await callsOf(signed, confirmed, 2_000)).toEqual(['disarm', 'ledger', 'ledger!', 'ledger!']);
});

test.each<[keyof typeof SES_READS, Step, Step, number]>([
  ['inspection', applied, ({ stack }) => stack.token('s1'), LATER_MS],
  ['signing', nothing, signed, LATER_MS],
  ['confirmation', signed, confirmed, 2_000],
  ['confirmationLater', signed, confirmed, LATER_MS],
  ['rollback', applied, destroyed, LATER_MS],
  ['status', applied, ({ cloud }) => cloud.invoke({ action: 'status', domain: setup.DOMAIN }), LATER_MS],
])('the pace of the command counts the reads of SES of %s', async (row, arrange, run, afterMs) => {
  const made = await callsOf(arrange, run, afterMs);
  expect(made.filter((name) => name === 'Get')).toHaveLength(SES_READS[row]);
});
