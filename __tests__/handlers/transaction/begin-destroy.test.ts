import * as setup from './support';

describe('the delete of Confirmation', () => {
  const drop = (stack: setup.Stack, transaction: string) =>
    stack.delete('Confirmation', transaction, 's1', {});

  test('reads the ledger, and changes nothing', async () => {
    const { cloud, stack } = await setup.applied();
    const before = cloud.calls.made.length;

    expect(await drop(stack, 't1')).toMatchObject({ reverted: false });
    expect(cloud.calls.made.slice(before).map(({ action }) => action)).toEqual(['s3:GetObject']);
  });

  test.each([
    ['rotation that came to its end', 's2'],
    ['attempt that had nothing to change', 's1'],
  ])('means that the stack goes, where the engine never got the answer of a %s', async (_, selector) => {
    const { cloud, stack } = await setup.applied();
    await stack.signing('t2', selector);

    await drop(stack, 't1');

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
    await cloud.fireAll();
    await setup.verify(cloud);
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      owner: null,
      baseline: null,
      open: null,
      destroyBegun: null,
    });
  });
});

test('a targeted deploy without its confirmation: the delete of the older signing does nothing, and SES is rolled back', async () => {
  const { cloud, stack } = await setup.applied();
  await stack.signing('t2', 's2');

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
  expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  await cloud.fireAll();
  await setup.verify(cloud);
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});
