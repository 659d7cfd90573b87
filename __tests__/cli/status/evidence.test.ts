import { stepWords } from '../../../cli/words/evidence';
import { HOUR_MS } from '../../../handlers/clock';
import { STEPS } from '../../../handlers/ledger/states';
import * as setup from '../../handlers/transaction/support';
import { FakeCloud } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim } from '../support/terminal';

const DOMAIN = 'example.com';
const PLACE = ['--region', 'ap-northeast-1', '--no-list'];

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
  cloud.ses.give(DOMAIN);
});

const run = (...args: string[]) =>
  byodkim(['status', DOMAIN, '--keys', ...PLACE, ...args], {
    invoke: functionIn(cloud),
    clock: { now: () => cloud.clock.now(), sleep: async () => {} },
  });
const asData = async () => JSON.parse((await run('--json')).stdout).domains[0];

/** Makes a key, publishes its record, and sets it by a direct call. */
async function rotate(selector: string): Promise<void> {
  const { record } = await cloud.invoke({
    action: 'create_key',
    domain: DOMAIN,
    selector,
  });
  cloud.dns.publish(record.name, record.value);
  await cloud.clock.advance(HOUR_MS);
  await cloud.invoke({
    action: 'update_ses_byodkim_automated',
    domain: DOMAIN,
    selector,
  });
}

test('shows the life of each key: made, proved, verified, rolled back, and when its record may go', async () => {
  await rotate('s1');
  await cloud.clock.advance(HOUR_MS);
  await rotate('s2');
  cloud.ses.verifySeconds = Number.POSITIVE_INFINITY;
  await rotate('s3');
  await cloud.fireAll();

  const { keys, steps, selectors, notRecorded, ...row } = await asData();

  expect(row).toMatchObject({ domain: DOMAIN, region: 'ap-northeast-1', selector: 's2' });
  const made = (selector: string, madeAt: string) => ({
    selector,
    maker: 'function',
    madeAt,
  });
  expect(keys).toMatchObject([
    made('s1', '2025-09-17T10:30:00.000Z'),
    made('s2', expect.stringMatching(/^2025-09-17T12:/)),
    made('s3', expect.stringMatching(/^2025-09-17T13:/)),
  ]);
  expect(
    steps.map((step: { event: string; selector?: string; detail?: string }) => [step.event, step.selector]),
  ).toEqual([
    ['opened', 's1'],
    ['confirmed', 's1'],
    ['opened', 's2'],
    ['confirmed', 's2'],
    ['opened', 's3'],
    ['confirmed', 's3'],
    ['reverting', 's3'],
    ['reverted', 's3'],
  ]);
  expect(steps[1]).toMatchObject({
    at: expect.stringMatching(/^2025-09-17T11:30/),
    detail: 'SUCCESS',
  });
  expect(selectors).toMatchObject([
    {
      selector: 's1',
      stage: 'retiring',
      recordMayGoAt: expect.stringMatching(/^2025-09-24T13:/),
    },
    { selector: 's2', stage: 'active', recordMayGoAt: null },
  ]);
  expect(notRecorded).toEqual(
    ['requested a change', 'name servers were asked', 'earlier audits'].map((part) =>
      expect.stringContaining(part),
    ),
  );
});

test('is a page of Markdown', async () => {
  await rotate('s1');
  const { stdout } = await run();
  const fingerprint = (await asData()).fingerprint;
  expect(stdout.replaceAll(fingerprint, 'SHA256:key')).toMatchInlineSnapshot(`
    "# Evidence of DKIM for example.com in ap-northeast-1

    At 2025-09-17T11:30:04.000Z SES had: EXTERNAL with selector s1, signing on, status SUCCESS. The key in force is SHA256:key.

    ## Keys

    | selector | key | made by | made | stored in S3 | DNS team asked | place |
    | --- | --- | --- | --- | --- | --- | --- |
    | \`s1\` | \`SHA256:key\` | the function, in AWS | 2025-09-17T10:30:00.000Z | 2025-09-17T10:30:00.000Z | not recorded | \`s3://key-store/dkim-certificates/example.com/s1/private_key.pem\` |

    ## Changes

    | time (UTC) | selector | what happened | transaction |
    | --- | --- | --- | --- |
    | 2025-09-17T11:30:00.000Z | \`s1\` | DNS had proved the record of the key, and the rollback was armed, before SES was set. | \`direct-00000000-0000-4000-8000-000000000001\` |
    | 2025-09-17T11:30:04.000Z | \`s1\` | The change is confirmed. SES has verified the key. | \`direct-00000000-0000-4000-8000-000000000001\` |

    ## Records

    | selector | stage | since | record may go |
    | --- | --- | --- | --- |
    | \`s1\` | active | 2025-09-17T11:30:04.000Z | not yet |

    ## Audit

    No audit of all domains is recorded. Nothing is found now.

    ## What is not recorded, and where to look

    - The principal that requested a change. A trail of CloudTrail with Lambda data events has the caller of each \`Invoke\` of \`ses-byodkim\`; without data events, the management events have each call that changed SES, made by the role of the function or by others.
    - Which name servers were asked, and their answers. The log group \`/aws/lambda/ses-byodkim\` has them (\`The gate was asked\`), as long as it is kept.
    - Findings of earlier audits. Each audit has a report below \`s3://key-store/byodkim-audit/\`, as long as the bucket keeps it.
    "
  `);
});

test('prints a forged history as text, in one row, with events that nobody knows', async () => {
  await rotate('s1');
  setup.rewriteLedger(cloud, (ledger) => {
    const [entry] = ledger.history;
    const forged = ['constructor', 'toString', 'a | <b>\n# c'].map((event) => ({
      ...entry!,
      event: event as 'opened',
      transaction: 'x\\| y',
      detail: '| <img src=x>',
    }));
    return { ...ledger, history: forged };
  });
  const { stdout } = await run();
  const rows = stdout.split('\n').filter((line) => line.includes('unknown here'));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  expect(stdout).not.toMatch(/<b>|<img|^# c/m);
});

test('passes over a history with a forged time', async () => {
  await rotate('s1');
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    history: [{ ...ledger.history[0]!, at: '<img src=x> |\n# forged' }],
  }));
  const { stdout } = await run();
  expect(stdout).toContain('No change is recorded.');
  expect(stdout).not.toContain('forged');
});

test('names the facts that are not recorded if others have stored the key, and the ledger if it is full', async () => {
  cloud.giveKey(DOMAIN, 's1');
  await setup.direct(cloud, 's1');
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    history: Array.from({ length: 50 }, () => ledger.history[0]!),
  }));
  const { notRecorded, steps } = await asData();
  const parts = [
    's3://key-store/dkim-certificates/example.com/s1/private_key.pem',
    'ses-byodkim',
    '/aws/lambda/ses-byodkim',
    `Steps before ${steps[0].at}: .*s3://key-store/byodkim-ledger/ap-northeast-1/example.com.json`,
    's3://key-store/byodkim-audit/',
  ];
  expect(notRecorded).toEqual(parts.map((part) => expect.stringMatching(part)));
});

test('exits with 2 if nothing is recorded, and claims nothing', async () => {
  const { exitCode, stdout } = await run();
  expect(exitCode).toBe(2);
  expect(stdout).toContain('No change is recorded.');
});

test.each([...new Set(Object.values(STEPS).flatMap((steps) => Object.keys(steps)))] as const)(
  'describes a step in one or more whole sentences: %s',
  (event) => {
    const step = {
      at: '',
      event: event as never,
      transaction: 't1',
      selector: 's1',
    };
    for (const detail of [undefined, 'SUCCESS', 'Easy DKIM as before (signing on)', 'It failed.'])
      expect(stepWords({ ...step, detail })).toMatch(/^[A-Z](?!.*(undefined|\.\.)).*\.$/);
  },
);

test('names a change that heal has begun', () => {
  const step = { at: '', event: 'opened', transaction: 'heal-1', selector: 's1' } as const;
  expect(stepWords(step)).toMatch(/^SES had given up the key, so heal sets it again\. DNS had proved/);
  expect(stepWords({ ...step, transaction: 't1' })).toMatch(/^DNS had proved/);
});
