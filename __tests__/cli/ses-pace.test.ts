import { SesPace } from '../../cli/ses-pace';

/** Turns that are taken at once, and when each began. */
async function begin(...turns: [region: string, calls: number][]): Promise<number[]> {
  const begun: number[] = [];
  let slept = 0;
  const pace = new SesPace({
    now: () => 0,
    sleep: async (ms) => {
      slept = ms;
    },
  });
  for (const turn of turns) {
    slept = 0;
    await pace.turn(...turn);
    begun.push(slept);
  }
  return begun;
}

it('spaces what is asked at once by its calls', async () => {
  expect(await begin(['eu-west-1', 2], ['eu-west-1', 3], ['eu-west-1', 1])).toEqual([0, 2_200, 5_500]);
});

it.each<[string, [string, number]]>([
  ['another region', ['us-east-1', 2]],
  ['what asks SES nothing', ['eu-west-1', 0]],
])('does not hold up %s', async (_, turn) => {
  expect(await begin(['eu-west-1', 2], turn)).toEqual([0, 0]);
});
