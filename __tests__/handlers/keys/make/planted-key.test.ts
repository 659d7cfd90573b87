/** Somebody who may put keys, and read none, puts one that they know where the function's next key is expected. */
import {
  dnsRecordObject,
  ledgerObject,
  madeKeysObject,
  privateKeyObject,
  recordName,
} from '../../../../handlers/contract/contract';
import { dnsRecord } from '../../../../handlers/keys/state/dns-record';
import { functionIn } from '../../../cli/support/function';
import { byodkim, files } from '../../../cli/support/terminal';
import { BUCKET, FakeCloud, newTestKey, REGION, type TestKey, TOPICS, testKey } from '../../../support/world';
import * as setup from '../../transaction/support';

const { DOMAIN } = setup;
const DAY = 86_400_000;
const LIST = `
control: { keyStore: { bucket: { existing: ${BUCKET} } } }
defaults: { region: ${REGION} }
domains:
  ${DOMAIN}: { selector: s1, createKey: true, record: { hostedZoneId: Z1 } }
`;

let cloud: FakeCloud;
let stack: setup.Stack;
let planted: TestKey;

beforeEach(async () => {
  planted = newTestKey();
  cloud = new FakeCloud({ environment: { dnsTopicArn: TOPICS.dns, auditTopicArn: TOPICS.audit } });
  cloud.ses.give(DOMAIN);
  stack = new setup.Stack(cloud);
});

/** What the stack's `DkimKey` of a selector does. */
const dkimKey = (selector: string, more: object = {}) =>
  cloud.invoke({
    resource: 'DkimKey',
    transaction: `key-${selector}`,
    domain: DOMAIN,
    selector,
    notifyDnsTeam: false,
    ...more,
  });
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error,
  );

/** Deploys the first key, which the function makes. */
async function deploy(selector: string): Promise<void> {
  const { record } = await dkimKey(selector);
  cloud.dns.publish(recordName(DOMAIN, selector), record.value);
  await stack.apply(`t-${selector}`, selector, { rotation: { records: [selector] } });
}

function plant(selector: string, { withRecord = false } = {}): void {
  cloud.s3.write(BUCKET, privateKeyObject(DOMAIN, selector), planted.pem);
  const record = {
    format: 1,
    ...dnsRecord({ domain: DOMAIN, selector }, planted.publicKey, cloud.clock.now()),
  };
  if (withRecord) cloud.s3.write(BUCKET, dnsRecordObject(DOMAIN, selector), JSON.stringify(record));
}

const rotateDue = async () => {
  const written: string[] = [];
  const ended = await byodkim(['rotate', '--due'], {
    readFile: files({ 'domains.yaml': LIST }),
    writeFile: async (_, text) => void written.push(text),
    invoke: functionIn(cloud),
    clock: { now: () => cloud.clock.now(), sleep: async () => {} },
    prove: (request, gate) => cloud.run((world) => world.prove(request, gate)),
  });
  return { ...ended, written };
};

describe.each([
  ['a key alone', {}],
  ['a key and its record', { withRecord: true }],
])('%s, put at the next selector', (_, what) => {
  beforeEach(async () => {
    await deploy('s1');
    plant('s2', what);
  });

  it('is refused by the deploy, with both remedies, and SES is unchanged', async () => {
    const before = cloud.ses.state(DOMAIN);
    const refused = await refusalOf(dkimKey('s2'));
    expect(refused).toMatchObject({ name: 'KEY_NOT_MADE_HERE' });
    expect(refused?.message).toContain(planted.publicKey.fingerprint);
    expect(JSON.stringify(refused)).not.toContain(planted.der.slice(0, 40));
    expect(cloud.ses.state(DOMAIN)).toEqual(before);
  });

  it('is refused by the plan', async () => {
    const inspected = await cloud.invoke({
      resource: 'Inspection',
      domain: DOMAIN,
      selector: 's2',
      createKey: true,
      rotation: { records: ['s2', 's1'] },
    });
    const { errorType, trace } = JSON.parse(inspected.refusal);
    expect(errorType).toBe('KEY_NOT_MADE_HERE');
    expect(trace.join('\n')).toContain('createKey: false');
    expect(trace.join('\n')).toContain('aws s3api delete-object');
  });

  it('is found by the audit', async () => {
    await cloud.invoke({ action: 'audit', scheduled: true });
    const notice = cloud.sns.published.at(-1);
    expect(notice?.message).toContain(`was put there by others`);
  });

  it('stops the rotation that is due', async () => {
    await cloud.clock.advance(430 * DAY);
    const { stdout, written, exitCode } = await rotateDue();
    expect(stdout).toContain('KEY_NOT_MADE_HERE');
    expect(written).toEqual([]);
    expect(exitCode).toBe(2);
  });

  it('is used by a stack that brings its own keys', async () => {
    expect(await dkimKey('s2', { createKey: false })).toMatchObject({ created: false });
  });

  it('is replaced by a key of the function once it is removed', async () => {
    cloud.s3.remove(BUCKET, privateKeyObject(DOMAIN, 's2'));
    cloud.s3.remove(BUCKET, dnsRecordObject(DOMAIN, 's2'));
    expect(await dkimKey('s2')).toMatchObject({ created: true, warnings: [] });
  });
});

test('a key at the first selector of a new domain is refused', async () => {
  plant('s1', { withRecord: true });
  expect(await refusalOf(dkimKey('s1'))).toMatchObject({ name: 'KEY_NOT_MADE_HERE' });
});

test('reuses a key that the function has made, and records its fingerprint and version', async () => {
  const { record } = await dkimKey('s1');
  expect(await dkimKey('s1')).toMatchObject({ created: false, warnings: [], record });
  const [stored] = cloud.s3.versionsOf(BUCKET, privateKeyObject(DOMAIN, 's1'));
  expect(cloud.s3.json(BUCKET, madeKeysObject(REGION, DOMAIN))).toMatchObject({
    format: 1,
    keys: [{ selector: 's1', fingerprint: record.fingerprint, versionId: stored?.versionId }],
  });
});

test('is not obstructed by a run that was cut off before it stored its key', async () => {
  cloud.calls.addFault({
    action: 's3:PutObject',
    key: privateKeyObject(DOMAIN, 's1'),
    error: new Error('cut off'),
  } as never);
  await refusalOf(dkimKey('s1'));
  expect(await dkimKey('s1')).toMatchObject({ created: expect.any(Boolean) });
  expect(await dkimKey('s1')).toMatchObject({ created: false, warnings: [] });
});

test('a key that SES signs with may have been brought by its owner', async () => {
  cloud.giveKey(DOMAIN, 's1', { key: testKey('own') });
  cloud.dns.publish(recordName(DOMAIN, 's1'), testKey('own').value);
  await stack.apply('t-own', 's1');
  expect(await dkimKey('s1')).toMatchObject({ created: false });
  expect(await dkimKey('s2')).toMatchObject({ created: true });
});

test('names a list of made keys that cannot be read, and uses no key', async () => {
  await deploy('s1');
  cloud.s3.write(BUCKET, madeKeysObject(REGION, DOMAIN), '{"format":1,"keys":[null]}');
  const refused = await refusalOf(dkimKey('s1'));
  expect(refused?.message).toContain(madeKeysObject(REGION, DOMAIN));
});

describe('a domain without a record of made keys', () => {
  beforeEach(async () => {
    await deploy('s1');
    cloud.s3.remove(BUCKET, madeKeysObject(REGION, DOMAIN));
    plant('s2');
  });

  it('goes on with the key in force, and takes no other key over', async () => {
    await cloud.invoke({ action: 'audit', scheduled: true });
    expect(await dkimKey('s1')).toMatchObject({ created: false });
    expect(await refusalOf(dkimKey('s2'))).toMatchObject({ name: 'KEY_NOT_MADE_HERE' });
  });

  it('is not made one of ours by a claim and a call', async () => {
    await cloud.invoke({ action: 'create_key', domain: DOMAIN, selector: 's2' });
    expect(await refusalOf(dkimKey('s2'))).toMatchObject({ name: 'KEY_NOT_MADE_HERE' });
  });

  it('refuses a direct call that sets a key of others', async () => {
    cloud.dns.publish(recordName(DOMAIN, 's2'), planted.value);
    expect(await setup.direct(cloud, 's2', { createKey: true })).toMatchObject({
      error: 'KEY_NOT_MADE_HERE',
    });
  });

  it('is read, but not adopted, by actions that only read', async () => {
    expect(cloud.s3.object(BUCKET, ledgerObject(REGION, DOMAIN))).toBeDefined();
    await cloud.invoke({ resource: 'Inspection', domain: DOMAIN, selector: 's2', createKey: true });
    expect(cloud.s3.object(BUCKET, madeKeysObject(REGION, DOMAIN))).toBeUndefined();
  });
});
