import { adviceAfter, hintsFor } from '../../../cli/deploy/hints';

describe('a hint', () => {
  it.each<[string, RegExp]>([
    ['Error: No valid credential sources found', /^Sign in /],
    ['Error: validating provider credentials: retrieving caller identity from STS', /AWS_PROFILE/],
    [
      'operation error STS: GetCallerIdentity, api error ExpiredToken: The security token is expired',
      /^Sign in /,
    ],
    [
      'Error: Error acquiring the state lock\n\nLock Info:\n  ID:        0a1b',
      /Only if that run is dead: `force-unlock ID`/,
    ],
    ['Error: Error acquiring the state lock\n\nwrite .x.lock.info: no space left on device', /^Make room /],
    ['Error: AWS account ID not allowed: 123456789012', /provider\.allowedAccountIds.*AWS_PROFILE/],
    ...[
      'Error: Cannot assume IAM Role\n\nIAM Role (arn:aws:iam::210987654321:role/zone) cannot be assumed.',
      'Error: Provider configuration not present\n\nTo work with aws_route53_record.a',
      'Error: reading Route 53 Hosted Zone (Z1): operation error Route 53: GetHostedZone, https response error StatusCode: 403',
    ].map((output): [string, RegExp] => [output, /take `record` out of the list; .*`state rm`/]),
    ['ResourceNotFoundException: Function not found: arn:aws:lambda:x', /control stack .* not deployed yet/],
    ['Error: Instance cannot be destroyed\n\n  on cdk.tf.json line 1', /control\.keyStore\.protect/],
    ['api error BucketNotEmpty: The bucket you tried to delete is not empty', /delete every version/],
    [
      'reading SESv2 (Simple Email V2) Email Identity (example.org): operation error SESv2: GetEmailIdentity, https response error StatusCode: 404, NotFoundException',
      /no such identity in this region/,
    ],
    ['Error: Cannot import non-existent remote object', /no such identity in this region/],
    ['Error: Backend configuration changed\n\nA change in the backend', /init -migrate-state/],
    [
      'ResourceConflictException: Function already exist: ses-byodkim',
      /state of another checkout or backend/,
    ],
    ['EntityAlreadyExists: Role with name ses-byodkim-function already exists.', /control\.functionName/],
    [
      'aws_lambda_invocation.Identity_Signing_234AF6D5: Creation complete after 1s\nError: putting IAM Role Policy',
      /is rolled back by itself/,
    ],
  ])('follows %j: %s', (output, hint) => {
    expect(hintsFor(output).map((each) => each.hint)).toEqual([expect.stringMatching(hint)]);
  });

  it('is not given for an outcome that needs none', () => {
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

describe('after the first deploy of a control stack', () => {
  const NEW = 'aws_lambda_function.Byodkim_Function_1A2B3C4D: Creation complete after 8s [id=x]';

  test('a drill is advised', () => {
    expect(adviceAfter(NEW, { control: { topics: { dns: 'arn' } } } as never)).toEqual([
      expect.stringContaining('byodkim drill'),
    ]);
    expect(adviceAfter('aws_lambda_invocation.x: Creation complete after 1s', { control: {} })).toEqual([]);
  });

  test('topics are advised if none exist', () => {
    expect(adviceAfter(NEW, { control: {} })[1]).toMatch(/^No topic is set up \(control\.topics/);
  });
});
