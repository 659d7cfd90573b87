import { FakeCloud } from '../../support/world';

describe('over the life of a domain', () => {
  let cloud: FakeCloud;
  const change = async (transaction: string, selector: string, confirms = true) => {
    const event = { transaction, domain: 'example.com', selector, tf: { action: 'create' } };
    await cloud.invoke({ resource: 'Signing', ...event });
    if (confirms) await cloud.invoke({ resource: 'Confirmation', ...event });
  };
  const signers = async () =>
    (await cloud.invoke({ action: 'status', domain: 'example.com' })).signers.map((each: any) => [
      each.selector,
      each.stoppedAt === null ? 'signs' : 'stopped',
      each.isRollbackTarget ? 'rollback target' : '',
    ]);

  beforeEach(() => {
    cloud = new FakeCloud();
    cloud.ses.give('example.com');
    for (const selector of ['s1', 's2']) cloud.giveKey('example.com', selector);
  });

  it('an unconfirmed rotation keeps the old one as the rollback target', async () => {
    await change('t1', 's1');
    await change('t2', 's2', false);
    expect(await signers()).toEqual([
      ['s1', 'stopped', 'rollback target'],
      ['s2', 'signs', ''],
    ]);
  });

  it('after a revert the old one signs again, and mail of the new one may be under way', async () => {
    await change('t1', 's1');
    await change('t2', 's2', false);
    await cloud.fireAll();
    expect(await signers()).toEqual([
      ['s2', 'stopped', ''],
      ['s1', 'signs', ''],
    ]);
  });

  it('a destroy forgets none: their mail is under way', async () => {
    await change('t1', 's1');
    await cloud.invoke({
      resource: 'Signing',
      transaction: 't1',
      domain: 'example.com',
      selector: 's1',
      tf: { action: 'delete' },
    });
    expect(await signers()).toEqual([['s1', 'stopped', '']]);
  });
});
