import { privateKeyObject } from '../../../../handlers/contract/contract';
import { BUCKET, FakeCloud } from '../../../support/world';
import { Stack } from '../../transaction/support';

const DOMAIN = 'example.com';
const ADD = { action: 'add', domain: DOMAIN, selector: 's1', createKey: true, notifyDnsTeam: false };
const REMOVE = { action: 'remove', domain: DOMAIN };
const keyIn = (cloud: FakeCloud) => cloud.s3.object(BUCKET, privateKeyObject(DOMAIN, 's1'));

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});

test('makes an identity and a key, and neither of them again', async () => {
  const added = await cloud.invoke(ADD);
  expect(added).toMatchObject({ statusCode: 200, identity: 'created', created: true });
  expect(cloud.ses.state(DOMAIN)).toMatchObject({ managed: true, made: true });

  const again = await cloud.invoke(ADD);
  expect(again).toMatchObject({ identity: 'exists', created: false, record: added.record });
});

test('makes a key for an identity that carries our tag, and does not mark it as its own', async () => {
  cloud.ses.give(DOMAIN);
  expect(await cloud.invoke(ADD)).toMatchObject({ identity: 'exists', created: true });
  expect(cloud.ses.state(DOMAIN)).not.toHaveProperty('made');
});

test('refuses an identity of others, and makes no key', async () => {
  cloud.ses.give(DOMAIN, { managed: false });
  const refused = { statusCode: 403, error: 'ACCESS_DENIED', details: { kind: 'not-tagged' } };
  expect(await cloud.invoke(ADD)).toMatchObject(refused);
  expect(cloud.ses.state(DOMAIN)).toMatchObject({ managed: false });
  expect(keyIn(cloud)).toBeUndefined();
});

test('refuses the domain of a stack', async () => {
  cloud.ses.give(DOMAIN);
  cloud.giveKey(DOMAIN, 's1');
  const stack = new Stack(cloud, {}, DOMAIN);
  await stack.claim();
  await stack.apply('t1', 's1');
  const refused = { statusCode: 403, error: 'NOT_ALLOWED', details: { kind: 'stack' } };
  expect(await cloud.invoke(ADD)).toMatchObject(refused);
});

describe('a removal', () => {
  test('deletes the identity that a call has made, whose key was never set', async () => {
    await cloud.invoke(ADD);
    expect(await cloud.invoke(REMOVE)).toMatchObject({ code: 'NOTHING_SET', identity: 'deleted' });
    expect(cloud.ses.state(DOMAIN)).toBeNull();
    expect(await cloud.invoke(REMOVE)).toMatchObject({ code: 'NOTHING_SET', identity: 'missing' });
  });

  test('rolls back first, and deletes the identity when it is repeated after it was cut off', async () => {
    const { record } = await cloud.invoke(ADD);
    cloud.dns.publish(record.name, record.value);
    await cloud.invoke({ ...ADD, action: 'update_ses_byodkim_automated' });
    cloud.calls.addFault({ action: 'ses:DeleteEmailIdentity' });

    expect(await cloud.invoke(REMOVE)).toMatchObject({ error: 'DEPENDENCY_FAILED' });
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ origin: 'AWS_SES' });
    expect(await cloud.invoke(REMOVE)).toMatchObject({ reverted: false, identity: 'deleted' });
    expect(cloud.ses.state(DOMAIN)).toBeNull();
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  test.each([
    ['carries our tag', true],
    ['is of others', false],
  ])('keeps an identity that a call has not made, and that %s', async (_, managed) => {
    cloud.ses.give(DOMAIN, { managed });
    expect(await cloud.invoke(REMOVE)).toMatchObject({ code: 'NOTHING_SET', identity: 'kept' });
    expect(cloud.ses.state(DOMAIN)).not.toBeNull();
  });

  test('keeps an identity with a key of others, until a person has looked', async () => {
    await cloud.invoke(ADD);
    cloud.ses.tamper(DOMAIN, { origin: 'EXTERNAL', selector: 'theirs', tokens: ['theirs'] });
    const answer = await cloud.invoke(REMOVE);
    expect(answer).toMatchObject({ code: 'STILL_SET', incomplete: true });
    expect(answer).not.toHaveProperty('identity');
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ selector: 'theirs' });
  });
});
