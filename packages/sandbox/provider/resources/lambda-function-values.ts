import type { ProviderContext, State } from '../resource';
import { inputOf, stateOf } from './naming';
import { READ_TAGS } from './tags';

/** The code, for `CreateFunction` (as its `Code`) and `UpdateFunctionCode`. */
export function codeInput(context: ProviderContext, planned: State): object {
  try {
    return { ZipFile: context.readFile(planned.filename) };
  } catch (error) {
    throw new Error(`reading ZIP file (${planned.filename}): ${(error as Error).message}`);
  }
}

/** What `CreateFunction` and `UpdateFunctionConfiguration` have in common. */
export const configurationInput = (planned: State): object => ({
  ...inputOf('lambda', 'UpdateFunctionConfigurationRequest', planned),
  Description: planned.description ?? '',
  Environment: { Variables: planned.environment?.[0]?.variables ?? {} },
});

/** What `GetFunction` says, as state; of the version that is newest, its number and ARN. */
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
    // It is answered where there is none.
    snap_start: state.snap_start,
    // Never read: it is what the configuration said.
    source_code_hash: state.source_code_hash ?? '',
    source_code_size: it.CodeSize,
    version: newest.Version,
  };
}

/** A block without variables is as good as none: what the configuration wrote stays. */
function environmentState(state: State, variables: Record<string, string>): State[] {
  if (Object.keys(variables).length > 0) return [{ variables }];
  const configured = state.environment ?? [];
  return Object.keys(configured[0]?.variables ?? {}).length > 0 ? [] : configured;
}

export const invokeArn = ({ partition, region }: ProviderContext, arn: string): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
