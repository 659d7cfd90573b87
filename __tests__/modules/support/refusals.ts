/** What a module is given, and what the engine says against it. */
export type Refusal = readonly [args: Record<string, unknown>, expected: RegExp];

/**
 * Tries what a module refuses, all of it in one plan: the engine says of each instance what is wrong with it.
 * @param plan what the engine says of these modules, which it refuses
 */
export function itRefuses(
  refusals: readonly Refusal[],
  plan: (instances: (module: (args: object) => object) => Record<string, object>) => Promise<string>,
): void {
  let errors: string[];

  beforeAll(async () => {
    const output = await plan((module) =>
      Object.fromEntries(refusals.map(([args], index) => [`refused${index}`, module(args)])),
    );
    errors = output
      .replace(/\s*\n[│|]?\s*/g, ' ')
      .split('Error: ')
      .slice(1);
  });

  it.each(refusals.map(([args, expected], index) => ({ args, expected, index })))(
    '$args',
    ({ expected, index }) => {
      const found = errors.filter((error) => new RegExp(`\\brefused${index}\\b`).test(error));
      expect(found).toEqual([expect.stringMatching(expected)]);
    },
  );
}
