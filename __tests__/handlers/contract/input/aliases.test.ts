/** What the function does by the name that it is called by. */
import { ACTIONS, recordName } from '../../../../handlers/contract/contract';
import { aliasOf, parseEvent, type Request } from '../../../../handlers/contract/input/event';
import type { FakeCloud } from '../../../support/world';
import { auditedCloud, giveManagedDomain, SELECTOR } from '../../audit/managed-domain';
import { EVENTS } from './events';

const READS: readonly Request['kind'][] = ['gate', 'inspect', 'status', 'known', 'record', 'audit', 'topics'];
const KINDS = Object.keys(EVENTS) as Request['kind'][];

const cloudWith = (count: number): FakeCloud => {
  const cloud = auditedCloud();
  for (let i = 0; i < count; i += 1) giveManagedDomain(cloud, `d${i}.example`);
  return cloud;
};

test.each(READS)('%s only reads: no call to AWS writes, arms or notifies', async (kind) => {
  const cloud = cloudWith(2);
  // Something that a person has to know of.
  cloud.dns.unpublish(recordName('d1.example', SELECTOR));

  await cloud.invoke(EVENTS[kind], 'read');

  const actions = [...new Set(cloud.calls.list().map((call) => call.split(' ')[0]))];
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions)
    expect(action).toMatch(/^(s3:(Get|List|Head)|ses:(Get|List)|sns:(Get|List)|dns:Prove)/);
  expect(cloud.metrics).toEqual([]);
});

test('the gate does not wait, so a principal that may only read does not occupy the function', async () => {
  const cloud = cloudWith(1);
  cloud.dns.unpublish(recordName('d0.example', SELECTOR));
  const begun = cloud.clock.now();
  const event = { ...EVENTS.gate, gate: { waitSeconds: 240 } };

  await expect(cloud.invoke(event, 'read')).rejects.toMatchObject({ name: 'DNS_TXT_NOT_READY' });
  expect(cloud.clock.now() - begun).toBeLessThan(10_000);

  await expect(cloud.invoke(event)).rejects.toMatchObject({ name: 'DNS_TXT_NOT_READY' });
  expect(cloud.clock.now() - begun).toBeGreaterThan(60_000);
});

/** What each alias takes; one that the function does not know takes nothing. */
const TAKEN: Readonly<Record<string, readonly Request['kind'][]>> = {
  read: READS,
  watch: ['identity-changed'],
  read2: [],
  READ: [],
  '1': [],
  constructor: [],
};

test.each(
  Object.entries(TAKEN).flatMap(([alias, taken]) =>
    KINDS.filter((kind) => !taken.includes(kind)).map((kind) => [alias, kind] as const),
  ),
)('through the alias %s, %s is refused before AWS is called', async (alias, kind) => {
  const cloud = cloudWith(1);
  const answer = await cloud.invoke(EVENTS[kind], alias).catch((error) => ({ error: error.name }));
  expect(answer).toMatchObject({ error: 'NOT_ALLOWED' });
  expect(cloud.calls.list()).toEqual([]);
});

test.each([
  ['arn:aws:lambda:eu-west-1:111122223333:function:f', ''],
  ['arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST', '$LATEST'],
  ['arn:aws:lambda:eu-west-1:111122223333:function:f:watch', 'watch'],
])('reads the alias from the invoked ARN: %s', (arn, alias) => {
  expect(aliasOf(arn)).toBe(alias);
});

test.each(['', '$LATEST'])('accepts every action by the name "%s"', (alias) => {
  const { environment } = cloudWith(0);
  for (const kind of KINDS)
    expect(parseEvent(EVENTS[kind], environment, alias).request).toMatchObject({ kind });
});

test('records a change by others that arrives through the alias watch, for an audit', async () => {
  const answer = await cloudWith(1).invoke(EVENTS['identity-changed'], 'watch');
  expect(answer).toMatchObject({ statusCode: 200, noted: true });
});

test('audits at most 50 domains, at half of SES’s rate, and names those that it has not reached', async () => {
  const cloud = cloudWith(53);
  const begun = cloud.clock.now();

  const answer = await cloud.invoke({ action: ACTIONS.audit }, 'read');

  expect(answer).toMatchObject({
    statusCode: 200,
    complete: false,
    audited: 50,
    message: expect.stringContaining('50 domains were audited, and 3 were not reached'),
  });
  expect(answer.notReached).toHaveLength(3);
  expect(answer).not.toHaveProperty('report');
  expect(cloud.calls.count('ses:GetEmailIdentity')).toBe(50);
  expect(cloud.clock.now() - begun).toBeGreaterThanOrEqual(49 * 2_000);
  expect(cloud.scheduler.pending()).toEqual([]);

  const rest = await cloud.invoke({ action: ACTIONS.audit, domains: answer.notReached }, 'read');
  expect(rest).toMatchObject({ complete: true, audited: 3, notReached: [] });
});
