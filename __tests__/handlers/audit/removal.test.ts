import { DAY_MS } from '../../../handlers/clock';
import { ACTIONS, dnsRecordObject, recordName } from '../../../handlers/contract/contract';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { BUCKET, FAILURES, type FakeCloud, TOPICS, testKey } from '../../support/world';
import {
  beforeCall,
  DOMAIN,
  given,
  kill,
  killed,
  ledgerOf,
  SES_PUT,
  type Stack,
} from '../transaction/support';

const ask = (cloud: FakeCloud, selector: string) =>
  cloud.invoke({ action: ACTIONS.askRemoval, domain: DOMAIN, selector });

/** A domain that was rotated from s1 to s2, so many days ago. */
async function rotated(days: number, fields: object = {}): Promise<{ cloud: FakeCloud; stack: Stack }> {
  const { cloud, stack } = given({ environment: { dnsTopicArn: TOPICS.dns } });
  const record = dnsRecord({ domain: DOMAIN, selector: 's1' }, testKey('s1').publicKey, cloud.clock.now());
  cloud.s3.write(BUCKET, dnsRecordObject(DOMAIN, 's1'), JSON.stringify({ format: 1, ...record }));
  await stack.apply('t1', 's1');
  await cloud.clock.advance(DAY_MS);
  await stack.apply('t2', 's2', { ...fields });
  await cloud.clock.advance(days * DAY_MS);
  return { cloud, stack };
}

test('the DNS team is asked to remove a record that no mail needs', async () => {
  const { cloud } = await rotated(8);
  const { notice, message } = await ask(cloud, 's1');
  expect(notice).toMatchObject({ sent: true });
  expect(message).toContain('A request to remove the record of s1 was sent.');
  expect(cloud.sns.to(TOPICS.dns)).toEqual([
    expect.objectContaining({
      subject: `DNS record to remove for ${DOMAIN} (DKIM)`,
      message: expect.stringContaining(`Name:  ${recordName(DOMAIN, 's1')}\n`),
    }),
  ]);
});

test('does not ask for the removal of one that the stack publishes, since the engine would publish it again', async () => {
  const { cloud } = await rotated(8, { rotation: { records: ['s2', 's1'] } });
  expect(await ask(cloud, 's1')).toMatchObject({ notice: { code: 'PUBLISHED_BY_STACK' }, text: null });
  expect(cloud.sns.to(TOPICS.dns)).toEqual([]);
});

test('does not ask for the removal of one with which SES signs again, as a person has set it', async () => {
  const { cloud } = await rotated(8);
  cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki });
  expect(await ask(cloud, 's1')).toMatchObject({ notice: { code: 'STILL_NEEDED' }, text: null });
});

test.each([
  ['that signs', 8, 's2'],
  ['whose mail is in transit', 6, 's1'],
  ['that SES has never signed with', 8, 's9'],
])('does not ask for the removal of one %s', async (_, days, selector) => {
  const { cloud } = await rotated(days);
  expect(await ask(cloud, selector)).toMatchObject({
    notice: { sent: false, code: 'STILL_NEEDED' },
    text: null,
  });
  expect(cloud.sns.to(TOPICS.dns)).toEqual([]);
});

describe('a selector that signs again after the DNS team was asked to remove its record', () => {
  const ASKED = /The DNS team was asked on 2025-09-26 to remove s1\._domainkey\.example\.com/;
  const subjects = (cloud: FakeCloud) => cloud.sns.to(TOPICS.dns).map(({ subject }) => subject);
  const TO_REMOVE = `DNS record to remove for ${DOMAIN} (DKIM)`;
  const TO_KEEP = `DNS record to keep for ${DOMAIN} (DKIM)`;
  const isSns = { action: 'sns:Publish', error: FAILURES.denied() } as const;

  /** The DNS team was asked to remove the record of s1, and has not done so. */
  async function asked(): Promise<{ cloud: FakeCloud; stack: Stack }> {
    const made = await rotated(8);
    await ask(made.cloud, 's1');
    return made;
  }
  const findings = async (cloud: FakeCloud): Promise<object[]> =>
    (await cloud.invoke({ action: ACTIONS.audit })).domains.flatMap((each: any) => each.findings);
  const notifyAgain = (cloud: FakeCloud) =>
    cloud.invoke({ action: ACTIONS.notifyDnsTeam, domain: DOMAIN, selector: 's1' });

  it('has its record kept: the change withdraws the request, and names its date', async () => {
    const { cloud, stack } = await asked();
    const { warnings } = await stack.signing('t3', 's1');
    expect(warnings).toEqual([expect.stringMatching(ASKED)]);
    expect(subjects(cloud)).toEqual([TO_REMOVE, TO_KEEP]);
    await stack.confirmation('t3', 's1');
    await stack.apply('t4', 's1');
    expect(subjects(cloud)).toEqual([TO_REMOVE, TO_KEEP]);
  });

  it('warns of the request before it is set', async () => {
    const { cloud } = await asked();
    const { warnings } = await cloud.invoke({ action: ACTIONS.record, domain: DOMAIN, selector: 's1' });
    expect(warnings).toEqual([expect.stringMatching(ASKED)]);
  });

  it('is found by the audit until the DNS team was notified', async () => {
    const { cloud, stack } = await asked();
    cloud.calls.addFault(isSns);
    const { warnings } = await stack.signing('t3', 's1');
    expect(warnings).toEqual([expect.stringContaining('nobody has received a notice that it stays')]);
    await stack.confirmation('t3', 's1');
    cloud.calls.clearFaults();
    expect(await findings(cloud)).toMatchObject([
      { code: 'REMOVAL_ASKED', found: expect.stringMatching(ASKED) },
    ]);
    expect(await notifyAgain(cloud)).toMatchObject({
      message: expect.stringContaining('A request to keep s1.'),
    });
    expect(subjects(cloud)).toEqual([TO_REMOVE, TO_KEEP]);
    expect(await findings(cloud)).toEqual([]);
  });

  it('keeps its request in the ledger if nobody reads the topic', async () => {
    const { cloud, stack } = await asked();
    cloud.sns.subscribers = { confirmed: 0, pending: 1 };
    await stack.apply('t3', 's1');
    expect(ledgerOf(cloud).removals).toHaveLength(1);
  });

  it.each([
    ['is killed after its Put', kill(SES_PUT, 'after')],
    ['is killed before its notice', kill('sns:Publish', 'before')],
    ['is killed after its notice', kill('sns:Publish', 'after')],
  ])('has its record kept although the change %s', async (_, fault) => {
    const { cloud, stack } = await asked();
    cloud.calls.addFault(fault);
    await killed(stack.signing('t3', 's1'));
    cloud.calls.clearFaults();
    await cloud.clock.advance(60_000);
    await stack.signing('t3', 's1');
    expect(subjects(cloud)).toContain(TO_KEEP);
    expect(ledgerOf(cloud).removals).toEqual([]);
  });

  it('keeps its request in the ledger if another run writes while its notice is sent', async () => {
    const { cloud, stack } = await asked();
    beforeCall(cloud, 'sns:Publish', () => void stack.claim('B2'));
    await stack.signing('t3', 's1');
    expect(ledgerOf(cloud)).toMatchObject({ stacks: ['B2'], removals: [{ selector: 's1' }] });
  });

  it('keeps its request in the ledger after a destroy', async () => {
    const { cloud, stack } = await asked();
    await stack.claim();
    await stack.destroy();
    expect(ledgerOf(cloud).removals).toMatchObject([{ selector: 's1' }]);
  });

  it('needs no notice once a person has asked for its record again', async () => {
    const { cloud, stack } = await asked();
    await notifyAgain(cloud);
    expect((await stack.signing('t3', 's1')).warnings).toEqual([]);
    expect(subjects(cloud)).toEqual([TO_REMOVE, TO_KEEP]);
  });
});

test('keeps a request in the ledger that SNS has refused, since it may have been sent all the same', async () => {
  const { cloud } = await rotated(8);
  cloud.calls.addFault({ action: 'sns:Publish', error: FAILURES.denied() });
  expect(await ask(cloud, 's1')).toMatchObject({ error: 'ACCESS_DENIED' });
  expect(ledgerOf(cloud).removals).toMatchObject([{ selector: 's1' }]);
});

test('does not ask for the removal of one that an open change has set', async () => {
  const { cloud, stack } = await rotated(8);
  cloud.calls.addFault(kill(SES_PUT, 'after'));
  await killed(stack.signing('t3', 's1'));
  expect(await ask(cloud, 's1')).toMatchObject({ notice: { code: 'STILL_NEEDED' } });
  expect(cloud.sns.to(TOPICS.dns)).toEqual([]);
});
