import { randomUUID } from 'node:crypto';
import type { ResourceTags } from '../contract/resource-tags';
import type { PolicyStatement, Principal } from '../contract/service';
import type { FunctionCode } from './code-store';
import type { EnvironmentPool } from './environment-pool';

export interface FunctionRecord {
  readonly settings: FunctionSettings;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly code: FunctionCode;
  readonly lastModified: string;
  readonly revisionId: string;
  readonly architectures: readonly string[];
  readonly pool: EnvironmentPool;
  /** Configurations by qualifier: those of the function do not apply to its aliases. */
  readonly eventInvokeConfigs: ReadonlyMap<string, EventInvokeConfig>;
  readonly tags: ResourceTags;
  readonly aliases: ReadonlyMap<string, FunctionAlias>;
  readonly permissions: readonly FunctionPermission[];
}

/** A statement of the function's own policy. */
export interface FunctionPermission {
  readonly qualifier: string | undefined;
  readonly statement: PolicyStatement;
}

/** A second name of `$LATEST`, with an ARN of its own, so that IAM can grant it separately. */
export interface FunctionAlias {
  readonly AliasArn: string;
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  readonly RevisionId: string;
}

/** The settings that `UpdateFunctionConfiguration` may change, in the SDK's shapes, with defaults filled in. */
export interface FunctionSettings {
  readonly Role: string;
  readonly Runtime: string;
  readonly Handler: string;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly EphemeralStorage: { readonly Size: number };
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly LoggingConfig: {
    readonly LogFormat: 'Text' | 'JSON';
    readonly LogGroup: string;
    readonly ApplicationLogLevel?: string;
    readonly SystemLogLevel?: string;
  };
  readonly TracingConfig: { readonly Mode: string };
}

/** `PutFunctionEventInvokeConfig`, in the SDK's shape. */
export interface EventInvokeConfig {
  readonly LastModified: Date;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig: Readonly<Record<'OnSuccess' | 'OnFailure', { readonly Destination?: string }>>;
}

/** Makes a new revision of the function, which every change does. */
export function revised(
  record: FunctionRecord,
  change: Partial<FunctionRecord>,
  now: number,
): FunctionRecord {
  return { ...record, ...change, lastModified: lambdaTime(now), revisionId: randomUUID() };
}

/** Formats a time as Lambda does: `2025-09-17T10:30:00.000+0000`. */
const lambdaTime = (now: number): string => new Date(now).toISOString().replace('Z', '+0000');

/** Returns the `FunctionConfiguration` in the SDK's shape. @param arn as the caller named it */
export function functionConfiguration(record: FunctionRecord, arn = record.arn): Record<string, unknown> {
  const { Environment, ...settings } = record.settings;
  return {
    ...settings,
    FunctionName: record.name,
    FunctionArn: arn,
    CodeSize: record.code.sizeBytes,
    CodeSha256: record.code.sha256,
    LastModified: record.lastModified,
    Version: '$LATEST',
    RevisionId: record.revisionId,
    Environment: Object.keys(Environment.Variables).length > 0 ? Environment : undefined,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [...record.architectures],
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  };
}

export type RoleSession = Extract<Principal, { readonly type: 'role' }>;

/** Returns the principal of a function's calls: its role, in a session that has the function's name. */
export const sessionOf = ({ name, settings: { Role: roleArn } }: FunctionRecord): RoleSession => ({
  type: 'role',
  roleName: roleArn.split('/').at(-1) ?? '',
  roleArn,
  sessionName: name,
});
