import timers from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { UNKNOWN } from '../protocol/values';
import {
  AttributeError,
  FailedWithState,
  type ProviderContext,
  type ResourceType,
  type State,
} from '../resource';
import { doing, given } from './common';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { READ_TAGS, readTags } from './tags';

const CODE = ['filename', 'source_code_hash', 'architectures'];
const CONFIGURATION = [
  'description',
  'environment',
  'ephemeral_storage',
  'handler',
  'logging_config',
  'memory_size',
  'role',
  'runtime',
  'timeout',
  'tracing_config',
];
/**
 * Attributes that no read returns. After a failed update of the code they keep their values, so that the next apply
 * tries again.
 */
const NOT_READ = ['filename', 'source_code_hash'];

const changed = (prior: State, planned: State, names: readonly string[]): boolean =>
  names.some((name) => !isDeepStrictEqual(prior[name], planned[name]));

/** `aws_lambda_function`, deployed from a zip file. */
export const lambdaFunction: ResourceType = {
  ...simpleResource({
    what: 'Lambda Function',
    service: 'lambda',
    create: 'CreateFunction',
    read: 'GetFunction',
    delete: 'DeleteFunction',
    validate: (config) => {
      if (config.filename === null) {
        throw new AttributeError('filename', 'one of `filename,image_uri,s3_bucket` must be specified');
      }
      if (config.handler === null || config.runtime === null) {
        throw new Error('handler and runtime must be set when PackageType is Zip');
      }
    },
    customizePlan:
      () =>
      ({ planned, prior }) => {
        if (!prior) return;
        const code = changed(prior, planned, CODE);
        const configuration = changed(prior, planned, CONFIGURATION);
        if (code) {
          for (const name of ['code_sha256', 'source_code_size']) planned[name] = UNKNOWN;
        }
        if (code || configuration) planned.last_modified = UNKNOWN;
      },
    identity: ({ function_name: id }) => ({ id }),
    input: (planned, _isNew, context) => ({
      FunctionName: planned.id,
      ...configurationInput(planned),
      Code: codeInput(context, planned),
      PackageType: planned.package_type,
      Publish: planned.publish,
      Tags: planned.tags_all,
      ...given({ Architectures: planned.architectures }),
    }),
    finish: (context, made) => settled(context, made.id),
    named: ({ id }) => ({ FunctionName: id }),
    state: functionState,
    tagging: {
      list: readTags,
      tag: (context, { arn }, Tags) => context.call('lambda', 'TagResource', { Resource: arn, Tags }),
      untag: (context, { arn }, TagKeys) =>
        context.call('lambda', 'UntagResource', { Resource: arn, TagKeys }),
    },
  }),
  update: async (context, prior, planned) => {
    const name = planned.id;
    try {
      if (changed(prior, planned, CONFIGURATION)) {
        await doing(
          `updating Lambda Function (${name}) configuration`,
          context.call('lambda', 'UpdateFunctionConfiguration', {
            FunctionName: name,
            ...configurationInput(planned),
          }),
        );
        await settled(context, name);
      }
      if (changed(prior, planned, CODE)) {
        await doing(
          `updating Lambda Function (${name}) code`,
          context.call('lambda', 'UpdateFunctionCode', {
            FunctionName: name,
            ...codeInput(context, planned),
            ...given({ Architectures: planned.architectures }),
          }),
        );
        await settled(context, name);
      }
    } catch (error) {
      throw new FailedWithState(Object.fromEntries(NOT_READ.map((key) => [key, prior[key]])), error);
    }
  },
};

/** Waits until a change of the function is complete. In the sandbox it usually is at once. */
async function settled(context: ProviderContext, name: string): Promise<void> {
  for (;;) {
    const { Configuration } = await context.call('lambda', 'GetFunction', { FunctionName: name });
    if (Configuration.State !== 'Pending' && Configuration.LastUpdateStatus !== 'InProgress') return;
    await timers.setTimeout(50);
  }
}

/** Reads the code, for `CreateFunction` (as its `Code`) and `UpdateFunctionCode`. */
export function codeInput(context: ProviderContext, planned: State): object {
  try {
    return { ZipFile: context.readFile(planned.filename) };
  } catch (error) {
    throw new Error(`reading ZIP file (${planned.filename}): ${(error as Error).message}`);
  }
}

/** Returns the members that `CreateFunction` and `UpdateFunctionConfiguration` have in common. */
export const configurationInput = (planned: State): object => ({
  ...inputOf('lambda', 'UpdateFunctionConfigurationRequest', planned),
  Description: planned.description ?? '',
  Environment: { Variables: planned.environment?.[0]?.variables ?? {} },
});

/** Converts `GetFunction`'s answer to state, with the number and the ARN of the newest version. */
export async function functionState(output: any, state: State, context: ProviderContext): Promise<State> {
  const { Configuration: it, Tags } = output;
  const FunctionName = state.id;
  const listed = { FunctionName, MaxItems: 10_000 };
  const { Versions } = await context.call('lambda', 'ListVersionsByFunction', listed);
  const newest = Versions.at(-1);
  const signing = await context.call('lambda', 'GetFunctionCodeSigningConfig', { FunctionName });
  const arn = it.FunctionArn.replace(/^((?:[^:]*:){6}[^:]*):.*$/, '$1');
  const qualifiedArn = newest.FunctionArn;
  const variables = it.Environment?.Variables ?? {};
  const told = stateOf('lambda', 'FunctionConfiguration', it);
  const [logging] = told.logging_config;
  return {
    ...told,
    [READ_TAGS]: Tags ?? {},
    arn,
    code_signing_config_arn: signing.CodeSigningConfigArn ?? null,
    environment: environmentState(state, variables),
    invoke_arn: invokeArn(context, arn),
    logging_config: [
      {
        ...logging,
        application_log_level: logging.application_log_level ?? '',
        system_log_level: logging.system_log_level ?? '',
      },
    ],
    publish: state.publish ?? false,
    qualified_arn: qualifiedArn,
    qualified_invoke_arn: invokeArn(context, qualifiedArn),
    reserved_concurrent_executions: -1,
    skip_destroy: state.skip_destroy ?? false,
    // AWS returns it even if none is configured.
    snap_start: state.snap_start,
    // Never read from AWS: it keeps the configured value.
    source_code_hash: state.source_code_hash ?? '',
    source_code_size: it.CodeSize,
    version: newest.Version,
  };
}

/** A block without variables is equivalent to none, so the state keeps the form in the configuration. */
function environmentState(state: State, variables: Record<string, string>): State[] {
  if (Object.keys(variables).length > 0) return [{ variables }];
  const configured = state.environment ?? [];
  return Object.keys(configured[0]?.variables ?? {}).length > 0 ? [] : configured;
}

export const invokeArn = ({ partition, region }: ProviderContext, arn: string): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
