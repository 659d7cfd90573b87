import { invalid, notFound } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import {
  type EventInvokeConfig,
  eventInvokeConfiguration,
  type FunctionRecord,
} from '../../lambda/function-record';
import type { Functions } from '../../lambda/functions';
import { evaluate } from '../policy';
import type { Tag } from '../resource-tags';
import type { CallContext, Operation } from '../service';
import type { IamService } from './iam';
import { tagOperations } from './tagging';

/** Operations on what hangs on a function: its handling of events, its tags. */
export function attachmentOperations(functions: Functions): Record<string, Operation> {
  /** With the function's configuration: it, and the function, may be missing. */
  const configured = <T>(
    input: any,
    context: CallContext,
    run: (found: FunctionRecord, config: EventInvokeConfig) => T,
  ): T => {
    const arn = functions.arn(input, context);
    const found = functions.find(arn);
    const { qualifier = '$LATEST' } = parseFunctionName(input.FunctionName, input.Qualifier);
    const config = qualifier === '$LATEST' ? found?.eventInvokeConfig : undefined;
    if (found && config) return run(found, config);
    throw notFound(`The function ${arn}:${qualifier} doesn't have an EventInvokeConfig`);
  };
  return functions.operations({
    PutFunctionEventInvokeConfig(input, context) {
      const { qualifier = '$LATEST' } = parseFunctionName(input.FunctionName, input.Qualifier);
      const before = functions.find(functions.arn(input, context));
      if (!before || !(qualifier === '$LATEST' || before.aliases.has(qualifier)))
        throw notFound("The function doesn't exist.");
      const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
      if (
        [MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig].every((it) => it === undefined)
      ) {
        throw invalid('You must specify at least one of error handling or destination setting.');
      }
      for (const { Destination } of Object.values<any>(DestinationConfig ?? {})) {
        if (!/:lambda:/.test(Destination ?? '')) continue;
        if (functions.find(Destination) === before)
          throw invalid("You can't specify the function as a destination for itself.");
        if (!functions.find(Destination)) throw invalid(`The destination ARN ${Destination} is invalid.`);
      }
      const config = eventInvokeConfig(input, context.region, functions.core.clock.now());
      for (const { Destination: topicArn } of Object.values(config.DestinationConfig))
        checkMayPublish(functions.core.service<IamService>('iam'), before.settings.Role, topicArn);
      return eventInvokeConfiguration(functions.change(before, { eventInvokeConfig: config }), config);
    },
    GetFunctionEventInvokeConfig(input, context) {
      return configured(input, context, (found, config) => eventInvokeConfiguration(found, config));
    },
    DeleteFunctionEventInvokeConfig(input, context) {
      return configured(input, context, (before) => {
        functions.change(before, { eventInvokeConfig: undefined });
      });
    },
    ...tagOperations({
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
  });
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
 * The function's role has to be able to send there by the time that it is said; a policy that was just put may not have
 * arrived. @throws AwsError InvalidParameterValueException
 */
function checkMayPublish(iam: IamService, roleArn: string, topicArn: string | undefined): void {
  if (!topicArn) return;
  const request = { action: 'sns:Publish', resource: topicArn, principalArns: [], keys: {} };
  if (evaluate(iam.rolePolicies(iam.roleNameOf(roleArn) ?? ''), request) === 'allow') return;
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

/** Tags are the function's, never a version's or an alias's. @throws AwsError InvalidParameterValueException */
function checkTagged(functionArn: string): void {
  if (/:function:[^:]+:/.test(functionArn))
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
}
