import { testKey } from '../../support/world';
import * as setup from './support';

describe('a direct call', () => {
  test('arms like any other change, and disarms and confirms itself at its end', async () => {
    const cloud = setup.givenCloud();

    const result = await setup.direct(cloud, 's1');

    expect(result).toMatchObject({ automation_type: 'lambda_extension', changed: true });
    expect(result.reverts_at).toBeUndefined();
    expect(cloud.calls.list(/^scheduler:/).map((call) => call.split(' ')[0])).toEqual([
      'scheduler:CreateSchedule',
      'scheduler:DeleteSchedule',
    ]);
    expect(cloud.scheduler.pending()).toEqual([]);
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, owner: null, baseline: { origin: 'AWS_SES' } });
    expect(setup.events(cloud).map((event) => event.split(' ')[0])).toEqual(['opened', 'confirmed']);
  });

  test('that cannot write down its end puts back what was before', async () => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault({ action: 's3:PutObject', resource: /ledger/, nth: 3 });

    const answer = await setup.direct(cloud, 's1');
    await setup.verify(cloud);

    expect(answer).toMatchObject({ statusCode: 502, error: 'DEPENDENCY_FAILED' });
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(setup.ledgerOf(cloud).open).toBeNull();
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  test('that was killed after the Put reverts by schedule', async () => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault(setup.kill(setup.SES_PUT, 'after'));
    await setup.killed(setup.direct(cloud, 's1'));

    await cloud.fireAll();
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lastRevert: null });
  });

  test('changes the state, not the owner', async () => {
    const { cloud } = await setup.applied();

    await setup.direct(cloud, 's2');

    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      owner: { transaction: 't1' },
      baseline: { origin: 'AWS_SES' },
    });
  });

  test('while a stack is at work takes its change over, and the stack still converges', async () => {
    const { cloud, stack } = await setup.signed();

    await setup.direct(cloud, 's2');
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
    const confirmed = await stack.confirmation('t1', 's1');

    expect(confirmed).toMatchObject({ confirmed: true, reapplied: true });
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      owner: { transaction: 't1', confirmed: true },
    });
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  test('of what a stack has just applied confirms it, and its confirmation finds that', async () => {
    const { cloud, stack } = await setup.signed();

    await setup.direct(cloud, 's1');
    await stack.confirmation('t1', 's1');

    expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
    expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't1', confirmed: true });
  });

  test('that ended what a stack had begun leaves its Confirmation nothing to do, not even to ask DNS', async () => {
    const { cloud, stack } = await setup.applied();
    await stack.signing('t2', 's2');
    await setup.verify(cloud);
    await setup.direct(cloud, 's2');
    expect(setup.ledgerOf(cloud).lastRevert).toBeNull();
    cloud.dns.unpublish(`s2._domainkey.${setup.DOMAIN}`);

    expect(await stack.confirmation('t2', 's2')).toMatchObject({ confirmed: true, reapplied: false });
    expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't2', confirmed: true });
  });

  test('that took a change over and was undone has undone that change as well', async () => {
    const { cloud, stack } = await setup.applied();
    await stack.signing('t2', 's2');
    cloud.calls.addFault(setup.kill(setup.SES_PUT, 'after'));
    cloud.giveKey(setup.DOMAIN, 's3');
    await setup.killed(setup.direct(cloud, 's3'));

    await cloud.fireAll();

    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
    expect(setup.ledgerOf(cloud).lastRevert).toMatchObject({ undid: ['t2'], restored: 't1' });
  });
});
