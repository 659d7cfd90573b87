import { AwsError } from '../contract/service';
import { invalid } from './errors';
import type { FunctionSettings } from './function-record';

/** Names that Lambda reserves. */
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const MAX_VARIABLES_BYTES = 4096;
const RUNTIMES = /^nodejs(18|20|22|24)\.x$/;

const DEFAULTS = {
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  EphemeralStorage: { Size: 512 },
  Environment: { Variables: {} },
  TracingConfig: { Mode: 'PassThrough' },
};
const SAID = [...Object.keys(DEFAULTS), 'Role', 'Runtime', 'Handler'];

/**
 * Reads the input of `CreateFunction` and `UpdateFunctionConfiguration`. Omitted settings keep their values.
 * @throws AwsError with Lambda's refusal
 */
export function functionSettings(
  input: any,
  functionName: string,
  before?: FunctionSettings,
): FunctionSettings {
  const { LoggingConfig = before ? undefined : {}, Environment } = input;
  const said = Object.entries(input).filter(([name, value]) => SAID.includes(name) && value !== undefined);
  const settings = {
    ...DEFAULTS,
    ...before,
    ...Object.fromEntries(said),
    ...(LoggingConfig && { LoggingConfig: loggingConfig(LoggingConfig, functionName) }),
    ...(Environment && { Environment: { Variables: {}, ...Environment } }),
  } as FunctionSettings;
  check(settings);
  return settings;
}

function loggingConfig(config: any, functionName: string): FunctionSettings['LoggingConfig'] {
  if (config.LogFormat !== 'JSON' && (config.ApplicationLogLevel || config.SystemLogLevel))
    throw invalid('ApplicationLogLevel and SystemLogLevel need the LogFormat JSON');
  return {
    LogFormat: 'Text',
    LogGroup: `/aws/lambda/${functionName}`,
    ...(config.LogFormat === 'JSON' && { ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' }),
    ...config,
  };
}

function check({
  Handler,
  Runtime,
  Timeout,
  MemorySize,
  Environment: { Variables },
}: FunctionSettings): void {
  if (!Handler) throw invalid('Handler is required for a Zip package');
  if (!RUNTIMES.test(Runtime ?? '')) {
    throw invalid(`Value ${Runtime} at 'runtime' is not a Node.js runtime, which the sandbox runs`);
  }
  // Lambda's model has no upper limit for the time, and allows more memory than an account may use.
  atMost('timeout', Timeout, 900);
  atMost('memorySize', MemorySize, 10_240);
  const reserved = Object.keys(Variables).filter((name) => RESERVED_VARIABLES.test(name));
  if (reserved.length > 0) {
    throw unable(
      'contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ' +
        reserved.join(', '),
    );
  }
  const text = JSON.stringify(Variables);
  if (text.length > MAX_VARIABLES_BYTES) throw unable(`exceeded the 4KB limit. String measured: ${text}`);
}

function atMost(name: string, value: number, most: number): void {
  if (value <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must have value less than or equal to ${most}`,
  );
}

const unable = (why: string): AwsError =>
  invalid(
    'Lambda was unable to configure your environment variables because the environment variables you have ' +
      `provided ${why}`,
  );
