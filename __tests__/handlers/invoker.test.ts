/** What somebody with `lambda:InvokeFunction` and nothing else can make of the function. */
import { ACTIONS, ledgerObject, privateKeyObject } from '../../handlers/contract/contract';
import { BUCKET, FakeCloud, REGION } from '../support/world';

const PLACE = { domain: 'example.com', selector: 's1' };
const UPDATE = { action: ACTIONS.update, ...PLACE };

function readyCloud(): FakeCloud {
  const cloud = new FakeCloud({ environment: { allow: '' } });
  cloud.ses.give('example.com');
  cloud.giveKey('example.com', 's1');
  return cloud;
}

test.each([
  ['name servers of one’s own', { gate: { nameservers: ['192.0.2.66:53'] } }],
  ['a key of somewhere else', { keyStore: { bucket: 'strangers', privateKey: 'k.pem', dnsRecords: 'r/' } }],
])(
  'a caller cannot change anything with %s, which is refused before AWS or DNS is asked',
  async (_, settings) => {
    const cloud = readyCloud();
    const answer = await cloud.invoke({ ...UPDATE, ...settings });
    expect(answer).toMatchObject({ statusCode: 403, error: 'NOT_ALLOWED' });
    expect(cloud.calls.count(/./)).toBe(0);
  },
);

test.each([
  ['notify_dns_team', { action: ACTIONS.notifyDnsTeam }],
  ['create_key', { action: ACTIONS.createKey }],
  ['DkimKey', { resource: 'DkimKey', transaction: 'key-s1' }],
])('%s cannot ask the DNS team for aliases into a zone of the caller’s', async (_, request) => {
  const cloud = readyCloud();
  const delegation = { zone: 'evil.example', selectors: ['s1', 's2'] };
  const event = { ...PLACE, ...request, rotation: { delegation } };
  const answer = 'action' in request ? await cloud.invoke(event) : await cloud.invoke(event).catch((e) => e);
  expect(JSON.stringify(answer.error ?? answer.name)).toContain('NOT_ALLOWED');
  expect(cloud.calls.count(/./)).toBe(0);
  expect(cloud.sns.published).toEqual([]);
});

test.each([ACTIONS.createKey, ACTIONS.notifyDnsTeam])(
  '%s cannot overwrite a ledger, a report or a drill, nor read one',
  async (action) => {
    const cloud = readyCloud();
    await cloud.invoke(UPDATE);
    const before = cloud.s3.text(BUCKET, ledgerObject(REGION, 'example.com'));
    expect(before).toContain('"inForce"');
    for (const object of [
      ledgerObject(REGION, 'example.com'),
      ledgerObject(REGION, 'new.example'),
      'byodkim-audit/2026.json',
      'byodkim-drill/d1.json',
    ])
      for (const keyStore of [{ privateKey: object }, { dnsRecords: object }]) {
        const answer = await cloud.invoke({ ...UPDATE, action, keyStore });
        expect(answer).toMatchObject({ statusCode: 403, error: 'NOT_ALLOWED' });
      }
    expect(cloud.s3.text(BUCKET, ledgerObject(REGION, 'example.com'))).toBe(before);
  },
);

test('a caller cannot have a key set that does not belong to the selector, even inside the key store', async () => {
  const cloud = readyCloud();
  cloud.giveKey('other.example', 's1', { publish: false });
  const keyStore = { privateKey: privateKeyObject('other.example', 's1') };
  const answer = await cloud.invoke({ ...UPDATE, selector: 's2', keyStore });
  expect(answer.statusCode).toBe(400);
  expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'AWS_SES' });
});

test('a broken ledger leaves no schedule: two hours later nothing is armed and nothing was invoked', async () => {
  const cloud = readyCloud();
  cloud.s3.write(BUCKET, ledgerObject(REGION, 'example.com'), '{"not":"a ledger"}');
  const revert = { action: ACTIONS.revertUnconfirmed, domain: 'example.com', transaction: 't1', arming: 1 };
  expect(await cloud.invokeAsync(revert)).toMatchObject({ name: 'DEPENDENCY_FAILED' });
  await cloud.clock.advance(2 * 3_600_000);
  expect(await cloud.fireDue()).toEqual([]);
  expect(cloud.scheduler.pending()).toEqual([]);
});
