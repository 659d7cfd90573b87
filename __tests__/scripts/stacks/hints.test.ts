import { hintsFor } from '../../../scripts/stacks/hints';

describe('a hint', () => {
  it.each([
    ['ResourceNotFoundException: Function not found: arn:aws:lambda:x', /control plane .* not there yet/],
    ['Error: Instance cannot be destroyed\n\n  on cdk.tf.json line 1', /control\.keyStore\.protect/],
    ['api error BucketNotEmpty: The bucket you tried to delete is not empty', /holds keys/],
    [
      'Error: Extraneous JSON object property\n\nNo argument or block type is named "use_lockfile".',
      /lockTable/,
    ],
    ['Error: Error acquiring the state lock', /Somebody else is deploying/],
  ])('follows %j', (output, hint) => {
    expect(hintsFor(output)).toEqual([expect.stringMatching(hint)]);
  });

  it('does not follow what needs none', () => {
    expect(hintsFor('Error: Invalid region')).toEqual([]);
  });
});
