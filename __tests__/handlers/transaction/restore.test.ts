import type { Restoration, Snapshot } from '../../../handlers/ledger/ledger';
import { Session } from '../../../handlers/ledger/session';
import { restore } from '../../../handlers/transaction/restore';
import { awsFailure, BUCKET, type FakeCloud, newTestKey, REGION, testKey } from '../../support/world';
import type { IdentityStart } from '../../support/world/identities';
import * as setup from './support';

const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  observedAt: 0,
  origin: 'AWS_SES',
  enabled: true,
  status: 'SUCCESS',
  tokens: ['token1', 'token2', 'token3'],
  restoration: { kind: 'easy-dkim' },
  ...change,
});
const byodkim = (cloud: FakeCloud, selector = 's1'): Restoration => {
  const { etag, versionId } = cloud.s3.object(
    BUCKET,
    `dkim-certificates/${setup.DOMAIN}/${selector}/private_key.pem`,
  )!;
  const key = `dkim-certificates/${setup.DOMAIN}/${selector}/private_key.pem`;
  const { fingerprint } = testKey(selector).publicKey;
  return { kind: 'byodkim', selector, key: { bucket: BUCKET, key, etag, versionId, fingerprint } };
};
const ofS1 = (cloud: FakeCloud, change: Partial<Snapshot> = {}): Snapshot =>
  snapshot({ origin: 'EXTERNAL', selector: 's1', tokens: ['s1'], restoration: byodkim(cloud), ...change });

/** SES signs with s2. */
const changed = () => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's2' });
  return cloud;
};

const restoreTo = (cloud: FakeCloud, to: Snapshot) =>
  cloud.run((world) => {
    const session = Session.open(world, { domain: setup.DOMAIN, region: REGION }, 'change');
    return session.withLease(() => restore(session, { snapshot: to }));
  });
const sesCalls = (cloud: FakeCloud) =>
  cloud.calls.made.map(({ action }) => action).filter((action) => action.startsWith('ses:'));

describe('Easy DKIM', () => {
  test.each([
    ['', ['token1', 'token2', 'token3']],
    [' with its tokens in another order', ['token3', 'token1', 'token2']],
    [' though its tokens were not known', []],
  ])('is restored%s', async (_, tokens) => {
    const cloud = changed();

    expect(await restoreTo(cloud, snapshot({ tokens }))).toMatchObject({
      changed: true,
      state: { kind: 'prior-state', origin: 'easy-dkim', enabled: true, otherTokens: undefined },
    });
    await setup.verify(cloud);
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  });

  test.each([true, false])('is not written if SES has it already, with signing on: %s', async (enabled) => {
    const cloud = setup.givenCloud();
    cloud.ses.tamper(setup.DOMAIN, { enabled });

    expect(await restoreTo(cloud, snapshot({ enabled }))).toMatchObject({ changed: false });
    expect(sesCalls(cloud)).toEqual([setup.SES_GET]);
  });

  test('lists the records to publish if it came back with other tokens', async () => {
    const cloud = changed();

    const found = await restoreTo(cloud, snapshot({ tokens: ['old1', 'old2', 'old3'] }));

    expect(found.state).toMatchObject({ otherTokens: ['token1', 'token2', 'token3'] });
  });
});

describe('BYODKIM', () => {
  test('is restored with its key from S3', async () => {
    const cloud = changed();

    expect(await restoreTo(cloud, ofS1(cloud))).toMatchObject({
      changed: true,
      state: { kind: 'prior-state', origin: 'byodkim', selector: 's1', enabled: true },
    });
    await setup.verify(cloud);
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('is rolled back to where its version is gone and the same key lies there again', async () => {
    const cloud = changed();
    const to = ofS1(cloud);
    setup.removeKey(cloud, 's1');
    cloud.giveKey(setup.DOMAIN, 's1');

    expect(await restoreTo(cloud, to)).toMatchObject({ changed: true });
    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('is rolled back to where S3 denies a version that is gone instead of missing it', async () => {
    const cloud = changed();
    const to = ofS1(cloud);
    setup.removeKey(cloud, 's1');
    cloud.giveKey(setup.DOMAIN, 's1');
    const error = awsFailure('AccessDenied', 'Access Denied', 403);
    cloud.calls.addFault({ action: 's3:GetObject', resource: /private_key/, error });

    expect(await restoreTo(cloud, to)).toMatchObject({ changed: true });
    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('fails with the denial if another key has taken its place', async () => {
    const cloud = changed();
    const to = ofS1(cloud);
    setup.replaceKey(cloud, 's1', newTestKey());
    const error = awsFailure('AccessDenied', 'Access Denied', 403);
    cloud.calls.addFault({ action: 's3:GetObject', resource: /private_key/, error });

    await expect(restoreTo(cloud, to)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(cloud.calls.count(setup.SES_PUT)).toBe(0);
  });

  test('fails if another key has taken its place, which would never verify', async () => {
    const cloud = changed();
    const to = ofS1(cloud);
    setup.replaceKey(cloud, 's1', newTestKey());
    if (to.restoration.kind !== 'byodkim') throw new Error('expected BYODKIM');
    const { versionId: _, ...key } = to.restoration.key;

    await expect(restoreTo(cloud, { ...to, restoration: { ...to.restoration, key } })).rejects.toMatchObject({
      code: 'CERTIFICATE_INVALID',
      advice: expect.stringContaining('Restore the private key from its earlier version'),
    });
    expect(cloud.calls.count(setup.SES_PUT)).toBe(0);
  });
});

describe('a state that cannot be restored', () => {
  const lost = (change: Partial<Snapshot> = {}) =>
    snapshot({
      origin: 'AWS_SES_EU_WEST_1',
      tokens: [],
      restoration: { kind: 'disable', reason: 'its origin cannot be set' },
      ...change,
    });

  test('is switched off, and the answer reports that', async () => {
    const cloud = changed();

    expect(await restoreTo(cloud, lost())).toMatchObject({
      changed: true,
      state: { kind: 'switched-off', reason: 'its origin cannot be set' },
    });
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 off SUCCESS');
  });

  const PARENT = { origin: 'AWS_SES_EU_WEST_1', tokens: [] };
  const S2 = { origin: 'EXTERNAL', selector: 's2' };

  test.each<[string, IdentityStart, Partial<Snapshot>, boolean]>([
    ['left where SES still has it', PARENT, {}, true],
    [
      'left where SES still has it, and does not verify it',
      { ...S2, status: 'FAILED' },
      { ...S2, status: 'FAILED' },
      true,
    ],
    ['left where its selector got another key, and SES verifies', S2, { ...S2, status: 'FAILED' }, true],
    ['switched off where SES does not verify that key', { ...S2, status: 'PENDING' }, S2, false],
    ['switched off where it was off before', PARENT, { enabled: false }, false],
  ])('is %s', async (_, found, before, isLeft) => {
    const cloud = setup.givenCloud();
    cloud.ses.give(setup.DOMAIN, found);

    const { state } = await restoreTo(cloud, lost(before));

    expect(state.kind === 'untouched').toBe(isLeft);
    expect(cloud.ses.state(setup.DOMAIN)?.enabled).toBe(isLeft);
  });
});

describe('an identity that no longer exists', () => {
  const gone = { changed: false, state: { kind: 'identity-gone' } };

  test.each<[string, string, Restoration]>([
    ['it was read', setup.SES_GET, { kind: 'easy-dkim' }],
    ['the Put finds that', setup.SES_PUT, { kind: 'easy-dkim' }],
    [
      'switching signing off finds that',
      setup.SES_FLAG,
      { kind: 'disable', reason: 'its origin cannot be set' },
    ],
  ])('has nothing to restore: %s', async (_, action, restoration) => {
    const cloud = changed();
    setup.beforeCall(cloud, action, () => cloud.ses.remove(setup.DOMAIN));

    expect(await restoreTo(cloud, snapshot({ enabled: false, restoration }))).toMatchObject(gone);
  });
});

test('leaves the flag of a state that SES was verifying unchanged if SES refuses it', async () => {
  const cloud = changed();
  cloud.ses.tamper(setup.DOMAIN, { status: 'PENDING' });
  const error = awsFailure(
    'BadRequestException',
    'Domain example.com is not verified for DKIM signing.',
    400,
  );
  cloud.calls.addFault({ action: setup.SES_FLAG, error });

  expect(await restoreTo(cloud, snapshot())).toMatchObject({ changed: true });
  expect(cloud.calls.count(setup.SES_FLAG)).toBe(1);
  expect(cloud.ses.state(setup.DOMAIN)).toMatchObject({ origin: 'AWS_SES', enabled: true });
});

test('fails with SES_UPDATE_FAILED if SES refuses for another reason', async () => {
  const cloud = changed();
  const refusal = Object.assign(new Error('Key length changes at most once a day'), {
    name: 'BadRequestException',
  });
  cloud.calls.addFault({ action: setup.SES_PUT, error: refusal });

  await expect(restoreTo(cloud, snapshot())).rejects.toMatchObject({
    code: 'SES_UPDATE_FAILED',
    message: expect.stringContaining('Key length changes at most once a day'),
  });
});
