import type { Tag } from '../../contract/resource-tags';
import type { CallContext, Operation } from '../../contract/service';
import { invalid, notFound } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import type { EventInvokeConfig, FunctionRecord } from '../../lambda/function-record';
import type { Functions } from '../../lambda/functions';
import { evaluate } from '../policy';
import type { IamService } from './iam';
import { tagOperations } from './tagging';

/** Makes the operations on the attachments of a function: its handling of events, its tags. */
export function attachmentOperations(functions: Functions): Record<string, Operation> {
  /** Returns the function with its configuration for that qualifier; both may be missing. */
  const configured = (input: any, context: CallContext) => {
    const arn = functions.arn(input, context);
    const found = functions.find(arn);
    const { qualifier = '$LATEST' } = parseFunctionName(input.FunctionName, input.Qualifier);
    const config = found?.eventInvokeConfigs.get(qualifier);
    if (found && config) return { found, qualifier, config };
    throw notFound(`The function ${arn}:${qualifier} doesn't have an EventInvokeConfig`);
  };
  const configure = (before: FunctionRecord, qualifier: string, config?: EventInvokeConfig) => {
    const eventInvokeConfigs = new Map(before.eventInvokeConfigs);
    if (config) eventInvokeConfigs.set(qualifier, config);
    else eventInvokeConfigs.delete(qualifier);
    functions.change(before, { eventInvokeConfigs });
  };
  const settings = functions.aliasOperations({
    PutFunctionEventInvokeConfig(input, context) {
      const { qualifier = '$LATEST' } = parseFunctionName(input.FunctionName, input.Qualifier);
      const before = functions.find(functions.arn(input, context));
      if (!before || !(qualifier === '$LATEST' || before.aliases.has(qualifier)))
        throw notFound("The function doesn't exist.");
      checkGiven(input);
      checkFunctionDestinations(functions, before, input.DestinationConfig);
      const config = eventInvokeConfig(input, context.region, functions.core.clock.now());
      for (const { Destination: topicArn } of Object.values(config.DestinationConfig))
        checkMayPublish(functions.core.service<IamService>('iam'), before.settings.Role, topicArn);
      configure(before, qualifier, config);
      return { FunctionArn: `${before.arn}:${qualifier}`, ...config };
    },
    GetFunctionEventInvokeConfig(input, context) {
      const { found, qualifier, config } = configured(input, context);
      return { FunctionArn: `${found.arn}:${qualifier}`, ...config };
    },
    DeleteFunctionEventInvokeConfig(input, context) {
      const { found, qualifier } = configured(input, context);
      configure(found, qualifier);
    },
  });
  return {
    ...settings,
    ...functions.operations(
      tagOperations({
        service: 'lambda',
        members: ['Resource', 'Tags', 'TagKeys'],
        asMap: true,
        list: 'ListTags',
        find: (arn) => functions.find(arn)?.tags,
        missing: (arn) => notFound(`Function not found: ${arn}`),
        refuse: checkTagged,
        check: (given, there) => {
          if (given.length === 0) throw invalid('An error occurred and the request cannot be processed.');
          checkTagCount([...there.list, ...given]);
        },
        changed: (arn) => void functions.change(functions.find(arn)!, {}),
      }),
    ),
  };
}

/** @throws AwsError InvalidParameterValueException if the request sets nothing */
function checkGiven({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: any): void {
  const settings = [MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig];
  if (settings.every((setting) => setting === undefined))
    throw invalid('You must specify at least one of error handling or destination setting.');
}

/** @throws AwsError InvalidParameterValueException for the function itself, and for a function that does not exist */
function checkFunctionDestinations(functions: Functions, owner: FunctionRecord, config: any = {}): void {
  for (const { Destination } of Object.values<any>(config)) {
    if (!/:lambda:/.test(Destination ?? '')) continue;
    const destination = functions.find(Destination);
    if (destination === owner) throw invalid("You can't specify the function as a destination for itself.");
    if (!destination) throw invalid(`The destination ARN ${Destination} is invalid.`);
  }
}

/** Reads `PutFunctionEventInvokeConfig`. Destinations are SNS topics: no other kind is simulated. */
function eventInvokeConfig(
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: any,
  region: string,
  now: number,
): EventInvokeConfig {
  const destinations: EventInvokeConfig['DestinationConfig'] = {
    OnSuccess: {},
    OnFailure: {},
    ...DestinationConfig,
  };
  for (const { Destination: arn } of Object.values(destinations)) {
    if (!arn) continue;
    if (!/^arn:aws[\w-]*:sns:/.test(arn)) throw invalid(`The destination ${arn} is not an SNS topic`);
    if (arn.split(':')[3] !== region) throw invalid(`The destination ARN ${arn} is invalid.`);
  }
  return {
    LastModified: new Date(now),
    MaximumRetryAttempts,
    MaximumEventAgeInSeconds,
    DestinationConfig: destinations,
  };
}

/**
 * Checks that the function's role can send there already; a policy that was just put may not have taken effect. @throws
 * AwsError InvalidParameterValueException
 */
function checkMayPublish(iam: IamService, roleArn: string, topicArn: string | undefined): void {
  if (!topicArn) return;
  const request = { action: 'sns:Publish', resource: topicArn, principalArns: [], keys: {} };
  if (evaluate(iam.rolePolicies(iam.roleAt(roleArn)?.RoleName ?? ''), request) === 'allow') return;
  throw invalid(`The function's execution role does not have permissions to call Publish on ${topicArn}`);
}

const MOST_TAGS = 50;

/** @throws AwsError InvalidParameterValueException */
export function checkTagCount(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ Key }) => Key));
  if (keys.size > MOST_TAGS) throw invalid('Number of tags exceeds resource tag limit.');
  if ([...keys].some((key) => /^aws:/i.test(key)))
    throw invalid('Tag keys that begin with aws: are reserved.');
}

/** Refuses the ARN of a version or an alias: only functions have tags. @throws AwsError InvalidParameterValueException */
function checkTagged(functionArn: string): void {
  if (/:function:[^:]+:/.test(functionArn))
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
}
