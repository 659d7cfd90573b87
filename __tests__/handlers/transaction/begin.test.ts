import * as setup from './support';

describe('an attempt that takes over one that was cut off', () => {
  test.each(['before', 'after'] as const)(
    'was killed %s its arming took effect: the earlier change still reverts',
    async (when) => {
      const { cloud, stack } = await setup.signed();
      cloud.calls.addFault(setup.kill('scheduler:CreateSchedule', when));
      await setup.killed(stack.signing('t2', 's2'));

      await cloud.fireAll();
      await setup.verify(cloud);

      expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
      expect(setup.ledgerOf(cloud).open).toBeNull();
    },
  );

  test.each(['before', 'after'] as const)(
    'was killed %s the ledger was written, without a revert of its own: the earlier one still fires',
    async (when) => {
      const { cloud, stack } = await setup.signed();
      cloud.calls.addFault({ ...setup.kill('s3:PutObject', when, 2), resource: /ledger/ });
      await setup.killed(stack.signing('t2', 's2', { confirmTimeoutMinutes: 0 }));

      await cloud.fireAll();
      await setup.verify(cloud);

      expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
      expect(setup.ledgerOf(cloud).open).toBeNull();
    },
  );

  test('comes to its end without a revert of its own, and the earlier one does not fire any more', async () => {
    const { cloud, stack } = await setup.signed();

    const result = await stack.signing('t2', 's2', { confirmTimeoutMinutes: 0 });

    expect(result.reverts_at).toBeUndefined();
    expect(cloud.scheduler.pending()).toEqual([]);
    expect(setup.ledgerOf(cloud).open).toMatchObject({ transaction: 't2', armed: null });
  });

  test('fails before its Put: the earlier change is open as it was, and reverts', async () => {
    const { cloud, stack } = await setup.signed();
    const { open } = setup.ledgerOf(cloud);
    cloud.calls.addFault({ action: 's3:PutObject', resource: /ledger/, nth: 2 });

    await setup.failure(stack.signing('t2', 's2', { confirmTimeoutMinutes: 0 }));

    expect(setup.ledgerOf(cloud).open).toEqual(open);
    expect(cloud.scheduler.pending()).toHaveLength(1);
    await cloud.fireAll();
    expect(cloud.ses.state(setup.DOMAIN)?.origin).toBe('AWS_SES');
  });

  test('does not Put what the one that was cut off has put', async () => {
    const { cloud, stack } = setup.given();
    cloud.calls.addFault(setup.kill(setup.SES_PUT, 'after'));
    await setup.killed(stack.signing('t1', 's1'));
    await setup.verify(cloud);

    const result = await stack.signing('t1', 's1');

    expect(result).toMatchObject({ changed: false, final_dkim_status: 'SUCCESS' });
    expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
    expect(setup.ledgerOf(cloud).open).toMatchObject({ phase: 'applied', previous: { origin: 'AWS_SES' } });
  });
});
