import { ledgerObject, recordName } from '../../../handlers/contract/contract';
import { tryPublish } from '../../../handlers/notices/publish';
import { BUCKET, FAILURES, FakeCloud, REGION, TOPICS } from '../../support/world';
import { auditedCloud, giveManagedDomain } from '../audit/managed-domain';
import { Stack } from '../transaction/support';

const DOMAIN = 'example.com';
const UPDATE = { action: 'update_ses_byodkim_automated', domain: DOMAIN, selector: 's1' };

const readyCloud = (): FakeCloud => {
  const cloud = new FakeCloud();
  cloud.ses.give(DOMAIN);
  cloud.giveKey(DOMAIN, 's1');
  return cloud;
};
const details = (cloud: FakeCloud) => cloud.bus.put.map(({ detail }) => detail);

describe('the result of a change', () => {
  test('is an event, without any topic', async () => {
    const cloud = readyCloud();
    await cloud.invoke(UPDATE);
    expect(cloud.bus.put).toEqual([
      {
        detailType: 'BYODKIM Change Result',
        place: expect.objectContaining({ domain: DOMAIN, region: REGION }),
        detail: {
          domain: DOMAIN,
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

  test('is not sent if nothing has happened', async () => {
    const cloud = readyCloud();
    await cloud.invoke(UPDATE);
    await cloud.invoke(UPDATE);
    expect(cloud.bus.put).toHaveLength(1);
  });

  test('says how a failure has ended', async () => {
    const cloud = readyCloud();
    cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', when: 'after' });
    await cloud.invoke(UPDATE);
    expect(details(cloud)).toMatchObject([
      { state: 'failed', code: 'SES_UPDATE_FAILED', rollback: expect.stringContaining('Easy DKIM') },
    ]);
  });

  test('says of a revert that it was rolled back', async () => {
    const cloud = readyCloud();
    await new Stack(cloud).signing('t1', 's1');
    await cloud.fireAll();
    expect(details(cloud)).toMatchObject([
      { state: 'changed', kind: 'change', transaction: 't1' },
      { state: 'rolled-back', kind: 'revert-unconfirmed', transaction: 't1' },
    ]);
  });

  test.each<['fail' | 'hang']>([['fail'], ['hang']])(
    'never fails the change, when the bus does (%s)',
    async (kind) => {
      const cloud = readyCloud();
      cloud.calls.addFault({ action: 'events:PutEvents', kind, error: FAILURES.denied(), times: 9 });
      expect(await cloud.invoke(UPDATE)).toMatchObject({ statusCode: 200, final_dkim_status: 'SUCCESS' });
      expect(cloud.s3.json<any>(BUCKET, ledgerObject(REGION, DOMAIN)).open).toBeNull();
      expect(cloud.log.filter(({ message }) => message.startsWith('Events could not'))).toHaveLength(1);
    },
  );
});

describe('findings of the scheduled audit', () => {
  const audit = (cloud: FakeCloud, scheduled = true) => cloud.invoke({ action: 'audit', scheduled });
  const managed = (): FakeCloud => {
    const cloud = auditedCloud();
    giveManagedDomain(cloud, DOMAIN);
    cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    return cloud;
  };

  test('are events when they are new, and when they are resolved', async () => {
    const cloud = managed();
    await audit(cloud);
    await audit(cloud);
    cloud.ses.remove(DOMAIN);
    cloud.s3.remove(BUCKET, ledgerObject(REGION, DOMAIN));
    const ledger = giveManagedDomain(cloud, DOMAIN);
    expect(ledger.domain).toBe(DOMAIN);
    await audit(cloud);
    const since = expect.stringMatching(/Z$/);
    const common = { domain: DOMAIN, region: REGION, code: 'RECORD_MISSING', severity: 'urgent', since };
    expect(cloud.bus.put).toEqual([
      {
        detailType: 'BYODKIM Finding',
        place: expect.objectContaining({ domain: DOMAIN }),
        detail: { ...common, state: 'new', found: expect.any(String), todo: expect.any(String) },
      },
      expect.objectContaining({ detail: { ...common, state: 'resolved', found: expect.any(String) } }),
    ]);
  });

  test('are none of an audit by hand', async () => {
    const cloud = managed();
    await audit(cloud, false);
    expect(cloud.bus.put).toEqual([]);
  });

  test('that cannot be put on the bus are a warning, and kept all the same', async () => {
    const cloud = managed();
    cloud.calls.addFault({ action: 'events:PutEvents', error: FAILURES.denied() });
    expect((await audit(cloud)).warnings).toEqual([expect.stringContaining('Events could not be sent')]);
    await audit(cloud);
    expect(cloud.bus.put).toEqual([]);
  });
});

test('a notice that escaping makes too long is cut, and sent', async () => {
  const cloud = new FakeCloud({ environment: { auditTopicArn: TOPICS.audit } });
  const message = '\ue000'.repeat(80_000);
  const notice = { subject: 'Audit', message };
  const sent = await cloud.run((world) =>
    tryPublish(world, world.services(DOMAIN, REGION, world.clock), TOPICS.audit, notice),
  );
  expect(sent).toEqual({ sent: true });
  expect(cloud.sns.to(TOPICS.audit)[0]!.message).toMatch(
    /^\\u\{e000\}.*The rest was cut off: too long for a notice\.\n$/s,
  );
});
