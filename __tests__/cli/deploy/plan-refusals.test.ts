import { openRefusal, planRefusals, weakeningRefusals } from '../../../cli/deploy/plan-refusals';

const codes = (address: string, action: string): string[] =>
  planRefusals([{ address, action }]).map(({ code }) => code);

describe('a plan', () => {
  it.each([
    ['aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D', 'delete', 'KEY_STORE_PROTECTED'],
    ['aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D', 'replace', 'KEY_STORE_PROTECTED'],
    ['aws_s3_bucket_policy.Byodkim_KeyStore_TlsOnly_1A2B3C4D', 'delete', 'KEY_STORE_PROTECTED'],
    ['aws_s3_bucket_versioning.Byodkim_KeyStore_Versioning_1A2B3C4D', 'delete', 'KEY_STORE_PROTECTED'],
    [
      'aws_s3_bucket_server_side_encryption_configuration.Byodkim_KeyStore_Encryption_1A2B3C4D',
      'delete',
      'KEY_STORE_PROTECTED',
    ],
    [
      'aws_s3_bucket_public_access_block.Byodkim_KeyStore_PublicAccess_1A2B3C4D',
      'delete',
      'KEY_STORE_PROTECTED',
    ],
    ['aws_lambda_function.Byodkim_Handler_Function_1A2B3C4D', 'replace', 'CONTROL_PROTECTED'],
    ['aws_scheduler_schedule_group.Byodkim_Scheduler_Group_1A2B3C4D', 'delete', 'CONTROL_PROTECTED'],
    ['aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D', 'delete', 'IDENTITY_PROTECTED'],
  ])('that has %s %sd is refused', (address, action, code) => {
    expect(codes(address, action)).toEqual([code]);
    const [{ message, advice } = { message: '' }] = planRefusals([{ address, action }]);
    expect(message).toContain(`Nothing was changed. The plan:\n  ${action} ${address}`);
    expect(advice).toMatch(/back/);
  });

  it.each([
    ['aws_s3_bucket_policy.Byodkim_KeyStore_TlsOnly_1A2B3C4D', 'update'],
    ['aws_lambda_invocation.Identity_Signing_1A2B3C4D', 'replace'],
    ['aws_s3_bucket.Mine_1A2B3C4D', 'delete'],
    ['aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D', 'create'],
  ])('that has %s %sd is not', (address, action) => {
    expect(codes(address, action)).toEqual([]);
  });
});

test('a destroy that would lose armed reverts names them', () => {
  expect(openRefusal(['byodkim-example.com-0123456789ab-1'])).toMatchObject({
    code: 'CHANGES_OPEN',
    message: expect.stringContaining('byodkim-example.com-0123456789ab-1'),
    advice: expect.stringContaining('byodkim revert'),
  });
});

describe('a change of the key store in place', () => {
  const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';
  const algorithm = (sse_algorithm: string) => ({
    rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm }] }],
  });
  const policy = (...sids: string[]) => ({
    policy: JSON.stringify({ Statement: sids.map((Sid) => ({ Sid, Effect: 'Deny' })) }),
  });
  const refusals = (type: string, before: object, after: object) =>
    weakeningRefusals([
      {
        address: `${type}.Byodkim_KeyStore_Part_1A2B3C4D`,
        type,
        change: { before: { ...before }, after: { ...after } },
      },
    ]);

  it.each<[string, string, object, object, RegExp]>([
    ['encrypts without KMS', ENCRYPTION, algorithm('aws:kms'), algorithm('AES256'), /without "aws:kms"/],
    [
      'lets a bucket policy be public',
      'aws_s3_bucket_public_access_block',
      { block_public_policy: true, block_public_acls: true },
      { block_public_policy: false, block_public_acls: true },
      /without "block_public_policy":true/,
    ],
    [
      'suspends versioning',
      'aws_s3_bucket_versioning',
      { versioning_configuration: [{ status: 'Enabled' }] },
      { versioning_configuration: [{ status: 'Suspended' }] },
      /without "status":"Enabled"/,
    ],
    [
      'drops a statement of the policy',
      'aws_s3_bucket_policy',
      policy('TlsOnly', 'Keys'),
      policy('TlsOnly'),
      /without "Sid":"Keys"/,
    ],
  ])('is refused where it %s', (_, type, before, after, message) => {
    expect(refusals(type, before, after)).toEqual([
      expect.objectContaining({ code: 'KEY_STORE_PROTECTED', message: expect.stringMatching(message) }),
    ]);
    expect(refusals(type, after, before)).toEqual([]);
  });

  it('is not refused for what is known after the apply only', () => {
    expect(refusals('aws_s3_bucket_policy', policy('TlsOnly'), {})).toEqual([]);
  });
});
