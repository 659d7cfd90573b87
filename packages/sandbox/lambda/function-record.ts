import { randomUUID } from 'node:crypto';
import type { ResourceTags } from '../aws/resource-tags';
import type { FunctionCode } from './code-store';
import type { EnvironmentPool } from './environment-pool';

/** A function as the sandbox keeps it. */
export interface FunctionRecord extends FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly code: FunctionCode;
  readonly lastModified: string;
  readonly revisionId: string;
  readonly architectures: readonly string[];
  readonly pool: EnvironmentPool;
  readonly eventInvokeConfig?: EventInvokeConfig;
  readonly tags: ResourceTags;
  readonly aliases: ReadonlyMap<string, FunctionAlias>;
  /** Invocations that may run at once. @default as many as there are */
  readonly reservedConcurrency?: number;
}

/** A second name of `$LATEST`, with an ARN that can be granted by itself. */
export interface FunctionAlias {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  readonly revisionId: string;
}

/** What `UpdateFunctionConfiguration` may change. */
export interface FunctionSettings {
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logging: {
    readonly format: 'Text' | 'JSON';
    readonly logGroup: string;
    readonly applicationLogLevel?: string;
    readonly systemLogLevel?: string;
  };
  readonly tracingMode: string;
}

/** `PutFunctionEventInvokeConfig`, with its defaults filled in. */
export interface EventInvokeConfig {
  readonly lastModified: number;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  readonly onSuccess?: string;
  readonly onFailure?: string;
}

/** A new revision, as every change makes one. */
export function revised(
  record: FunctionRecord,
  change: Partial<FunctionRecord>,
  now: number,
): FunctionRecord {
  return { ...record, ...change, lastModified: lambdaTime(now), revisionId: randomUUID() };
}

/** `2025-09-17T10:30:00.000+0000`, as Lambda writes times. */
const lambdaTime = (now: number): string => new Date(now).toISOString().replace('Z', '+0000');

/** `FunctionConfiguration` in the SDK's shape. @param arn as the caller named it */
export function functionConfiguration(record: FunctionRecord, arn = record.arn): Record<string, unknown> {
  const { logging } = record;
  return {
    FunctionName: record.name,
    FunctionArn: arn,
    Runtime: record.runtime,
    Role: record.roleArn,
    Handler: record.handler,
    CodeSize: record.code.sizeBytes,
    CodeSha256: record.code.sha256,
    Description: record.description,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memorySizeMb,
    LastModified: record.lastModified,
    Version: '$LATEST',
    RevisionId: record.revisionId,
    Environment:
      Object.keys(record.variables).length > 0 ? { Variables: { ...record.variables } } : undefined,
    TracingConfig: { Mode: record.tracingMode },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [...record.architectures],
    EphemeralStorage: { Size: record.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.logGroup,
      ApplicationLogLevel: logging.applicationLogLevel,
      SystemLogLevel: logging.systemLogLevel,
    },
  };
}

/** `FunctionEventInvokeConfig` in the SDK's shape. */
export function eventInvokeConfiguration(record: FunctionRecord, config: EventInvokeConfig) {
  return {
    FunctionArn: `${record.arn}:$LATEST`,
    LastModified: new Date(config.lastModified),
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAgeSeconds,
    DestinationConfig: {
      OnSuccess: config.onSuccess ? { Destination: config.onSuccess } : {},
      OnFailure: config.onFailure ? { Destination: config.onFailure } : {},
    },
  };
}
