import * as lambda from '@aws-sdk/client-lambda';
import * as route53 from '@aws-sdk/client-route-53';
import * as s3api from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as ses from '@aws-sdk/client-sesv2';
import * as sns from '@aws-sdk/client-sns';

/** Clients whose operations the `aws` command has under the same names. */
const CLIENTS: Readonly<Record<string, object>> = { lambda, route53, s3api, scheduler, sesv2: ses, sns };

/** Parts of the AWS CLI (version 2) other than operations, as far as the pages use them. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'iam list-roles': [],
  's3 cp': [],
  's3 ls': [],
  's3 rm': [],
  'logs tail': ['since', 'filter-pattern', 'follow', 'format'],
  'sso login': [],
  'sts get-caller-identity': [],
};

/** Members that the AWS CLI names differently. */
const RENAMED: Readonly<Record<string, string>> = { 'sns subscribe endpoint': 'notification-endpoint' };

/** Options that every command of the AWS CLI (version 2) takes. */
const GLOBAL = [
  'region',
  'profile',
  'query',
  'output',
  'cli-binary-format',
  'cli-read-timeout',
  'no-cli-pager',
];

/** What is wrong with a command of the AWS CLI: held against the models that the SDK is generated from. */
export function mistakesOfAws([, service = '', operation = '', ...args]: readonly string[]): string[] {
  const known = OTHERS[`${service} ${operation}`] ?? membersOf(service, operation);
  if (known === undefined) return [`there is no aws ${service} ${operation}`];
  return args
    .filter((word) => word.startsWith('--'))
    .map((word) => word.slice(2))
    .filter((option) => ![...GLOBAL, ...known].includes(option))
    .map((option) => `aws ${service} ${operation} has no --${option}`);
}

/** Options of an operation: the members of its input. */
function membersOf(service: string, operation: string): string[] | undefined {
  const client = CLIENTS[service] as Record<string, new (input: object) => { schema: unknown[] }> | undefined;
  const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const Command = client?.[`${name}Command`];
  if (!Command) return undefined;
  const input = new Command({}).schema[4];
  const [, , , , members] = (typeof input === 'function' ? input() : input) as [
    number,
    string,
    string,
    object,
    string[],
  ];
  return members
    .map(asOption)
    .map((option) => RENAMED[`${service} ${operation} ${option}`] ?? option)
    .flatMap((option) => [option, `no-${option}`]);
}

const asOption = (member: string): string => member.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
