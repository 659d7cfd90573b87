import type { Pagination } from '../wire/model';
import { modelOf } from '../wire/models';
import { invalidInput } from '../wire/refusals';
import { AwsError } from './service';

/** How AWS pages an operation's answers, told by its model; not what is paged by keys that callers may choose. */
export const pagesOf = (service: string, operation: string): Pagination | undefined =>
  modelOf(service)?.operations.get(operation)?.pages;

/** Of each such operation: what its items are listed by, how many there are on a page unless it is said, and how many at most. */
const LISTS: Readonly<Record<string, readonly [order: string, usual: number, most?: number]>> = {
  'cloudwatch:DescribeAlarms': ['AlarmName', 50],
  'events:ListTargetsByRule': ['Id', 100],
  'iam:ListAttachedRolePolicies': ['PolicyName', 100],
  'iam:ListInstanceProfilesForRole': ['InstanceProfileName', 100],
  'iam:ListRolePolicies': ['', 100],
  'iam:ListRoles': ['RoleName', 100],
  'lambda:ListFunctions': ['FunctionName', 50, 50],
  'lambda:ListVersionsByFunction': ['Version', 50, 50],
  'logs:DescribeLogGroups': ['logGroupName', 50],
  'logs:FilterLogEvents': ['eventId', 10_000],
  's3:ListBuckets': ['Name', 10_000],
  'scheduler:ListScheduleGroups': ['Name', 100],
  'scheduler:ListSchedules': ['Arn', 100],
  'ses:ListEmailIdentities': ['IdentityName', 100, 1000],
  'sns:ListSubscriptionsByTopic': ['Protocol Endpoint', 100],
  'sns:ListTopics': ['TopicArn', 100],
};

/** Pages that AWS has and its model does not tell of. */
const UNTOLD: Readonly<Record<string, Pagination>> = {
  'ses:ListEmailIdentities': {
    input_token: 'NextToken',
    output_token: 'NextToken',
    limit_key: 'PageSize',
    result_key: 'EmailIdentities',
  },
};

/** A list's page after the token, and the token of the next one, which is the last item: what is deleted meanwhile shifts nothing. */
export function cutPage(service: string, operation: string, input: any, output: any): any {
  const list = LISTS[`${service}:${operation}`];
  if (!list) return output;
  const {
    input_token,
    output_token,
    limit_key = '',
    more_results,
    result_key,
  } = pagesOf(service, operation) ?? UNTOLD[`${service}:${operation}`]!;
  const [order, usual, most = Number.POSITIVE_INFINITY] = list;
  const orderOf = (item: any) =>
    order === ''
      ? item
      : order
          .split(' ')
          .map((member) => item[member])
          .join(' ');
  const after = readToken(service, input_token, input);
  const [items = ''] = [result_key].flat();
  const left = output[items]
    .map((item: any) => ({ item, at: orderOf(item) }))
    .filter(({ at }: any) => after === undefined || at > after)
    .sort((a: any, b: any) => (a.at < b.at ? -1 : 1));
  const asked = Number(input[limit_key] ?? usual);
  if (asked < 1 || (service === 'ses' && asked > most))
    throw invalidInput(service, `${limit_key} must be from 1 to ${most}.`);
  const page = left.slice(0, Math.min(asked, most));
  const isTruncated = page.length < left.length;
  return {
    ...output,
    [items]: page.map(({ item }: any) => item),
    ...(more_results && { [more_results]: isTruncated }),
    ...(isTruncated && { [output_token]: Buffer.from(`after:${page.at(-1).at}`).toString('base64url') }),
  };
}

/** What each service calls a token that it never gave, where that is not what it calls every wrong input. */
const CODES: Readonly<Record<string, string>> = {
  cloudwatch: 'InvalidNextToken',
  lambda: 'InvalidParameterValueException',
  sns: 'InvalidParameter',
};

function readToken(service: string, name: string, { [name]: token }: any): string | undefined {
  if (token === undefined) return undefined;
  const [, at] = /^after:(.*)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (at !== undefined) return at;
  const { code, message } = invalidInput(service, `The specified ${name} is invalid.`);
  throw new AwsError(CODES[service] ?? code, message);
}
