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
import { codeInput, configurationInput, functionState } from './lambda-function-values';
import { simpleResource } from './simple-resource';
import { readTags } from './tags';

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
/** What no read brings back: after a failed update of the code they are as before, so that the next apply tries again. */
const NOT_READ = ['filename', 'source_code_hash'];

const changed = (prior: State, planned: State, names: readonly string[]): boolean =>
  names.some((name) => !isDeepStrictEqual(prior[name], planned[name]));

/** `aws_lambda_function`, of a zip file. */
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

/** Waits until the function is as it was told to be; the sandbox's is at once, mostly. */
async function settled(context: ProviderContext, name: string): Promise<void> {
  for (;;) {
    const { Configuration } = await context.call('lambda', 'GetFunction', { FunctionName: name });
    if (Configuration.State !== 'Pending' && Configuration.LastUpdateStatus !== 'InProgress') return;
    await timers.setTimeout(50);
  }
}
