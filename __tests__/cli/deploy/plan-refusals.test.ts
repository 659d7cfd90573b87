import {
  type Excepted,
  keptOfTainted,
  planRefusals,
  weakeningRefusals,
} from '../../../cli/deploy/plan-refusals';
import { rowOfCode } from '../../../cli/words/rows';
import { keyStorePolicy } from '../../../constructs/key-store-policy';

const codes = (address: string, action: string): string[] =>
  planRefusals([{ address, action }]).map(({ code }) => code);

describe('a plan', () => {
  it.each([
    ['aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D', 'delete', 'KEY_STORE_PROTECTED'],
    ['aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D', 'replace', 'KEY_STORE_PROTECTED'],
    ['aws_s3_bucket_policy.Byodkim_KeyStore_TlsOnly_1A2B3C4D', 'delete', 'KEY_STORE_PROTECTED'],
    ['aws_lambda_function.Byodkim_Handler_Function_1A2B3C4D', 'replace', 'CONTROL_PROTECTED'],
    ['aws_scheduler_schedule_group.Byodkim_Scheduler_Group_1A2B3C4D', 'delete', 'CONTROL_PROTECTED'],
    ['aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D', 'delete', 'IDENTITY_PROTECTED'],
  ])('with %s %sd is refused', (address, action, code) => {
    expect(codes(address, action)).toEqual([code]);
    const [{ message } = { message: '' }] = planRefusals([{ address, action }]);
    expect(message).toContain(`Nothing was changed. Found:\n  ${action} ${address}`);
  });

  it.each([
    ['aws_s3_bucket_policy.Byodkim_KeyStore_TlsOnly_1A2B3C4D', 'update'],
    ['aws_lambda_invocation.Identity_Signing_1A2B3C4D', 'replace'],
    ['aws_s3_bucket.Mine_1A2B3C4D', 'delete'],
    ['aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D', 'create'],
  ])('with %s %sd is not refused', (address, action) => {
    expect(codes(address, action)).toEqual([]);
  });
});

describe('a plan that would make an object with a fixed name twice', () => {
  const address = 'aws_route53_record.Identity_Record-s1-Z1_1A2B3C4D';
  it.each(['tainted', 'requested'])('is refused with its name (%s)', (reason) => {
    const [refusal, ...others] = planRefusals([{ address, action: 'replace', reason }]);
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({
      code: 'REPLACEMENT_REFUSED',
      message: expect.stringContaining(`replace ${address} (${reason})`),
    });
  });

  it('is refused for that reason, and not for one that the list could reverse, in the case of an identity', () => {
    const identity = 'aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D';
    const codesFor = (reason: string) =>
      planRefusals([{ address: identity, action: 'replace', reason }]).map(({ code }) => code);
    expect(codesFor('tainted')).toEqual(['REPLACEMENT_REFUSED']);
    expect(codesFor('cannot_update')).toEqual(['IDENTITY_PROTECTED']);
  });
});

describe('a plan that would delete MAIL FROM records', () => {
  const records = ['MX', 'TXT'].map((type) => ({
    action: 'delete' as const,
    address: `aws_route53_record.Identity_MailFrom-${type}-bounce-Z1_1A2B3C4D`,
  }));
  const mailFrom = { subdomain: 'bounce' };

  it('is refused while the list has mailFrom, with the command that forgets all records', () => {
    const [refusal, ...others] = planRefusals(records, { mailFrom });
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({ code: 'MAIL_FROM_STILL_NEEDED' });
    expect(refusal!.message).toContain(`delete ${records[1]!.address}`);
    expect(rowOfCode('MAIL_FROM_STILL_NEEDED')!.todo).toContain('grep ^aws_route53_record)`');
  });

  it('is refused if mailFrom gets another name, with the command that keeps the earlier records', () => {
    const others = records.map(({ address }) => ({
      action: 'create' as const,
      address: address.replace('bounce', 'other'),
    }));
    const found = planRefusals([...records, ...others], { mailFrom });
    expect(found.map(({ code }) => code)).toEqual(['MAIL_FROM_STILL_NEEDED']);
    for (const { address } of records) expect(found[0]!.message).toContain(`delete ${address}`);
    expect(rowOfCode('MAIL_FROM_STILL_NEEDED')!.todo).toContain(
      'first run `state rm` of the engine for each address above',
    );
  });

  it('is not refused if mailFrom goes', () => {
    expect(planRefusals(records, {})).toEqual([]);
  });
});

describe('a tainted object', () => {
  const [bucket, group, alarm] = [
    'aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D',
    'aws_scheduler_schedule_group.Byodkim_Scheduler_Group_1A2B3C4D',
    'aws_cloudwatch_metric_alarm.Byodkim_Alarms_errors_1A2B3C4D',
  ];

  it('is kept by a deploy if it is ours and its name is fixed', () => {
    const record = 'aws_route53_record.Identity_Record-s1-Z1_1A2B3C4D';
    const others = ['aws_lambda_invocation.Identity_Signing_1A2B3C4D', 'aws_s3_bucket.Mine_1A2B3C4D'];
    const kept = [bucket, group, alarm, record];
    expect(keptOfTainted({ tainted: [...others, ...kept] })).toEqual(kept);
  });

  it.each([bucket, group])(
    'of a control stack is refused for a reason that no list can reverse (%s)',
    (address) => {
      const codesFor = (reason: string) =>
        planRefusals([{ address, action: 'replace', reason }]).map(({ code }) => code);
      expect(codesFor('tainted')).toEqual(['REPLACEMENT_REFUSED']);
      expect(codesFor('cannot_update')).not.toContain('REPLACEMENT_REFUSED');
    },
  );
});

describe('a record', () => {
  const inZone = (zone: string, what = 'Record-s1') =>
    `aws_route53_record.Identity_${what}-${zone}_${zone === 'ZOLD' ? '1A2B3C4D' : '4D3C2B1A'}`;
  const refusals = (...changes: [string, string][]) =>
    planRefusals(changes.map(([action, address]) => ({ action, address })));

  it('that moves to another hosted zone is refused', () => {
    expect(refusals(['delete', inZone('ZOLD')], ['create', inZone('ZNEW')])).toEqual([
      {
        code: 'RECORD_MOVES',
        message: expect.stringContaining(`\n  delete ${inZone('ZOLD')}`),
        facts: { changes: [`delete ${inZone('ZOLD')}`] },
      },
    ]);
  });

  it.each<[string, ...[string, string][]]>([
    ['added to the new zone', ['create', inZone('ZNEW')]],
    ['removed after a rotation', ['delete', inZone('ZOLD')], ['create', inZone('ZOLD', 'Record-s2')]],
    ['changed in its zone', ['update', inZone('ZOLD')]],
    ['left of an interrupted replacement', ['delete', inZone('ZOLD')], ['create', inZone('ZOLD')]],
    [
      'another one in the other zone',
      ['delete', inZone('ZOLD')],
      ['create', inZone('ZNEW', 'MailFrom-TXT-b')],
    ],
    [
      'an invocation left of an interrupted replacement',
      ['delete', 'aws_lambda_invocation.Identity_Confirmation_1A2B3C4D'],
      ['create', 'aws_lambda_invocation.Identity_Confirmation_1A2B3C4D'],
    ],
    [
      'a resource of another kind',
      ['delete', 'x_record.a-ZOLD_1A2B3C4D'],
      ['create', 'x_record.a-ZNEW_1A2B3C4D'],
    ],
  ])('that is %s is not refused', (_, ...changes) => {
    expect(refusals(...changes)).toEqual([]);
  });
});

describe('a change of the existing key store', () => {
  const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';
  const algorithm = (sse_algorithm: string) => ({
    rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm }] }],
  });
  const BACKUP = 'arn:aws:iam::123456789012:role/backup';
  const policyOf = (keyReaders: string[] = []) =>
    keyStorePolicy({
      bucketArn: 'arn:aws:s3:::keys',
      functionRoleArn: 'arn:aws:iam::123456789012:role/ses-byodkim',
      keyReaders,
    });
  /** The policy with another text in a statement; undefined: without the statement. */
  const policy = (sid = '', change: (statement: any) => object | undefined = () => ({})) => {
    const { Statement, ...rest } = JSON.parse(policyOf([BACKUP]));
    const changed = Statement.flatMap((each: any) => (each.Sid === sid ? (change(each) ?? []) : each));
    return { policy: JSON.stringify({ ...rest, Statement: changed }) };
  };
  const KEYS = 'PrivateKeysForTheFunctionAlone';
  const exemptingFrom = (sid: string, ...more: string[]) =>
    policy(sid, (statement) => {
      const { 'aws:PrincipalArn': exempt } = statement.Condition.ArnNotLike;
      return { ...statement, Condition: { ArnNotLike: { 'aws:PrincipalArn': [...exempt, ...more] } } };
    });
  const exempting = (...more: string[]) => exemptingFrom(KEYS, ...more);
  const refusals = (type: string, before: object, after: object, excepted?: Excepted) => {
    const address = `${type}.Byodkim_KeyStore_Part_1A2B3C4D`;
    const change = { before: { ...before }, after: { ...after } };
    return weakeningRefusals([{ address, type, change }], excepted);
  };

  const POLICY = 'aws_s3_bucket_policy';
  const VERSIONING = 'aws_s3_bucket_versioning';
  const PUBLIC_ACCESS = 'aws_s3_bucket_public_access_block';
  const access = (block_public_policy: boolean) => ({ block_public_policy, block_public_acls: true });
  const versioning = (status: string) => ({ versioning_configuration: [{ status }] });
  const having = (sid: string, more: object) => policy(sid, (statement) => ({ ...statement, ...more }));
  const elsewhere = { Resource: ['arn:aws:s3:::keys/dkim-certificates/none/*'] };
  const unlessNamed = { Bool: { 'aws:SecureTransport': 'false' }, Null: { 'aws:username': 'true' } };
  const admin = 'arn:aws:iam::123456789012:role/admin';

  it.each<[string, string, object, object, RegExp]>([
    ['encrypts without KMS', ENCRYPTION, algorithm('aws:kms'), algorithm('AES256'), /without KMS/],
    ['lets a policy be public', PUBLIC_ACCESS, access(true), access(false), /without block_public_policy/],
    ['suspends versioning', VERSIONING, versioning('Enabled'), versioning('Suspended'), /without versioning/],
    [
      'drops a statement of the policy',
      POLICY,
      policy(),
      policy(KEYS, () => undefined),
      /without all that the statement PrivateKeysForTheFunctionAlone denies/,
    ],
    ['denies less', POLICY, policy(), having(KEYS, { Action: 's3:GetObjectTagging' }), /PrivateKeysFor/],
    ['denies it in another place', POLICY, policy(), having(KEYS, elsewhere), /PrivateKeysFor/],
    ['denies it less often', POLICY, policy(), having('TlsOnly', { Condition: unlessNamed }), /TlsOnly/],
    [
      'lets somebody read keys whom the list does not name',
      POLICY,
      policy(),
      exempting(admin),
      /PrivateKeysFor/,
    ],
  ])('is refused if it %s', (_, type, before, after, message) => {
    expect(refusals(type, before, after)).toEqual([
      expect.objectContaining({ code: 'KEY_STORE_PROTECTED', message: expect.stringMatching(message) }),
    ]);
    expect(refusals(type, after, before)).toEqual([]);
  });

  it('is not refused for readers in the list, under any name of the statement', () => {
    const renamed = { policy: exempting(admin).policy.replaceAll(KEYS, 'Renamed') };
    expect(refusals(POLICY, policy(), renamed, { readers: [BACKUP, admin] })).toEqual([]);
    expect(refusals(POLICY, policy(), renamed, { readers: [BACKUP] })).toHaveLength(1);
  });

  it('is not refused for writers in the list, who may only store keys', () => {
    const excepted = { writers: [admin] };
    const writing = (sid: string) => refusals(POLICY, policy(), exemptingFrom(sid, admin), excepted);
    expect(writing('KeysByNamedWritersAlone')).toEqual([]);
    expect(writing(KEYS)).toHaveLength(1);
    expect(writing('LedgersByTheFunctionAlone')).toHaveLength(1);
    const reading = exemptingFrom('KeysByNamedWritersAlone', admin);
    expect(refusals(POLICY, policy(), reading, { readers: [admin] })).toHaveLength(1);
  });

  it('is not refused if an earlier policy lets everyone in the account store keys', () => {
    const earlier = policy('KeysByNamedWritersAlone', () => undefined);
    expect(refusals(POLICY, earlier, policy())).toEqual([]);
    expect(refusals(POLICY, policy(), earlier)).toHaveLength(1);
  });

  it('is not refused for functions of other regions that share keys, nor if they no longer share any', () => {
    const name = 'ses-byodkim-us-east-1';
    const limited = (text: { policy: string }) => {
      const { Statement, ...rest } = JSON.parse(text.policy);
      return {
        policy: JSON.stringify({ ...rest, Statement: [...Statement, { Effect: 'Deny', NotResource: '*' }] }),
      };
    };
    const change = (account: string) =>
      [policy(), limited(exempting(`arn:aws:iam::${account}:role/${name}`))] as const;
    const [alone, sharing] = change('123456789012');
    expect(refusals(POLICY, alone, sharing, { functions: [name] })).toEqual([]);
    expect(refusals(POLICY, sharing, alone)).toEqual([]);
    expect(refusals(POLICY, alone, sharing)).toHaveLength(1);
    expect(refusals(POLICY, ...change('210987654321'), { functions: [name] })).toHaveLength(1);
  });

  it('is not refused for values that are known only after the apply', () => {
    expect(refusals(POLICY, policy(), {})).toEqual([]);
  });
});
