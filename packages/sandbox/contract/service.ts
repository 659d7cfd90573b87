/**
 * The shape that every simulated AWS service has. A service is a table of operations in AWS's own names and
 * input/output shapes (those of the SDK for JavaScript v3). AWS's own model of it defines its protocol (`wire/`);
 * recording, faults and authorization happen once, in `dispatch.ts`.
 */

/** Names an error as AWS does. The SDK shows `code` as `error.name`. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    /** Further members of the error, by the service's names. `headers` become headers of the answer (S3). */
    readonly detail?: Readonly<Record<string, any>>,
  ) {
    super(message);
    this.name = code;
  }
}

/** An IAM policy, parsed. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

type OneOrMany<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, OneOrMany<string | boolean | number>>>>
  >;
}

/**
 * The caller. The administrator (the operator, Terraform) may do everything; a role may do what its policies allow.
 */
export type Principal =
  | { readonly type: 'admin' }
  | {
      readonly type: 'role';
      readonly roleName: string;
      readonly roleArn: string;
      /** As in CloudTrail: `arn:aws:sts::…:assumed-role/<role>/<session>`. */
      readonly sessionName: string;
      /** The invocation that makes the call, so that a fault can kill its process. Absent outside Lambda. */
      readonly invocationId?: string;
      /** AWS organisation of a role of another account. @default none */
      readonly organization?: string;
    }
  /** An AWS service that acts on its own behalf, with the permissions that resources' policies grant to it. */
  | { readonly type: 'service'; readonly service: string; readonly sourceArn: string };

/** The time of the sandbox: real time plus the tests' advances. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface CallContext {
  readonly region: string;
  readonly accountId: string;
  readonly principal: Principal;
  readonly clock: SandboxClock;
  readonly requestId: string;
  /** Aborted when the client disconnects or the sandbox closes. */
  readonly signal: AbortSignal;
  /**
   * Checks a further permission that the call needs on another resource, for example `iam:PassRole`. It is recorded
   * with the call. Throws the service's own access-denied error.
   */
  authorize(
    action: string,
    resource: string,
    conditionKeys?: Record<string, string>,
    resourcePolicy?: PolicyDocument,
  ): void;
  /**
   * Calls another service's operation as `principal` (default: the same principal), through `dispatch` like any call.
   */
  call(service: string, operation: string, input: unknown, principal?: Principal): Promise<any>;
}

export interface Operation {
  /** The IAM action it needs, e.g. `ses:GetEmailIdentity`; several if AWS asks for several on that resource. */
  readonly action: string | readonly string[] | ((input: any) => readonly string[]);
  /** Returns the ARNs that it acts on, for the policy's `Resource`. */
  resource(input: any, context: CallContext): string;
  /** Returns the tags of that resource, for `aws:ResourceTag/…`. Default: none. */
  resourceTags?(input: any, context: CallContext): Record<string, string>;
  /** Returns further condition keys, e.g. `iam:PassedToService`. */
  conditionKeys?(input: any, context: CallContext): Record<string, string>;
  /** Returns the resource's own policy (a bucket's), if it has one. */
  resourcePolicy?(input: any, context: CallContext): PolicyDocument | undefined;
  run(input: any, context: CallContext): unknown | Promise<unknown>;
}

/** A request as it came over the wire, including its body. */
export interface WireRequest {
  readonly method: string;
  /** As it was sent, percent-encoded; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Service {
  /** `s3`, `ses`, `lambda`, … : names its model (`wire/models.ts`) and its calls in records and faults. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** One permission that a call needed, whether it was granted or not. */
export interface Demand {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of this request, without those that every request has (account, region, …). */
  readonly keys: Readonly<Record<string, string>>;
}

/** A recorded call. It never holds bodies or keys. */
export interface RecordedCall {
  readonly sequence: number;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly actions: readonly string[];
  readonly demands: readonly Demand[];
  readonly resource: string;
  readonly principal: Principal;
  readonly region: string;
  /** `ok`, or the error's code, or the fault's kind if there was no answer. */
  outcome: string;
}

/** Receives each call that has ended, with its input and its result. */
export type CallListener = (
  call: RecordedCall,
  made: {
    readonly input: any;
    readonly output?: any;
    readonly error?: Error;
    readonly requestId: string;
  },
) => void;

/** A fault to inject into a call. `before` and `after` in its kind tell whether the call took effect. */
export interface Fault {
  /** `service:Operation`, e.g. `ses:GetEmailIdentity`, in the operation's own name. */
  readonly operation: string;
  readonly kind:
    | 'throttle'
    | 'error500'
    /**
     * Another writer came first (409): for S3's conditional writes, and for modifications in SES and the scheduler.
     */
    | 'conflict'
    | 'resetBefore'
    | 'resetAfter'
    | 'hang'
    | 'killBefore'
    | 'killAfter'
    | 'deny';
  /**
   * Number of matching calls to skip first.
   * @default 0
   */
  readonly skip?: number;
  /**
   * Number of calls to affect.
   * @default Infinity
   */
  readonly times?: number;
  /** Only calls whose resource ARN contains this text (e.g. the domain). @default any */
  readonly resourceIncludes?: string;
  /**
   * Whether the administrator's calls are affected as well.
   * @default false
   */
  readonly admin?: boolean;
}
