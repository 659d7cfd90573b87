import { givenCloud, ledgerOf, Stack, signing, verify } from './support';

const confirmed = async () => {
  const cloud = givenCloud();
  const stack = new Stack(cloud);
  await stack.apply('t1', 's1');
  return { cloud, stack };
};

describe('the delete of Confirmation', () => {
  const drop = (stack: Stack, transaction: string) => stack.delete('Confirmation', transaction, 's1', {});

  test('reads the ledger, and changes nothing', async () => {
    const { cloud, stack } = await confirmed();
    const before = cloud.calls.made.length;

    expect(await drop(stack, 't1')).toMatchObject({ reverted: false });
    expect(cloud.calls.made.slice(before).map(({ action }) => action)).toEqual(['s3:GetObject']);
  });

  test('after a rotation was confirmed does not let the delete of the older signing act', async () => {
    const { cloud, stack } = await confirmed();
    await stack.apply('t2', 's2');

    await drop(stack, 't1');

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
    expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test.each([
    ['rotation that came to its end', 's2'],
    ['attempt that had nothing to change', 's1'],
  ])('means that the stack goes, where the engine never got the answer of a %s', async (_, selector) => {
    const { cloud, stack } = await confirmed();
    await stack.signing('t2', selector);

    await drop(stack, 't1');

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
    await cloud.fireAll();
    await verify(cloud);
    expect(signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(ledgerOf(cloud)).toMatchObject({ owner: null, baseline: null, open: null, destroyBegun: null });
  });
});

test('a targeted deploy without its confirmation: the delete of the older signing does nothing, and SES is rolled back', async () => {
  const { cloud, stack } = await confirmed();
  await stack.signing('t2', 's2');

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
  expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  await cloud.fireAll();
  await verify(cloud);
  expect(signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});
