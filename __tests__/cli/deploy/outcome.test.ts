import { afterApply, afterPlan, type Context, codesIn, exitCodeOf } from '../../../cli/deploy/outcome';
import { type EngineEnd, endOf } from '../../../cli/engine/engine';
import { parseDomainList } from '../../../list/read-list';

describe('a code of the command', () => {
  it.each<[string, string]>([
    ['Error: No valid credential sources found', 'NOT_SIGNED_IN'],
    ['Error: validating provider credentials: retrieving caller identity from STS', 'NOT_SIGNED_IN'],
    [
      'operation error STS: GetCallerIdentity, api error ExpiredToken: The security token is expired',
      'NOT_SIGNED_IN',
    ],
    [
      'Error: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: x, api error InvalidClientTokenId: The security token included in the request is invalid.',
      'CREDENTIALS_REFUSED',
    ],
    [
      'Error: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, exceeded maximum number of attempts, 9, https response error StatusCode: 0, RequestID: , request send failed, Post "https://sts.ap-northeast-9.amazonaws.com/": dial tcp: lookup sts.ap-northeast-9.amazonaws.com: no such host',
      'AWS_NOT_REACHED',
    ],
    ['Error: Error acquiring the state lock\n\nLock Info:\n  ID:        0a1b', 'STATE_LOCKED'],
    ['Error: Error acquiring the state lock\n\nwrite .x.lock.info: no space left on device', 'DISK_FULL'],
    ['Error: AWS account ID not allowed: 123456789012', 'ACCOUNT_NOT_ALLOWED'],
    ...[
      'Error: Cannot assume IAM Role\n\nIAM Role (arn:aws:iam::210987654321:role/zone) cannot be assumed.',
      'Error: Provider configuration not present\n\nTo work with aws_route53_record.a',
    ].map((output): [string, string] => [output, 'ROLE_LOST']),
    ['ResourceNotFoundException: Function not found: arn:aws:lambda:x', 'FUNCTION_NOT_FOUND'],
    ['Error: Instance cannot be destroyed\n\n  on cdk.tf.json line 1', 'RESOURCE_PROTECTED'],
    ['api error BucketNotEmpty: The bucket you tried to delete is not empty', 'BUCKET_NOT_EMPTY'],
    [
      'reading SESv2 (Simple Email V2) Email Identity (example.org): operation error SESv2: GetEmailIdentity, https response error StatusCode: 404, NotFoundException',
      'IDENTITY_NOT_FOUND',
    ],
    ['Error: Cannot import non-existent remote object', 'IDENTITY_NOT_FOUND'],
    [
      'Error: Failed to query available provider packages\n\nlocked provider registry.terraform.io/hashicorp/aws 6.24.0\ndoes not match configured version\nconstraint 6.25.0; must use terraform init -upgrade',
      'PROVIDER_NOT_LOCKED',
    ],
    [
      "Error: Failed to install provider\n\nthe current package for registry.terraform.io/hashicorp/aws 6.25.0\ndoesn't match any of the checksums previously\nrecorded in the dependency lock file",
      'PROVIDER_NOT_LOCKED',
    ],
    ['Error: Backend configuration changed\n\nA change in the backend', 'BACKEND_CHANGED'],
    ['ResourceConflictException: Function already exist: ses-byodkim', 'EXISTS_ELSEWHERE'],
    ['ConflictException: Schedule ses-byodkim-audit already exists.', 'EXISTS_ELSEWHERE'],
    ['ConflictException: Schedule group ses-byodkim already exists.', 'EXISTS_ELSEWHERE'],
    ['ResourceConflictException: Alias already exists: arn:aws:lambda:x', 'EXISTS_ELSEWHERE'],
    [
      'ResourceConflictException: The statement id (identity-changed) provided already exists.',
      'EXISTS_ELSEWHERE',
    ],
    ['EntityAlreadyExists: Role with name ses-byodkim-function already exists.', 'EXISTS_ELSEWHERE'],
    [
      'aws_lambda_invocation.Identity_Signing_234AF6D5: Creation complete after 1s\nError: putting IAM Role Policy',
      'SES_CHANGED',
    ],
    [
      'creating SESv2 (Simple Email V2) Email Identity (example.org): operation error SESv2: CreateEmailIdentity, https response error StatusCode: 400, RequestID: 1f040460-aaae, AlreadyExistsException: Email identity example.org already exist.',
      'IDENTITY_EXISTS',
    ],
  ])('follows from %j: %s', (output, code) => {
    expect(codesIn(output)).toEqual([code]);
  });

  it.each(['deploy', 'diff', 'destroy'] as const)(
    'refuses a provider that only the state names in a %s',
    (action) => {
      const end: EngineEnd = {
        ...endOf(1, []),
        refusal: { code: 'FOREIGN_PROVIDER', providers: ['evil.example/evil/evil'] },
      };
      const outcome = afterPlan('example.com', end, {
        action,
        signal: new AbortController().signal,
      } as Context);
      expect(outcome).toMatchObject({ ended: 'refused', errors: [{ code: 'FOREIGN_PROVIDER' }] });
      expect(outcome.errors[0]!.message).toContain('\n  evil.example/evil/evil');
      expect(exitCodeOf(outcome)).toBe(3);
    },
  );

  it('names the import of each record that exists in Route 53', () => {
    const line = (name: string, type: string) => ({
      '@message': '',
      diagnostic: {
        severity: 'error',
        address: `aws_route53_record.Identity_${type}`,
        summary: `creating Route53 Record: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 400, InvalidChangeBatch: [Tried to create resource record set [name='${name}.', type='${type}'] but it already exists]`,
      },
    });
    const lines = [line('s1._domainkey.example.com', 'TXT'), line('bounce.example.com', 'MX')];
    const list = parseDomainList(
      'defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: { record: { hostedZoneId: Z1ABC } } }\n',
      'domains.yaml',
    );
    const context = { action: 'deploy', signal: new AbortController().signal, list } as Context;
    const end = endOf(1, lines);
    const [error] = afterApply('example.com', { ...end, output: end.errors[0]!.summary }, context).errors;
    expect(error).toMatchObject({ code: 'RECORD_EXISTS' });
    expect(error!.advice).toContain(
      '`import aws_route53_record.Identity_TXT Z1ABC_s1._domainkey.example.com_TXT`, then with ' +
        '`import aws_route53_record.Identity_MX Z1ABC_bounce.example.com_MX`',
    );
  });

  it('blames a role for Route 53’s refusal only if the list names one', () => {
    const refused =
      'Error: reading Route 53 Hosted Zone (Z1): operation error Route 53: GetHostedZone, https response error StatusCode: 403';
    expect(codesIn(refused, true)).toEqual(['ROLE_LOST']);
    expect(codesIn(refused, false)).toEqual([]);
  });

  it('is absent for an outcome that needs none', () => {
    expect(codesIn('Error: Invalid region')).toEqual([]);
    expect(
      codesIn(
        'aws_lambda_invocation.Identity_Signing_234AF6D5: Creation complete after 1s\n' +
          'aws_lambda_invocation.Identity_Confirmation_CB0233C0 (Identity/Confirmation): Creation complete after 0s\n' +
          'Error: Invalid region',
      ),
    ).toEqual([]);
  });
});
