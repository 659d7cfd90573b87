import { AwsError } from '../aws/service';
import type { FunctionSettings } from './function-record';

/** Names that Lambda keeps for itself. */
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const MAX_VARIABLES_BYTES = 4096;
const RUNTIMES = /^nodejs(18|20|22|24)\.x$/;

/**
 * Reads what `CreateFunction` and `UpdateFunctionConfiguration` take; what is left out stays as it was.
 * @throws AwsError as Lambda refuses
 */
export function functionSettings(
  input: any,
  functionName: string,
  before?: FunctionSettings,
): FunctionSettings {
  const settings: FunctionSettings = {
    roleArn: input.Role ?? before?.roleArn,
    runtime: input.Runtime ?? before?.runtime,
    handler: input.Handler ?? before?.handler,
    description: input.Description ?? before?.description ?? '',
    timeoutSeconds: Number(input.Timeout ?? before?.timeoutSeconds ?? 3),
    memorySizeMb: Number(input.MemorySize ?? before?.memorySizeMb ?? 128),
    ephemeralStorageMb: Number(input.EphemeralStorage?.Size ?? before?.ephemeralStorageMb ?? 512),
    variables: input.Environment ? (input.Environment.Variables ?? {}) : (before?.variables ?? {}),
    logging: input.LoggingConfig
      ? loggingConfig(input.LoggingConfig, functionName)
      : (before?.logging ?? loggingConfig({}, functionName)),
    tracingMode: input.TracingConfig?.Mode ?? before?.tracingMode ?? 'PassThrough',
  };
  check(settings);
  return settings;
}

function loggingConfig(config: any, functionName: string): FunctionSettings['logging'] {
  const format = config.LogFormat ?? 'Text';
  if (format === 'Text' && (config.ApplicationLogLevel || config.SystemLogLevel))
    throw invalid('ApplicationLogLevel and SystemLogLevel need the LogFormat JSON');
  const leveled = format === 'JSON';
  return {
    format,
    logGroup: config.LogGroup ?? `/aws/lambda/${functionName}`,
    applicationLogLevel: config.ApplicationLogLevel ?? (leveled ? 'INFO' : undefined),
    systemLogLevel: config.SystemLogLevel ?? (leveled ? 'INFO' : undefined),
  };
}

function check(settings: FunctionSettings): void {
  if (!settings.handler) throw invalid('Handler is required for a Zip package');
  if (!RUNTIMES.test(settings.runtime ?? '')) {
    throw invalid(`Value ${settings.runtime} at 'runtime' is none of Node's, which the sandbox runs`);
  }
  within('timeout', settings.timeoutSeconds, 1, 900);
  within('memorySize', settings.memorySizeMb, 128, 10_240);
  const names = Object.keys(settings.variables);
  const reserved = names.filter((name) => RESERVED_VARIABLES.test(name));
  if (reserved.length > 0) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        'provided contains reserved keys that are currently not supported for modification. Reserved keys used ' +
        `in this request: ${reserved.join(', ')}`,
    );
  }
  if (JSON.stringify(settings.variables).length > MAX_VARIABLES_BYTES) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        `provided exceeded the 4KB limit. String measured: ${JSON.stringify(settings.variables)}`,
    );
  }
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must have value between ${least} and ${most}`,
  );
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);
