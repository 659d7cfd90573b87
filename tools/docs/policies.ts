import { functionPolicy, policyDocument } from '../../constructs/function-policy';
import { functionTrust } from '../../constructs/handler-function';
import { keyStorePolicy } from '../../constructs/key-store-policy';
import { invokePolicy, schedulerTrust } from '../../constructs/scheduler';
import type { GeneratedDocument } from './document';
import { Expression, Flattened, printValue, ref, templateOf } from './hcl';

/** Lists of the module, by the variable that stands for each of their elements in the values below. */
const LISTS: Readonly<Record<string, string>> = {
  place: 'local.also_read',
  topic: 'local.distinct_topic_arns',
  kms_key: 'var.kms_key_arn[*]',
  reader: 'var.key_readers',
  writer: 'var.key_writers',
};

const statementsOf = (document: string): { readonly Sid?: string }[] => JSON.parse(document).Statement;

const OF_FUNCTION = statementsOf(
  policyDocument(
    functionPolicy({
      partition: ref('local.partition'),
      region: ref('local.region'),
      account: ref('local.account'),
      bucket: ref('local.bucket_name'),
      scheduleGroup: ref('var.function_name'),
      schedulerRoleArn: ref('aws_iam_role.scheduler.arn'),
      logGroup: ref('local.log_group_name'),
      topicArns: [ref('topic')],
      alsoRead: [ref('place')],
      kmsKeyArn: ref('kms_key'),
    }),
  ),
);

/** Checks whether a statement is one of those for each bucket with its prefixes, which the module makes itself. */
const isListing = ({ Sid }: { readonly Sid?: string }): boolean =>
  Sid!.startsWith('TellMissingFromForbidden');

const OF_KEY_STORE = statementsOf(
  keyStorePolicy({
    bucketArn: ref('local.bucket_arn'),
    functionRoleArn: ref('local.function_role_arn'),
    keyReaders: [ref('reader')],
    keyWriters: [ref('writer')],
  }),
);

const ACCOUNT = ref('local.account');
const OF_ROLES = {
  function_trust: functionTrust(ACCOUNT),
  scheduler_trust: schedulerTrust(ACCOUNT, ref('aws_scheduler_schedule_group.this.arn')),
  scheduler_granted: policyDocument(invokePolicy(ref('aws_lambda_function.this.arn'))),
};

/** Writes the policies of the constructs for the module of a control plane. */
export const modulePolicies: GeneratedDocument = {
  path: 'modules/control/policies.tf',
  generate: () => {
    const listing = OF_FUNCTION.findIndex(isListing);
    const others = OF_FUNCTION.filter((each) => !isListing(each));
    const lists = {
      granted_before_listings: others.slice(0, listing),
      granted_after_listings: others.slice(listing),
      denied: OF_KEY_STORE,
      ...Object.fromEntries(
        Object.entries(OF_ROLES).map(([name, document]) => [name, statementsOf(document)]),
      ),
    };
    return [
      '# Generated from the policies of the constructs, which have the reasons: npm run docs.',
      '',
      'locals {',
      Object.entries(lists)
        .map(([name, statements]) => `  ${name} = ${printValue(inHcl(statements), '  ')}`)
        .join('\n\n'),
      '}',
      '',
    ].join('\n');
  },
};

/** Replaces the strings that have expressions of the module. */
function inHcl(value: unknown): unknown {
  if (typeof value === 'string') return templateOf(value);
  if (Array.isArray(value)) return listOf(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inHcl(each)]));
}

function listOf(items: readonly unknown[]): unknown {
  const lists = items.map(listNamedBy);
  const printed = items.map((each, at) => lists[at] ?? inHcl(each));
  if (lists.every((each) => each === undefined)) return printed;
  return printed.length === 1 ? printed[0] : new Flattened(printed);
}

/** Returns the list that a value stands for, if it names an element of one. */
function listNamedBy(value: unknown): Expression | undefined {
  if (typeof value !== 'string') return undefined;
  const variable = Object.keys(LISTS).find((each) => value.includes(`\${${each}}`));
  if (variable === undefined) return undefined;
  const list = LISTS[variable]!;
  const isWhole = value === `\${${variable}}`;
  return new Expression(isWhole ? list : `[for ${variable} in ${list} : ${JSON.stringify(value)}]`);
}
