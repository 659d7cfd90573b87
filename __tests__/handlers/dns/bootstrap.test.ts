import { hedged } from '../../../handlers/dns/bootstrap';

const later =
  <T>(ms: number, value: T) =>
  () =>
    new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

test('the first success decides, and nothing else is tried', async () => {
  const tried: string[] = [];
  const attempt = (name: string) => async () => {
    tried.push(name);
    return name;
  };
  expect(await hedged([attempt('a'), attempt('b')], 1000)).toBe('a');
  expect(tried).toEqual(['a']);
});

test('a failure begins the next at once', async () => {
  const began = performance.now();
  expect(await hedged([async () => undefined, async () => 'b'], 10_000)).toBe('b');
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('an attempt that takes long is overtaken, and told so', async () => {
  const overtaken: number[] = [];
  expect(await hedged([later(5_000, 'slow'), later(1, 'quick')], 20, (index) => overtaken.push(index))).toBe(
    'quick',
  );
  expect(overtaken).toEqual([0]);
});

test('an attempt that was overtaken may still be the first', async () => {
  expect(await hedged([later(40, 'a'), later(500, 'b')], 10)).toBe('a');
});

test('fails when all have failed, and when there are none', async () => {
  expect(await hedged([later(30, undefined), async () => undefined], 10)).toBeUndefined();
  expect(await hedged([], 10)).toBeUndefined();
});
