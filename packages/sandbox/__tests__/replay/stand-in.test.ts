import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { DATA_SOURCES, RESOURCES } from '../../provider/resources';
import { type Asked, RECORDED } from './recorded-inputs';
import { prepareForReplay } from './replay';
import { type CallsByType, lifeOf } from './stand-in';
import { blocksOf } from './stand-in-blocks';

/** Which operations a type may be behind; of two types that share one, the recording does not say which asked. */
const OPERATIONS: Readonly<Record<string, RegExp>> = {
  aws_cloudwatch_dashboard: /^cloudwatch:\w+Dashboards?$/,
  aws_cloudwatch_event_rule: /^events:(\w+Rule|ListTagsForResource)$/,
  aws_cloudwatch_event_target: /^events:\w+Targets(ByRule)?$/,
  aws_cloudwatch_log_group: /^logs:/,
  aws_cloudwatch_metric_alarm: /^cloudwatch:(\w+Alarms?|ListTagsForResource)$/,
  aws_iam_role:
    /^iam:(\w+Role|ListRolePolicies|GetRolePolicy|ListAttachedRolePolicies|ListInstanceProfilesForRole)$/,
  aws_iam_role_policy: /^iam:\w+RolePolicy$/,
  aws_lambda_alias: /^lambda:\w+Alias$/,
  aws_lambda_function: /^lambda:(\w+Function|GetFunctionCodeSigningConfig|ListVersionsByFunction)$/,
  aws_lambda_function_event_invoke_config: /^lambda:\w+FunctionEventInvokeConfig$/,
  aws_lambda_invocation: /^lambda:Invoke$/,
  aws_lambda_permission: /^lambda:(AddPermission|GetPolicy|RemovePermission)$/,
  aws_route53_record: /^route53:/,
  aws_s3_bucket: /^s3:(\w+Bucket|GetBucket\w+|PutBucketTagging|GetObjectLockConfiguration)$/,
  aws_s3_bucket_policy: /^s3:\w+BucketPolicy$/,
  aws_s3_bucket_public_access_block: /^s3:\w+PublicAccessBlock$/,
  aws_s3_bucket_server_side_encryption_configuration: /^s3:\w+BucketEncryption$/,
  aws_s3_bucket_versioning: /^s3:\w+BucketVersioning$/,
  aws_scheduler_schedule: /^scheduler:\w+Schedule$/,
  aws_scheduler_schedule_group: /^scheduler:(\w+ScheduleGroup|ListTagsForResource)$/,
  aws_sesv2_email_identity: /^ses:/,
  aws_sesv2_email_identity_feedback_attributes: /^ses:(GetEmailIdentity|PutEmailIdentityFeedbackAttributes)$/,
  aws_sesv2_email_identity_mail_from_attributes:
    /^ses:(GetEmailIdentity|PutEmailIdentityMailFromAttributes)$/,
  aws_sns_topic: /^sns:/,
  'data.aws_caller_identity': /^sts:/,
  'data.aws_lambda_invocation': /^lambda:Invoke$/,
  'data.aws_sesv2_email_identity': /^ses:GetEmailIdentity$/,
};

/** Where the stand-in, which is 6.25.0, asks otherwise than 5.46.0 was recorded to ask. */
const EXCEPTIONS: readonly { readonly recorded: string; readonly asked: string; readonly because: string }[] =
  [
    {
      recorded: 'logs:ListTagsLogGroup {"logGroupName":"/aws/lambda/ses-byodkim"}',
      asked:
        'logs:ListTagsForResource {"resourceArn":"arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/ses-byodkim"}',
      because: 'since 6.0.0 tags of log groups are listed by ARN: AWS has deprecated the other way',
    },
  ];

const lineOf = ({ phase, operation, input }: Asked): string => {
  const line = `${operation} ${input}`;
  return `${phase} ${EXCEPTIONS.find(({ asked }) => asked === line)?.recorded ?? line}`;
};
const linesOf = (calls: readonly Asked[]): string[] => [...new Set(calls.map(lineOf))].sort();
const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter((line) => !others.includes(line));

describe('what the stand-in provider asks', () => {
  let sandbox: Sandbox;
  let calls: CallsByType;
  beforeAll(async () => {
    sandbox = await startSandbox();
    const { ZONE } = await prepareForReplay(sandbox);
    calls = await lifeOf(sandbox, blocksOf(ZONE!), { [ZONE!]: 'ZONE' });
  });
  afterAll(() => sandbox.close());

  it.each(Object.entries(OPERATIONS))('for %s is no more than what the real one asks', (type, its) => {
    const recorded = RECORDED.filter(({ operation }) => its.test(operation));
    const asked = calls.get(type) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(without(linesOf(asked), linesOf(recorded))).toEqual([]);
  });

  it('misses nothing that the real one asks, with the same parameters, in the same phase', () => {
    expect(without(linesOf(RECORDED), linesOf([...calls.values()].flat()))).toEqual([]);
  });

  it('is held for each type that there is', () => {
    const types = [...Object.keys(RESOURCES), ...Object.keys(DATA_SOURCES).map((name) => `data.${name}`)];
    expect(Object.keys(OPERATIONS).sort()).toEqual(types.sort());
    const unowned = RECORDED.filter(
      ({ operation }) => !Object.values(OPERATIONS).some((its) => its.test(operation)),
    );
    expect(unowned).toEqual([]);
  });

  it('would show where it parts', () => {
    const [invocation] = calls.get('aws_lambda_invocation')!;
    const unqualified = { ...invocation!, input: invocation!.input.replace(',"Qualifier":"$LATEST"', '') };
    expect(without(linesOf([unqualified]), linesOf(RECORDED))).toHaveLength(1);
    const early = { ...invocation!, phase: 'plan' as const };
    expect(without(linesOf([early]), linesOf(RECORDED))).toHaveLength(1);
  });

  it('has no exception that is none any more', () => {
    const lines = [...calls.values()].flat().map(({ operation, input }) => `${operation} ${input}`);
    for (const { asked } of EXCEPTIONS) expect(lines).toContain(asked);
  });
});
