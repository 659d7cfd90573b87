import { faults } from '../../../tools/docs/track-record';
import { plays, withoutFix } from '../../../tools/replay/play';
import { LONG_SHARE, SEED } from '../../fuzz/runs';

/** Plays each of them in the whole run, and otherwise some: other ones with another seed. */
const played = Object.entries(faults)
  .filter(([, { without }]) => without !== undefined)
  .filter((_, index) => (index * 7 + SEED) % Math.max(1, Math.round(0.2 / LONG_SHARE)) === 0);

describe('a fault of the track record', () => {
  it.each(played)('%s is red without its fix', (_name, fault) => {
    expect(withoutFix(fault.without!, (root) => plays(root, fault))).toBe(false);
  });
});
