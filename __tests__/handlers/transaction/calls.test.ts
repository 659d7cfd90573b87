import fs from 'node:fs';
import path from 'node:path';
import type { FakeCloud } from '../../support/world';
import { awsFailure } from '../../support/world/aws-failure';
import { DOMAIN, direct, failure, givenCloud, SES_FLAG, SES_GET, SES_PUT, Stack } from './support';

/** SES verifies before the first look, so that no further look is counted. */
const givenFastCloud = () => {
  const cloud = givenCloud();
  cloud.ses.verifySeconds = 0;
  return { cloud, stack: new Stack(cloud) };
};

const NAMES: Readonly<Record<string, string>> = {
  [SES_GET]: 'Get',
  [SES_PUT]: 'Put',
  [SES_FLAG]: 'Flag',
  's3:ListBucket': 'dns?',
  'scheduler:CreateSchedule': 'arm',
  'scheduler:DeleteSchedule': 'disarm',
  'dns:Prove': 'gate',
};

function named(action: string, resource: string): string {
  if (action === 's3:GetObject') return /ledger/.test(resource) ? 'ledger' : 'key';
  if (action === 's3:PutObject') return 'ledger!';
  if (action === 's3:HeadObject') return 'key?';
  return NAMES[action] ?? action;
}

interface Counted {
  readonly row: string;
  readonly ses: number;
}

/** The calls that a run makes, as a row of the table. */
async function count(name: string, cloud: FakeCloud, run: () => Promise<unknown>): Promise<Counted> {
  const before = cloud.calls.made.length;
  await run();
  const made = cloud.calls.made.slice(before);
  const of = (service: string) => made.filter(({ action }) => action.startsWith(`${service}:`)).length;
  const order = made.map(({ action, resource }) => named(action, resource)).join(', ');
  return { ses: of('ses'), row: `| ${name} | ${of('ses')} | ${of('s3')} | ${of('scheduler')} | ${order} |` };
}

const RUNS: readonly (readonly [name: string, most: number, run: (name: string) => Promise<Counted>])[] = [
  [
    '`DnsGate`',
    0,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      return count(name, cloud, () => stack.gate('t1', 's1'));
    },
  ],
  [
    '`Signing`, first apply',
    3,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      return count(name, cloud, () => stack.signing('t1', 's1'));
    },
  ],
  [
    '`Signing`, first apply, signing was off',
    4,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      cloud.ses.tamper(DOMAIN, { enabled: false });
      return count(name, cloud, () => stack.signing('t1', 's1'));
    },
  ],
  [
    '`Signing`, rotation',
    3,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      return count(name, cloud, () => stack.signing('t2', 's2'));
    },
  ],
  [
    '`Signing`, already as wanted',
    1,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      return count(name, cloud, () => stack.signing('t2', 's1'));
    },
  ],
  [
    '`Signing`, the same invocation again',
    1,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      return count(name, cloud, () => stack.signing('t1', 's1'));
    },
  ],
  [
    '`Signing`, Put refused',
    3,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      cloud.calls.addFault({ action: SES_PUT, error: awsFailure('BadRequestException', 'Refused.', 400) });
      return count(name, cloud, () => failure(stack.signing('t1', 's1')));
    },
  ],
  [
    '`Signing`, the Put’s answer lost and put back',
    4,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      cloud.calls.addFault({ action: SES_PUT, when: 'after' });
      return count(name, cloud, () => failure(stack.signing('t1', 's1')));
    },
  ],
  [
    '`Confirmation`',
    1,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      return count(name, cloud, () => stack.confirmation('t1', 's1'));
    },
  ],
  [
    '`Confirmation`, the revert had fired',
    4,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      await cloud.fireAll();
      return count(name, cloud, () => stack.confirmation('t1', 's1'));
    },
  ],
  [
    'direct call',
    3,
    async (name) => {
      const { cloud } = givenFastCloud();
      return count(name, cloud, () => direct(cloud, 's1'));
    },
  ],
  [
    'direct call, already as wanted',
    1,
    async (name) => {
      const { cloud } = givenFastCloud();
      await direct(cloud, 's1');
      return count(name, cloud, () => direct(cloud, 's1'));
    },
  ],
  [
    'revert by schedule, to Easy DKIM',
    2,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      return count(name, cloud, () => cloud.fireAll());
    },
  ],
  [
    'revert by schedule, to an earlier key',
    2,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      await stack.signing('t2', 's2');
      return count(name, cloud, () => cloud.fireAll());
    },
  ],
  [
    'revert by schedule, signing was off',
    2,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      cloud.ses.tamper(DOMAIN, { enabled: false });
      await stack.signing('t1', 's1');
      return count(name, cloud, () => cloud.fireAll());
    },
  ],
  [
    'revert by schedule, confirmed since',
    0,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      const { payload } = cloud.scheduler.pending()[0]!;
      await stack.confirmation('t1', 's1');
      return count(name, cloud, () => cloud.invoke(payload));
    },
  ],
  [
    'delete of `Signing`',
    2,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      return count(name, cloud, () => stack.deleteSigning('t1', 's1'));
    },
  ],
  [
    'delete of `Signing`, while armed',
    2,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.signing('t1', 's1');
      return count(name, cloud, () => stack.deleteSigning('t1', 's1'));
    },
  ],
  [
    'delete of `Signing`, superseded',
    0,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      await stack.apply('t2', 's2');
      return count(name, cloud, () => stack.deleteSigning('t1', 's1'));
    },
  ],
  [
    'delete of `Confirmation`',
    0,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      return count(name, cloud, () => stack.delete('Confirmation', 't1', 's1', {}));
    },
  ],
  [
    '`Inspection`, at each plan',
    1,
    async (name) => {
      const { cloud, stack } = givenFastCloud();
      await stack.apply('t1', 's1');
      return count(name, cloud, () => stack.token('s1'));
    },
  ],
];

const documented = fs.readFileSync(path.join(__dirname, '../../../docs/evidence/calls.md'), 'utf8');

test.each(RUNS)('%s: at most %i calls of SES, and as documented', async (name, most, run) => {
  const { row, ses } = await run(name);

  expect(ses).toBeLessThanOrEqual(most);
  expect(documented.split('\n')).toContain(row);
});

test('before its Put, a first apply asks AWS seven times and waits four times', async () => {
  const { cloud, stack } = givenFastCloud();
  const answerMs = 100;
  cloud.calls.latencyMs = ({ action }) => (action === 'dns:Prove' ? 0 : answerMs);
  const startedAt = cloud.clock.now();

  await stack.signing('t1', 's1');

  const { made } = cloud.calls;
  const put = made.findIndex(({ action }) => action === SES_PUT);
  const asked = made.slice(0, put).filter(({ action }) => action !== 'dns:Prove').length;
  expect({ asked, waits: (made[put]!.at - startedAt) / answerMs }).toEqual({ asked: 7, waits: 4 });
});

test('nothing is documented that is not counted', () => {
  const rows = documented.split('\n').filter((line) => /^\| .* \| \d+ \|/.test(line));

  expect(rows.map((row) => row.split(' | ')[0]?.slice(2))).toEqual(RUNS.map(([name]) => name));
});
