/** Sentences of the constructs that an engine prints. */

/**
 * Formats why a plan with another function is refused.
 * @param addresses of the `Baseline` and of what keeps the function's name
 */
export const anotherFunction = ({
  found,
  expected,
  addresses,
}: {
  readonly found: string;
  readonly expected: string;
  readonly addresses: readonly string[];
}): string =>
  `This stack was made with the function ${expected}; found ${found}. Once the new function has taken the domain over, the earlier one ` +
  'would take the end of its Baseline for a destroy, and would roll the domain back. Put the name of the function back. To have ' +
  `the new function take over instead, run \`state rm\` of the engine for ${addresses.join(' and ')}, both at once, then apply: SES is ` +
  'left as it is. The new function needs the key and its DNS information in its own key store.';
