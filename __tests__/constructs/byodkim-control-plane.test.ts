import { randomUUID } from 'node:crypto';
import {
  type BucketChoice,
  ByodkimControlPlane,
  type ByodkimControlPlaneProps,
  ByodkimIdentity,
} from '../../constructs';

import { newReportObject } from '../../handlers/audit/findings/report';
import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  KEY_PREFIX,
  ledgerObject,
  RECORD_PREFIX,
} from '../../handlers/contract/contract';
import type { World } from '../../handlers/world';
import { inputOf, only, props, synthesize } from './synth';

const controlPlane = (changes: Partial<ByodkimControlPlaneProps> = {}) =>
  synthesize((stack, code) => {
    new ByodkimControlPlane(stack, 'Byodkim', { code, region: 'ap-northeast-1', ...changes });
  });

/** The account is cut out of an ARN by the engine, in quotes that JSON would trip over. */
const statementsIn = (policy: string) =>
  JSON.parse(policy.replace(/\$\{element\([^}]*\}/g, 'ACCOUNT')).Statement;
const policyOf = (rendered: ReturnType<typeof controlPlane>, name = 'Handler_Policy') =>
  statementsIn(only(rendered.resource.aws_iam_role_policy, name).policy) as {
    Sid: string;
    Action: string[];
    Resource: string[];
    Condition?: unknown;
  }[];
const statement = (rendered: ReturnType<typeof controlPlane>, sid: string) =>
  policyOf(rendered).find(({ Sid }) => Sid === sid);

describe('the function', () => {
  it('depends on its policy, bucket policy and schedule group', () => {
    const { depends_on } = only(controlPlane().resource.aws_lambda_function);
    for (const type of ['aws_iam_role_policy', 'aws_s3_bucket_policy', 'aws_scheduler_schedule_group'])
      expect(depends_on.join()).toContain(type);
  });
});

describe('the roles', () => {
  it('carry the boundary and the path that the account demands, which the key store follows', () => {
    const permissionsBoundary = 'arn:aws:iam::123456789012:policy/boundary';
    const shared = { keys: [], records: [], known: [], kmsKeyArns: [], readers: { 'eu-west-1': ['k/'] } };
    const { resource } = controlPlane({ roles: { permissionsBoundary, path: '/mail/' }, shared });
    for (const role of Object.values(resource.aws_iam_role!))
      expect(role).toMatchObject({ permissions_boundary: permissionsBoundary, path: '/mail/' });
    const { policy } = only(resource.aws_s3_bucket_policy);
    for (const name of ['ses-byodkim-ap-northeast-1', 'ses-byodkim-eu-west-1'])
      expect(policy).toContain(`:role/mail/${name}`);
    expect(policy).not.toContain(':role/ses-byodkim');
  });

  it.each([
    [{ path: 'mail' }, /roles\.path: .* allowed: \/, or names between slashes/],
    [{ permissionsBoundary: 'boundary' }, /roles\.permissionsBoundary: .* the ARN of a managed policy/],
  ])('are refused with %j', (roles, message) => {
    expect(() => controlPlane({ roles })).toThrow(message);
  });
});

describe('its policy', () => {
  it('has statements for topics and KMS only if they are used', () => {
    const plain = controlPlane();
    expect(statement(plain, 'SendNotices')).toBeUndefined();
    expect(statement(plain, 'UseKeyStoreKey')).toBeUndefined();
    const topic = 'arn:aws:sns:ap-northeast-1:1:all';
    const rich = controlPlane({
      topics: { dns: topic, result: topic },
      kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/k',
    });
    expect(statement(rich, 'SendNotices')?.Resource).toEqual([topic]);
    expect(statement(rich, 'UseKeyStoreKey')?.Resource).toEqual(['arn:aws:kms:us-east-1:111122223333:key/k']);
  });

  it('lets it list a bucket of its own without a prefix, and only its own objects in a shared one', () => {
    const conditionOf = (bucket: BucketChoice) =>
      statement(controlPlane({ bucket }), 'TellMissingFromForbidden')?.Condition;
    const account = { StringEquals: { 'aws:ResourceAccount': 'ACCOUNT' } };
    expect(conditionOf({ name: 'keys' })).toEqual(account);
    expect(conditionOf({ existing: 'keys' })).toEqual({
      ...account,
      StringLikeIfExists: {
        's3:prefix': ['byodkim-ledger/*', 'byodkim-audit/*', 'dkim-certificates/*', 'dns_records/*'],
      },
    });
  });

  it('lets old reports and versions of ledgers expire, but no key, no record and not the last findings', () => {
    const { rule: rules } = only(controlPlane().resource.aws_s3_bucket_lifecycle_configuration);
    const world = { clock: { now: () => Date.UTC(2026, 10, 28) }, uuid: randomUUID } as unknown as World;
    const expiring = (key: string) =>
      rules.filter(({ filter: [{ prefix }] }: any) => key.startsWith(prefix)).map(({ id }: any) => id);
    expect(expiring(newReportObject(world))).toEqual(['audit-reports']);
    expect(expiring(ledgerObject('eu-west-1', 'example.com'))).toEqual(['ledger-versions']);
    for (const key of [
      `${AUDIT_PREFIX}findings.json`,
      `${KEY_PREFIX}a`,
      `${RECORD_PREFIX}a`,
      `${DRILL_PREFIX}a`,
    ])
      expect(expiring(key)).toEqual([]);
    const [reports, ledgers] = rules;
    expect(reports.expiration).toEqual([{ days: 400 }]);
    // The ledger itself never expires.
    expect(ledgers).not.toHaveProperty('expiration');
    expect(ledgers.noncurrent_version_expiration).toEqual([
      { noncurrent_days: 90, newer_noncurrent_versions: 10 },
    ]);
    const existing = controlPlane({ bucket: { existing: 'acme-keys' } }).resource;
    expect(existing).not.toHaveProperty('aws_s3_bucket_lifecycle_configuration');
  });

  it('reserves keys for the function and the configured principals, and binds buckets to the account', () => {
    const keyReaders = [
      'arn:aws:iam::111122223333:role/keeper',
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Keeper_*',
    ];
    const keyWriters = ['arn:aws:iam::111122223333:role/owner'];
    const stack = controlPlane({ keyReaders, keyWriters });
    const [, keys, written, ledgers] = statementsIn(only(stack.resource.aws_s3_bucket_policy).policy);
    const own = 'arn:aws:iam::ACCOUNT:role/ses-byodkim-ap-northeast-1';
    expect(keys).toMatchObject({
      Effect: 'Deny',
      Resource: [expect.stringMatching(/\/dkim-certificates\/\*$/)],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': [own, ...keyReaders] } },
    });
    expect(written).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:PutObject*', 's3:ReplicateObject'],
      Resource: [
        expect.stringMatching(/\/dkim-certificates\/\*$/),
        expect.stringMatching(/\/dns_records\/\*$/),
      ],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': [own, ...keyWriters] } },
    });
    expect(ledgers.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': [own] } });
    const s3 = policyOf(stack).filter(({ Action }) => Action.some((action) => action.startsWith('s3:')));
    for (const { Condition } of s3)
      expect(Condition).toMatchObject({ StringEquals: { 'aws:ResourceAccount': 'ACCOUNT' } });
    const role = 'arn:aws:iam::111122223333:role/';
    for (const wrong of ['keeper', `${role}a"b`, '*', `${role}*`, `${role}**`, `${role}team/*`, `${role}a/`])
      for (const prop of ['keyReaders', 'keyWriters'])
        expect(() => controlPlane({ [prop]: [wrong] })).toThrow(
          new RegExp(`${prop}: found .*the ARN of an IAM role`),
        );
  });

  it('has a read-only alias, and one for the rule, each granted separately', () => {
    const { resource } = controlPlane({ topics: { audit: 'create' } });
    const aliases = Object.entries(resource.aws_lambda_alias!);
    expect(aliases).toMatchObject([
      [expect.anything(), { name: 'read', function_version: '$LATEST' }],
      [expect.anything(), { name: 'watch', function_version: '$LATEST' }],
    ]);
    const [read, watch] = aliases.map(([id]) => `aws_lambda_alias.${id}`);
    // Whoever waits for the function to work finds the alias there.
    expect(only(resource.terraform_data).depends_on).toEqual([read]);
    // The rule may call nothing else, and what fails there is not lost.
    expect(only(resource.aws_lambda_permission).qualifier).toBe(`\${${watch}.name}`);
    expect(only(resource.aws_cloudwatch_event_target).arn).toBe(`\${${watch}.arn}`);
    const destination_config = { on_failure: { destination: expect.anything() } };
    const configs = Object.values(resource.aws_lambda_function_event_invoke_config!);
    const expected = { maximum_retry_attempts: 2, destination_config };
    expect(configs).toMatchObject([expected, expected]);
    expect(configs.map(({ qualifier }: any) => qualifier)).toEqual([undefined, `\${${watch}.name}`]);
  });

  it('tells it which settings events may have, and refuses a domain of the same app that exceeds them', () => {
    const allow = { servers: ['192.0.2.1:53'] };
    const withIdentity = (address: string) =>
      synthesize((stack, code) => {
        const plane = new ByodkimControlPlane(stack, 'Byodkim', { code, allow, alsoRead: ['other/keys/'] });
        const gate = { nameservers: [address] };
        new ByodkimIdentity(stack, 'Mail', {
          domain: 'example.com',
          selector: 's1',
          controlPlane: plane,
          gate,
        });
      });
    const { environment } = only(withIdentity('192.0.2.1').resource.aws_lambda_function);
    expect(environment.variables).toMatchObject({
      BYODKIM_ALLOW: JSON.stringify(allow),
      BYODKIM_ALSO_READ: '["other/keys/"]',
    });
    expect(() => withIdentity('192.0.2.9')).toThrow(
      /Mail: gate\.nameservers: found \["192\.0\.2\.9"\], allowed: those that the zone names, 192\.0\.2\.1:53, or a value that the control plane allows \(allow\.servers\)/,
    );
    expect(() => controlPlane({ alsoRead: ['bucket'] })).toThrow(
      /alsoRead: found "bucket", allowed: bucket\/prefix/,
    );
  });

  it('denies requests without TLS', () => {
    const [tls] = statementsIn(only(controlPlane().resource.aws_s3_bucket_policy).policy);
    expect(tls).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('makes alarms only for a topic, and a dashboard only on request', () => {
    const { resource } = controlPlane();
    expect(resource).not.toHaveProperty('aws_cloudwatch_metric_alarm');
    expect(resource).not.toHaveProperty('aws_cloudwatch_dashboard');
  });

  it('gives every alarm the tags', () => {
    const { resource } = controlPlane({ topics: { audit: 'create' }, tags: { team: 'mail' } });
    const alarms = Object.values(resource.aws_cloudwatch_metric_alarm!);
    expect(alarms.filter(({ tags }) => tags?.team !== 'mail')).toEqual([]);
    expect(alarms).toHaveLength(9);
  });

  it('trusts services on behalf of its own account, and the scheduler only for our group', () => {
    const { aws_iam_role, aws_scheduler_schedule_group } = controlPlane().resource;
    const group = `aws_scheduler_schedule_group.${Object.keys(aws_scheduler_schedule_group!)[0]}.arn`;
    const account = `\${element(split(':', ${group}), 4)}`;
    const trustOf = (name: string) =>
      JSON.parse(only(aws_iam_role, name).assume_role_policy.replace('split(":"', "split(':'")).Statement;
    expect(trustOf('Scheduler')).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': `\${${group}}` } },
      },
    ]);
    expect(trustOf('Handler')).toMatchObject([
      {
        Principal: { Service: 'lambda.amazonaws.com' },
        Condition: { StringEqualsIfExists: { 'aws:SourceAccount': account } },
      },
    ]);
  });

  it('follows the partition of the region', () => {
    expect(statement(controlPlane({ region: 'us-gov-west-1' }), 'ReadSigningState')?.Resource).toEqual([
      'arn:aws-us-gov:ses:*:ACCOUNT:identity/*',
    ]);
  });

  it('includes the region in role names, which are shared by all regions', () => {
    const names = (region?: string) =>
      Object.values(controlPlane(region ? { region } : {}).resource.aws_iam_role!).map(({ name }) => name);
    expect(names('us-east-1').filter((name) => names('eu-west-1').includes(name))).toEqual([]);
  });
});

describe('the key store', () => {
  it.each([true, false])(
    'cannot be deleted together with the function and its schedule group: %s',
    (protectKeys) => {
      const { resource } = controlPlane({ protectKeys });
      const types = ['aws_s3_bucket', 'aws_lambda_function', 'aws_scheduler_schedule_group'];
      for (const type of types) expect(only(resource[type]).lifecycle.prevent_destroy).toBe(protectKeys);
    },
  );

  it('leaves an existing bucket alone', () => {
    const { resource } = controlPlane({ bucket: { existing: 'acme-keys' } });
    expect(Object.keys(resource).filter((type) => type.startsWith('aws_s3'))).toEqual(['aws_s3_bucket']);
    expect(only(resource.aws_s3_bucket)).toMatchObject({ count: 0, lifecycle: { prevent_destroy: true } });
    expect(only(resource.aws_lambda_function).environment.variables.BYODKIM_KEY_STORE_BUCKET).toBe(
      'acme-keys',
    );
  });
});

describe('refuses', () => {
  it.each([
    [{ functionName: 'a b' }, /functionName: found "a b", allowed/],
    [{ topics: { dns: 'arn:aws-cn:sns:ap-northeast-1:111122223333:dns' } }, /topics\.dns: .* arn:aws:sns:/],
    [{ functionName: '-keys' }, /functionName: found "-keys", allowed: .* the first one a letter or digit/],
    [{ region: 'tokyo' }, /region: found "tokyo", allowed/],
    [{ functionName: 'f'.repeat(40) }, /functionName: .* allowed: 1 to 39 .* may have 64/],
    [
      { kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:alias/keys' },
      /kmsKeyArn: .* allowed: the ARN of the key itself, .*an alias authorises nothing/,
    ],
  ])('%j', (change, message) => {
    expect(() => controlPlane(change)).toThrow(message);
  });

  it('a policy that AWS would refuse as too large, and names the large part', () => {
    const numbered = (count: number, of: (n: number) => string) =>
      Array.from({ length: count }, (_, index) => of(index));
    const irreversible = numbered(260, (n) => `domain-number-${n}.example.com`);
    expect(() => controlPlane({ allow: { irreversible } })).toThrow(
      /environment: found \d{4} bytes, allowed: 4096 \(AWS Lambda\)\. The largest: BYODKIM_ALLOW, \d{4} bytes/,
    );
    const alsoRead = numbered(60, (n) => `bucket-${n}/a/`);
    expect(() => controlPlane({ alsoRead })).toThrow(
      /policy of the function's role: found 2\d{4} characters, allowed: 10240 \(AWS IAM\)/,
    );
    expect(() => controlPlane({ alsoRead: alsoRead.slice(0, 5) })).not.toThrow();
  });
});

describe('in one stack with an identity', () => {
  const both = () =>
    synthesize((stack, code) => {
      const plane = new ByodkimControlPlane(stack, 'Byodkim', { code });
      new ByodkimIdentity(stack, 'Mail', props({ controlPlane: plane }));
    });

  it('outlives the invocations, whose deletes need all of its resources', () => {
    const { resource } = both();
    for (const invocation of Object.values(resource.aws_lambda_invocation!))
      for (const type of [
        'aws_lambda_function',
        'aws_iam_role_policy',
        'aws_s3_bucket',
        'aws_scheduler_schedule_group',
      ])
        expect(invocation.depends_on.join()).toContain(`${type}.`);
    expect(inputOf(only(resource.aws_lambda_invocation, 'Signing')).domain).toBe('example.com');
  });

  it('is read only once it exists: its ARN comes through a resource that new code does not change', () => {
    const { resource, data } = both();
    expect(only(data.aws_lambda_invocation).function_name).toMatch(
      /^\$\{terraform_data\.Byodkim_Ready_.*\.output\}$/,
    );
    expect(only(resource.terraform_data, 'Ready').input).toMatch(/^\$\{aws_lambda_function\..*\.arn\}$/);
  });
});
