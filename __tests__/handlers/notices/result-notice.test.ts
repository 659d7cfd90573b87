import { FAILURES, FakeCloud, REGION, TOPICS } from '../../support/world';
import { beforeCall, ledgerOf, rewriteLedger, SES_PUT } from '../transaction/support';

const UPDATE = { action: 'update_ses_byodkim_automated', domain: 'example.com', selector: 's1' };
const tf = (resource: string, transaction = 't1') => ({
  resource,
  transaction,
  stack: 'B1',
  domain: 'example.com',
  selector: 's1',
});

const readyCloud = (resultTopicArn: string = TOPICS.result): FakeCloud => {
  const cloud = new FakeCloud({ environment: { resultTopicArn } });
  cloud.ses.give('example.com');
  cloud.giveKey('example.com', 's1');
  return cloud;
};
const subjects = (cloud: FakeCloud): string[] => cloud.sns.to(TOPICS.result).map(({ subject }) => subject);

test('notifies of a change, reports that after the earlier fields of the answer, and stays silent if nothing has happened', async () => {
  const cloud = readyCloud();
  const answer = await cloud.invoke(UPDATE);
  expect(Object.keys(answer).at(-1)).toBe('notice');
  expect(answer.notice).toEqual({ sent: true });
  await cloud.invoke(UPDATE);
  expect(subjects(cloud)).toEqual(['DKIM changed: example.com (s1, SUCCESS)']);
});

test('sends an event for a change without any topic, but none if nothing has happened', async () => {
  const cloud = readyCloud('');
  await cloud.invoke(UPDATE);
  await cloud.invoke(UPDATE);
  expect(cloud.bus.put).toEqual([
    {
      detailType: 'BYODKIM Change Result',
      place: expect.objectContaining({ domain: 'example.com', region: REGION }),
      detail: {
        domain: 'example.com',
        region: REGION,
        state: 'changed',
        kind: 'update',
        summary: 'DKIM changed: example.com (s1, SUCCESS)',
        selector: 's1',
        transaction: expect.stringMatching(/^direct-/),
        status: 'SUCCESS',
        at: expect.stringMatching(/Z$/),
      },
    },
  ]);
});

test('notifies of a destroy', async () => {
  const cloud = readyCloud();
  await cloud.invoke(tf('Signing'));
  const baseline = { resource: 'Baseline', id: 'B1', domain: 'example.com', tf: { action: 'delete' } };
  expect(await cloud.invoke(baseline)).toMatchObject({ reverted: true, notice: { sent: true } });
  expect(subjects(cloud).at(-1)).toBe('DKIM reverted: example.com');
});

test('does not notify of a change that another run has taken over, which reports its own end', async () => {
  const cloud = readyCloud();
  const expiresAt = cloud.clock.now() + 60_000;
  const lease = { holder: 'another', acquiredAt: cloud.clock.now(), expiresAt };
  beforeCall(cloud, SES_PUT, () => rewriteLedger(cloud, (ledger) => ({ ...ledger, lease })));
  const failed = await cloud.invoke(tf('Signing')).catch((error: Error) => error);
  expect(failed).toMatchObject({ name: 'CONCURRENT_UPDATE' });
  expect(failed.message).toContain('Another run took over example.com');
  expect(cloud.sns.published).toEqual([]);
  expect(cloud.bus.put).toEqual([]);
});

test('notifies of a revert by the schedule, but not of a firing that has nothing to do', async () => {
  const cloud = readyCloud();
  await cloud.invoke(tf('Signing'));
  const { payload } = cloud.scheduler.pending()[0]!;

  await cloud.fireAll();
  await cloud.invoke(payload);

  expect(subjects(cloud)).toEqual(['DKIM changed: example.com (s1, SUCCESS)', 'DKIM reverted: example.com']);
  expect(cloud.sns.published[1]!.message).toContain('It was not confirmed in time');
  expect(cloud.bus.put.map(({ detail }) => detail)).toMatchObject([
    { state: 'changed', kind: 'change', transaction: 't1' },
    { state: 'rolled-back', kind: 'revert-unconfirmed', transaction: 't1' },
  ]);
});

test('notifies of a failed change with its code and outcome, and throws the error all the same', async () => {
  const cloud = readyCloud();
  cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', when: 'after' });
  const details = { notice: { sent: true } };
  expect(await cloud.invoke(UPDATE)).toMatchObject({ error: 'SES_UPDATE_FAILED', details });
  expect(subjects(cloud)).toEqual(['DKIM change failed: example.com (SES_UPDATE_FAILED)']);
  expect(cloud.bus.put).toMatchObject([
    {
      detail: { state: 'failed', code: 'SES_UPDATE_FAILED', rollback: expect.stringContaining('Easy DKIM') },
    },
  ]);
});

test('keeps the error of a failed change if the notice fails too', async () => {
  const cloud = readyCloud();
  cloud.dns.unpublish('s1._domainkey.example.com');
  cloud.calls.addFault({ action: 'sns:Publish', error: FAILURES.denied() });
  expect(await cloud.invoke(UPDATE)).toMatchObject({
    error: 'DNS_TXT_NOT_READY',
    details: { notice: { sent: false, error: expect.stringContaining('sns:Publish') } },
  });
});

test.each(['fail', 'hang'] as const)(
  'lets no change fail if a bus does not accept the event (%s)',
  async (kind) => {
    const cloud = readyCloud();
    cloud.calls.addFault({ action: 'events:PutEvents', kind, error: FAILURES.denied(), times: 9 });
    expect(await cloud.invoke(UPDATE)).toMatchObject({ statusCode: 200, final_dkim_status: 'SUCCESS' });
    expect(ledgerOf(cloud).open).toBeNull();
    expect(cloud.log.filter(({ event }) => event === 'events-not-put')).toHaveLength(1);
  },
);

test('keeps a change whose topic cannot be published to, and reports the failure in its answer', async () => {
  const cloud = readyCloud();
  cloud.calls.addFault({ action: 'sns:Publish', times: 9, error: FAILURES.denied() });

  const answer = await cloud.invoke(UPDATE);

  expect(answer).toMatchObject({
    statusCode: 200,
    final_dkim_status: 'SUCCESS',
    notice: { sent: false, error: expect.stringContaining(TOPICS.result) },
  });
  expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'EXTERNAL', status: 'SUCCESS' });
});

test('lets no piece of a key in an error reach a notice or an event', async () => {
  const cloud = readyCloud();
  const { der } = cloud.giveKey('example.com', 's1');
  const echo = Object.assign(new Error(`Invalid key ${der}`), {
    name: 'BadRequestException',
    $metadata: { httpStatusCode: 400 },
  });
  cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', error: echo });

  const answer = await cloud.invoke(UPDATE);

  expect(answer.message).toContain('Invalid key [REDACTED]');
  expect([cloud.sns.published.length, cloud.bus.put.length]).toEqual([1, 1]);
  expect(JSON.stringify(cloud.sns.published)).toContain('[REDACTED]');
  expect(JSON.stringify([cloud.sns.published, cloud.bus.put, cloud.log, answer])).not.toContain(
    der.slice(600, 624),
  );
});

test('names in the notice of a rotation the record that has to stay, and until when', async () => {
  const cloud = readyCloud();
  cloud.giveKey('example.com', 's2');
  for (const resource of ['Signing', 'Confirmation']) await cloud.invoke(tf(resource));
  const answer = await cloud.invoke({ ...tf('Signing', 't2'), selector: 's2' });
  expect(answer.retiring).toEqual({ selector: 's1', until: '2025-09-25' });
  expect(cloud.sns.to(TOPICS.result).at(-1)!.message).toContain(
    'Leave the record of s1 in DNS until 2025-09-25: mail signed with it is in transit, and a rollback needs it.',
  );
});
