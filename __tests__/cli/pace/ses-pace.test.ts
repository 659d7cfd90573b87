import { SesPace } from '../../../cli/pace/ses-pace';

/** Takes turns in order, and returns how long each has waited. */
async function begin(...turns: [stack: string, region: string, calls: number][]): Promise<number[]> {
  const begun: number[] = [];
  let slept = 0;
  const pace = new SesPace({
    now: () => 0,
    sleep: async (ms) => {
      slept = ms;
    },
  });
  for (const [stack, region, calls] of turns) {
    slept = 0;
    await pace.turn({ stack, region }, calls);
    begun.push(slept);
  }
  return begun;
}

it('spaces the entries of one region by the calls that they make', async () => {
  const begun = await begin(['a', 'eu-west-1', 2], ['b', 'eu-west-1', 3], ['a', 'eu-west-1', 1]);
  expect(begun).toEqual([0, 2_200, 5_500]);
});

it.each<[string, [string, string, number]]>([
  ['an entry in another region', ['b', 'us-east-1', 2]],
  ['what asks SES nothing', ['b', 'eu-west-1', 0]],
  ['an entry that is alone in its region', ['a', 'eu-west-1', 2]],
])('does not hold up %s', async (_, turn) => {
  expect(await begin(['a', 'eu-west-1', 2], turn)).toEqual([0, 0]);
});

it('delays an entry until the calls of the one before it have been counted, if that one ran alone', async () => {
  const begun = await begin(['a', 'eu-west-1', 2], ['a', 'eu-west-1', 3], ['b', 'eu-west-1', 1]);
  expect(begun).toEqual([0, 0, 5_500]);
});

it('delays the next entry for calls that were counted afterwards', async () => {
  const waits: number[] = [];
  const pace = new SesPace({ now: () => 0, sleep: async (ms) => void waits.push(ms) });
  pace.spent({ stack: 'a', region: 'eu-west-1' }, 2);
  await pace.turn({ stack: 'b', region: 'eu-west-1' }, 1);
  expect(waits).toEqual([2_200]);
});
