import { DOMAIN, failure, givenCloud, Stack, signing } from './support';

describe('an attempt that was overtaken', () => {
  test('fails with CONCURRENT_UPDATE when it is repeated after the newer one was confirmed', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    await stack.apply('t2', 's2');

    const { code, message } = await failure(stack.signing('t1', 's1'));

    expect(code).toBe('CONCURRENT_UPDATE');
    expect(message).toContain('overtaken by t2');
    expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test('is not one that began later than the one that a person has confirmed since', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.signing('t1', 's1');
    cloud.calls.addFault({ action: 'scheduler:CreateSchedule' });
    await failure(stack.signing('t2', 's2'));
    await cloud.invoke({ action: 'confirm', domain: DOMAIN });

    await stack.apply('t2', 's2');

    expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test('is made again when the newer one was undone', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    await stack.signing('t2', 's2');
    await cloud.fireAll();

    await stack.apply('t2', 's2');

    expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });
});
