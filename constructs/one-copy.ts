import { Construct } from 'constructs';

/**
 * The scope that a construct is put into, if it was made by the same copy of `constructs` as ours. Beside a second copy
 * the constructs would be strangers to their stack.
 * @throws Error with the remedy
 */
export function ofOneCopy(scope: Construct): Construct {
  if (scope instanceof Construct) return scope;
  throw new Error(
    `The package "constructs" is installed twice: ses-byodkim uses the one in ${require.resolve('constructs')}, and this ` +
      'stack another. Give both the same version ("npm ls constructs" shows who wants which), then run "npm dedupe".',
  );
}
