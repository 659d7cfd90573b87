import type { ProviderContext, State } from '../resource';
import { given } from './common';
import { READ_TAGS } from './tags';

/** The code, for `CreateFunction` (as its `Code`) and `UpdateFunctionCode`. */
export function codeInput(context: ProviderContext, planned: State): object {
  if (!planned.filename) {
    return given({
      S3Bucket: planned.s3_bucket,
      S3Key: planned.s3_key,
      S3ObjectVersion: planned.s3_object_version,
    });
  }
  try {
    return { ZipFile: context.readFile(planned.filename) };
  } catch (error) {
    throw new Error(`reading ZIP file (${planned.filename}): ${(error as Error).message}`);
  }
}

/** What `CreateFunction` and `UpdateFunctionConfiguration` have in common. */
export function configurationInput(planned: State): object {
  const logging = planned.logging_config?.[0];
  return {
    Role: planned.role,
    Handler: planned.handler,
    Runtime: planned.runtime,
    Description: planned.description ?? '',
    MemorySize: planned.memory_size,
    Timeout: planned.timeout,
    Environment: { Variables: planned.environment?.[0]?.variables ?? {} },
    ...given({
      EphemeralStorage: planned.ephemeral_storage?.[0]?.size && { Size: planned.ephemeral_storage[0].size },
      TracingConfig: planned.tracing_config?.[0] && { Mode: planned.tracing_config[0].mode },
      LoggingConfig:
        logging &&
        given({
          LogFormat: logging.log_format,
          LogGroup: logging.log_group,
          ApplicationLogLevel: logging.application_log_level,
          SystemLogLevel: logging.system_log_level,
        }),
    }),
  };
}

/** What `GetFunction` says, as state; of the version that is newest, its number and ARN. */
export function functionState(context: ProviderContext, state: State, output: any, newest: any): State {
  const { Configuration: it, Concurrency, Tags } = output;
  const arn = it.FunctionArn.replace(/^((?:[^:]*:){6}[^:]*):.*$/, '$1');
  const qualifiedArn = newest.FunctionArn;
  const variables = it.Environment?.Variables ?? {};
  const logging = it.LoggingConfig ?? {};
  return {
    ...state,
    [READ_TAGS]: Tags ?? {},
    arn,
    architectures: it.Architectures ?? ['x86_64'],
    code_sha256: it.CodeSha256,
    description: it.Description || null,
    environment: environmentState(state, variables),
    ephemeral_storage: [{ size: it.EphemeralStorage?.Size ?? 512 }],
    function_name: it.FunctionName,
    handler: it.Handler,
    invoke_arn: invokeArn(context, arn),
    last_modified: it.LastModified,
    logging_config: [
      {
        application_log_level: logging.ApplicationLogLevel ?? '',
        log_format: logging.LogFormat ?? 'Text',
        log_group: logging.LogGroup ?? `/aws/lambda/${it.FunctionName}`,
        system_log_level: logging.SystemLogLevel ?? '',
      },
    ],
    memory_size: it.MemorySize,
    package_type: it.PackageType ?? 'Zip',
    publish: state.publish ?? false,
    qualified_arn: qualifiedArn,
    qualified_invoke_arn: invokeArn(context, qualifiedArn),
    reserved_concurrent_executions: Concurrency?.ReservedConcurrentExecutions ?? -1,
    role: it.Role,
    runtime: it.Runtime,
    skip_destroy: state.skip_destroy ?? false,
    // Never read: it is what the configuration said.
    source_code_hash: state.source_code_hash ?? '',
    source_code_size: it.CodeSize,
    timeout: it.Timeout,
    tracing_config: [{ mode: it.TracingConfig?.Mode ?? 'PassThrough' }],
    version: newest.Version,
  };
}

/** A block without variables is as good as none: what the configuration wrote stays. */
function environmentState(state: State, variables: Record<string, string>): State[] {
  if (Object.keys(variables).length > 0) return [{ variables }];
  const configured = state.environment ?? [];
  return Object.keys(configured[0]?.variables ?? {}).length > 0 ? [] : configured;
}

const invokeArn = ({ partition, region }: ProviderContext, arn: string): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
