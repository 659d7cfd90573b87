import fc from 'fast-check';
import { SELECTOR_PATTERN } from '../../handlers/contract/contract';
import { NoNextSelector } from '../../list/mistake';
import { nextSelector } from '../../list/next-selector';

const NOW = Date.UTC(2026, 10, 25);
const valid = { naming: undefined, current: 's1', inUse: [] as string[], now: NOW };

describe('the next selector', () => {
  it.each([
    ['counts on where the current one counts', {}, 's2'],
    ['leaves out what was in use', { inUse: ['s7', 'other9'] }, 's8'],
    ['is the month where nothing counts', { current: 'mail' }, '202611'],
    ['does not count on a date', { current: '202605' }, '202611'],
    ['follows a date in the name, and counts anew', { current: 'mail-20250917-3' }, 'mail-20261125-1'],
    ['counts on within the day', { current: 'mail-20261125-3' }, 'mail-20261125-4'],
    ['follows a date with hyphens', { current: 'k2025-09-17' }, 'k2026-11-25'],
    ['follows a month', { current: 's2025-09x' }, 's2026-11x'],
    ['takes no date that is none', { current: 'key20259917' }, '202611'],
    ['follows a naming with a date', { naming: '{yyyy}{mm}' }, '202611'],
    ['follows a naming with a date and a number', { naming: 'm{yyyy}-{n}', inUse: ['m2026-1'] }, 'm2026-2'],
    ['follows a naming with something behind the number', { naming: 's{n}x', inUse: ['s3x', 's9'] }, 's4x'],
    ['alternates', { naming: ['a', 'b'] as const, current: 'a' }, 'b'],
    ['alternates back', { naming: ['a', 'b'] as const, current: 'b' }, 'a'],
    ['begins with the first of two', { naming: ['a', 'b'] as const }, 'a'],
  ])('%s', (_, change, expected) => {
    expect(nextSelector({ ...valid, ...change })).toBe(expected);
  });

  it.each([
    ['one in use', { naming: '{yyyy}{mm}', inUse: ['202611'] }, /202611, which is in use/],
    ['one in use in upper case', { naming: 'AUTUMN', inUse: ['autumn'] }, /AUTUMN, which is in use/],
    ['the current one again', { naming: 'fixed', current: 'fixed' }, /fixed, which is in use/],
    [
      'one of two whose record still has to stay',
      { naming: ['a', 'b'] as const, current: 'a', inUse: ['b'] },
      /record can be removed .* If previousSelectors names it, remove it there and deploy/,
    ],
    ['one that SES does not take', { naming: 's_{n}' }, /"s_1", which SES does not accept/],
    ['an unknown word in braces', { naming: 's{week}' }, /SES does not accept/],
  ])('refuses %s', (_, change, says) => {
    expect(() => nextSelector({ ...valid, ...change })).toThrow(NoNextSelector);
    expect(() => nextSelector({ ...valid, ...change })).toThrow(says);
  });

  it('is never one in use, and always one that SES accepts', () => {
    const selector = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const naming = fc.oneof(
      fc.constant(undefined),
      fc.constantFrom('s{n}', '{yyyy}{mm}', '{yyyy}{mm}{dd}x{n}'),
      fc.tuple(selector, selector),
    );
    fc.assert(
      fc.property(naming, selector, fc.array(selector), (each, current, inUse) => {
        try {
          const next = nextSelector({ naming: each, current, inUse, now: NOW });
          expect([current, ...inUse]).not.toContain(next);
          expect(next).toMatch(SELECTOR_PATTERN);
        } catch (error) {
          if (!(error instanceof NoNextSelector)) throw error;
        }
      }),
    );
  });
});
