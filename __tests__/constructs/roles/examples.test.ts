import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ByodkimControlPlane } from '../../../constructs';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { evaluate } from '../../../packages/sandbox/aws/policy';
import { byodkim } from '../../cli/support/terminal';
import { synthesize } from '../synth';

const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';

const FOLDER = path.join(PROJECT_ROOT, 'examples');
const FILES = ['modules/control/README.md'].concat(
  readdirSync(FOLDER)
    .map((name) => `examples/${name}/main.tf`)
    .filter((file) => existsSync(path.join(PROJECT_ROOT, file))),
);

/** The control planes of the examples in HCL, as their own text says what they are made of. */
const EXAMPLES = FILES.flatMap((file) => {
  const text = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  const [, body] = /module "control" \{\n(.*?)\n\}/s.exec(text) ?? [];
  if (body === undefined) return [];
  const [, region] = /^ *region *= *"(.*)"/m.exec(body) ?? [];
  const [, name] = /^ *bucket *= *\{ name = "(.*)" \}/m.exec(body) ?? [];
  const topics = [...body.matchAll(/\b(dns|result|audit) *= *(?:"create"|\{ subscribers)/g)];
  const dashboard = /^ *dashboard *= *true/m.test(body);
  return [
    { file, region, name, dashboard, topics: Object.fromEntries(topics.map(([, each]) => [each, 'create'])) },
  ];
});

/** What makes a resource, and the resource's ARN. */
const MADE_BY: Readonly<Record<string, (values: any) => readonly [action: string, arn: string]>> = {
  aws_iam_role: ({ name }) => ['iam:CreateRole', `arn:aws:iam::${ACCOUNT}:role/${name}`],
  aws_lambda_function: ({ function_name }) => [
    'lambda:CreateFunction',
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${function_name}`,
  ],
  aws_s3_bucket: ({ bucket, bucket_prefix }) => [
    's3:CreateBucket',
    `arn:aws:s3:::${bucket ?? `${bucket_prefix}x`}`,
  ],
  aws_sns_topic: ({ name }) => ['sns:CreateTopic', `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`],
  aws_cloudwatch_log_group: ({ name }) => [
    'logs:CreateLogGroup',
    `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`,
  ],
  aws_scheduler_schedule_group: ({ name }) => [
    'scheduler:CreateScheduleGroup',
    `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${name}`,
  ],
  aws_cloudwatch_metric_alarm: ({ alarm_name }) => [
    'cloudwatch:PutMetricAlarm',
    `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${alarm_name}`,
  ],
  aws_cloudwatch_dashboard: ({ dashboard_name }) => [
    'cloudwatch:PutDashboard',
    `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${dashboard_name}`,
  ],
  aws_cloudwatch_event_rule: ({ name }) => [
    'events:PutRule',
    `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`,
  ],
};

/** As the modules are without any setting: the roles are named without a region. */
const DEFAULTS = {
  file: 'nobody, with the defaults',
  region: undefined,
  name: undefined,
  dashboard: true,
  topics: {},
};

it('are found', () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(4);
});

describe.each([...EXAMPLES, DEFAULTS])(
  'the control plane of $file',
  ({ region, name, dashboard, topics }) => {
    it('is what `policy deploy-control` lets a deployer make', async () => {
      const { resource } = synthesize((stack, code) => {
        new ByodkimControlPlane(stack, 'Byodkim', {
          code,
          region,
          topics,
          dashboard,
          ...(name && { bucket: { name } }),
        });
      });
      const control = name
        ? `control: { keyStore: { bucket: ${name} }, topics: { dns: create }, dashboard: true }`
        : '';
      const list = `${control}\ndefaults: { region: ${REGION}, selector: s1 }\ndomains: { example.com: }\n`;
      const args = ['policy', 'deploy-control', '--account', ACCOUNT, '--region', REGION];
      const { stdout } = await byodkim(name ? args : [...args, '--no-list'], {
        readFile: async () => Buffer.from(list),
      });
      const made = Object.entries(MADE_BY).flatMap(([type, of]) =>
        Object.values(resource[type] ?? {}).map(of),
      );
      expect(made.length).toBeGreaterThan(5);
      const refused = made.filter(
        ([action, arn]) =>
          evaluate([JSON.parse(stdout)], { action, resource: arn, keys: {}, principalArns: [] }) !== 'allow',
      );
      expect(refused).toEqual([]);
    });
  },
);
