import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { TerraformStack, Testing, Token } from 'cdktf';
import { Alarms } from '../../constructs/alarms';
import { Audit } from '../../constructs/audit-schedule';
import { namesOf } from '../../constructs/names';
import type { GeneratedDocument } from './document';
import { attributeLines, Expression, printValue, ref, templateOf } from './hcl';

/** Arguments of a resource or of a block in it, by their names in HCL. */
type Arguments = Readonly<Record<string, unknown>>;

/** The audit's two alarms, and by their ids those that differ only in some arguments. */
interface ModuleAlarms {
  readonly attention: Arguments;
  readonly overdue: Arguments;
  readonly watched: Readonly<Record<string, Arguments>>;
}

const HAS_TOPIC = 'contains(keys(local.topics), "audit")';

/** Writes the alarms of the constructs for the module of a control plane. */
export const moduleAlarms: GeneratedDocument = {
  path: 'modules/control/alarms.tf',
  generate: () => {
    const { attention, overdue, watched } = synthesize();
    const [first, ...others] = Object.values(watched) as [Arguments, ...Arguments[]];
    const isShared = (name: string): boolean =>
      others.every((each) => printValue(each[name], '') === printValue(first[name], ''));
    const each = Object.entries(watched).map(([id, args]) => [
      id,
      Object.fromEntries(Object.entries(args).filter(([name]) => !isShared(name))),
    ]);
    const template = Object.entries(first).map(([name, value]) => [
      name,
      isShared(name) ? value : new Expression(`each.value.${name}`),
    ]);
    return [
      '# Generated from constructs/alarms.ts and constructs/audit-schedule.ts, which have the reasons: npm run docs.',
      '',
      'locals {',
      `  watched = ${printValue(Object.fromEntries(each), '  ')}`,
      '}',
      '',
      ...alarm(
        'this',
        `for_each = { for id, each in local.watched : id => each if ${HAS_TOPIC} }`,
        Object.fromEntries(template),
      ),
      '',
      ...alarm('attention', `count = ${HAS_TOPIC} ? 1 : 0`, attention),
      '',
      ...alarm('overdue', `count = ${HAS_TOPIC} ? 1 : 0`, overdue),
      '',
    ].join('\n');
  },
};

/** Returns the alarms that the constructs make of the module's expressions. */
function synthesize(): ModuleAlarms {
  const stack = new TerraformStack(Testing.app(), 'control');
  const scheduleGroup = new SchedulerScheduleGroup(stack, 'Group');
  scheduleGroup.overrideLogicalId('this');
  const props = {
    names: namesOf(ref('var.function_name')),
    region: ref('var.region'),
    tags: Token.asStringMap(ref('var.tags')),
    topicArn: ref('local.topic_arns.audit'),
  };
  const { alarms } = new Alarms(stack, 'Alarms', props);
  const audit = new Audit(stack, 'Audit', { ...props, functionArn: '', schedulerRoleArn: '', scheduleGroup });
  for (const [id, each] of Object.entries({ ...alarms, attention: audit.alarm!, overdue: audit.overdue! }))
    each.overrideLogicalId(id);
  const { resource } = JSON.parse(Testing.synth(stack), (_, value) =>
    typeof value === 'string' ? templateOf(value) : value,
  );
  const { attention, overdue, ...watched } = resource.aws_cloudwatch_metric_alarm;
  return { attention, overdue, watched };
}

const alarm = (name: string, meta: string, args: Arguments): string[] => [
  `resource "aws_cloudwatch_metric_alarm" "${name}" {`,
  `  ${meta}`,
  '',
  ...body(args, '  '),
  '}',
];

/** Arguments that are blocks if they hold an object. The others, such as dimensions, are maps. */
const BLOCKS: readonly string[] = ['metric_query', 'metric'];

/** Prints the arguments of a resource or block, the nested blocks last. */
function body(args: Arguments, indent: string): string[] {
  const entries = Object.entries(args);
  const attributes = entries.filter(([name]) => !BLOCKS.includes(name));
  const blocks = entries
    .filter(([name]) => BLOCKS.includes(name))
    .flatMap(([name, value]) => [value].flat().map((each) => [name, each as Arguments] as const));
  return [
    ...attributeLines(attributes, indent),
    ...blocks.flatMap(([name, each]) => [
      '',
      `${indent}${name} {`,
      ...body(each, `${indent}  `),
      `${indent}}`,
    ]),
  ];
}
