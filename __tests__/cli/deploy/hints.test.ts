import { adviceAfter, hintsFor } from '../../../cli/deploy/hints';

describe('a hint', () => {
  it.each([
    ['ResourceNotFoundException: Function not found: arn:aws:lambda:x', /control plane .* not there yet/],
    ['Error: Instance cannot be destroyed\n\n  on cdk.tf.json line 1', /control\.keyStore\.protect/],
    ['api error BucketNotEmpty: The bucket you tried to delete is not empty', /holds keys/],
    [
      'Error: Extraneous JSON object property\n\nNo argument or block type is named "use_lockfile".',
      /lockTable/,
    ],
    ['Error: Backend configuration changed\n\nA change in the backend', /init -migrate-state/],
    [
      'ResourceConflictException: Function already exist: ses-byodkim',
      /state of another checkout or backend owns it/,
    ],
    ['EntityAlreadyExists: Role with name ses-byodkim-function already exists.', /control\.functionName/],
    ['Error: Error acquiring the state lock', /Somebody else is deploying/],
    [
      'aws_lambda_invocation.Identity_Signing_234AF6D5: Creation complete after 1s\nError: putting IAM Role Policy',
      /goes back by itself/,
    ],
  ])('follows %j', (output, hint) => {
    expect(hintsFor(output)).toEqual([expect.stringMatching(hint)]);
  });

  it('does not follow what needs none', () => {
    expect(hintsFor('Error: Invalid region')).toEqual([]);
    expect(
      hintsFor(
        'aws_lambda_invocation.Identity_Signing_234AF6D5: Creation complete after 1s\n' +
          'aws_lambda_invocation.Identity_Confirmation_CB0233C0 (Identity/Confirmation): Creation complete after 0s\n' +
          'Error: Invalid region',
      ),
    ).toEqual([]);
  });
});

test('a new control plane is to be drilled', () => {
  expect(
    adviceAfter('aws_lambda_function.Byodkim_Function_1A2B3C4D: Creation complete after 8s [id=x]'),
  ).toEqual([expect.stringContaining('npm run byodkim -- drill')]);
  expect(adviceAfter('aws_lambda_invocation.x: Creation complete after 1s')).toEqual([]);
});
