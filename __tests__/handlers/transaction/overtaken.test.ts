import * as setup from './support';

describe('an attempt that was overtaken', () => {
  test('fails with CONCURRENT_UPDATE when it is repeated after the newer one was confirmed', async () => {
    const { cloud, stack } = await setup.applied();
    await stack.apply('t2', 's2');

    const { code, message } = await setup.failure(stack.signing('t1', 's1'));

    expect(code).toBe('CONCURRENT_UPDATE');
    expect(message).toContain('overtaken by t2');
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test('is not one that began later than the one that a person has confirmed since', async () => {
    const { cloud, stack } = await setup.signed();
    cloud.calls.addFault({ action: 'scheduler:CreateSchedule' });
    await setup.failure(stack.signing('t2', 's2'));
    await cloud.invoke({ action: 'confirm', domain: setup.DOMAIN });

    await stack.apply('t2', 's2');

    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test('is made again when the newer one was undone', async () => {
    const { cloud, stack } = await setup.applied();
    await stack.signing('t2', 's2');
    await cloud.fireAll();

    await stack.apply('t2', 's2');

    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });
});
