import { inTurn } from '../../../handlers/dns/ask';
import { passing } from './passing';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const later =
  <T>(ms: number, value: T) =>
  () =>
    new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('one attempt after another', () => {
  test('the first success decides, and nothing else is tried', async () => {
    const tried: string[] = [];
    const attempt = (name: string) => async () => {
      tried.push(name);
      return name;
    };
    expect(await inTurn([attempt('a'), attempt('b')], 1000)).toBe('a');
    expect(tried).toEqual(['a']);
  });

  test('a failure begins the next at once', async () => {
    const { result, ms } = await passing(inTurn([async () => undefined, async () => 'b'], 10_000));
    expect(result).toBe('b');
    expect(ms).toBeLessThanOrEqual(1);
  });

  test('an attempt that takes long is overtaken, and reported', async () => {
    const overtaken: number[] = [];
    const attempts = inTurn([later(5_000, 'slow'), later(1, 'quick')], 20, (index) => overtaken.push(index));
    expect(await passing(attempts)).toEqual({ result: 'quick', ms: 21 });
    expect(overtaken).toEqual([0]);
  });

  test('an attempt that was overtaken may still be the first', async () => {
    const { result } = await passing(inTurn([later(40, 'a'), later(500, 'b')], 10));
    expect(result).toBe('a');
  });

  test('fails when all have failed, and when there are none', async () => {
    const { result } = await passing(inTurn([later(30, undefined), async () => undefined], 10));
    expect(result).toBeUndefined();
    expect(await inTurn([], 10)).toBeUndefined();
  });
});
