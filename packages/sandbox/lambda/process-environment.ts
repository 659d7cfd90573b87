import type { Credentials } from '../contract/credentials';
import type { FunctionRecord } from './function-record';

/**
 * The variables that fake the time of this process (libfaketime). A function inherits them, since it runs on the
 * machine's time.
 */
const FAKED_TIME = /^(LD_PRELOAD|FAKETIME.*)$/;

/**
 * Makes the environment of a function's process: Lambda's variables, and the addresses of AWS and of the network's name
 * servers.
 */
export function processEnvironment(
  { settings, ...fn }: FunctionRecord,
  credentials: Credentials,
  logStreamName: string,
  endpointUrl: string,
): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => FAKED_TIME.test(name))),
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // This folder exists neither on Lambda nor here, so no user's AWS profiles are read.
    HOME: '/home/sbx_user1051',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    // Name servers on loopback are allowed, since the sandbox's whole network is on loopback.
    BYODKIM_DNS_LOOPBACK: 'allow',
    ...settings.Environment.Variables,
    _HANDLER: settings.Handler,
    LAMBDA_TASK_ROOT: fn.code.folder,
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.LoggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    AWS_ENDPOINT_URL: endpointUrl,
  };
}
