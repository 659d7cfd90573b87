import type { AwsCall } from './aws-call';
import type { CustomizePlan } from './schema/plan';

/** A resource's attributes, by the schema's names. Names outside the schema are dropped. */
export type State = Record<string, any>;

/** A configured provider, as a resource's operations use it: calls go to the resource's region. */
export interface ProviderContext {
  readonly region: string;
  readonly partition: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Calls AWS as the principal of the provider's keys. Rejects with `AwsCallError`. */
  readonly call: AwsCall;
  readonly accountId: string;
  /** Reads a file, relative to the stack's working directory. */
  readFile(path: string): Buffer;
  /** Returns the same provider in another region. */
  inRegion(region: string | null | undefined): ProviderContext;
}

export interface ResourceType {
  /** Version of the schema. @default 0 */
  readonly version?: number;
  /** Refuses a configuration for reasons beyond its schema. Values may be unknown. */
  validate?(config: State): void;
  readonly customizePlan?: (context: ProviderContext) => CustomizePlan;
  /**
   * Makes the object, which is then read. Returns the values that were not planned: at least its `id`. If it fails,
   * nothing is saved, except by `FailedWithState`.
   */
  create(context: ProviderContext, planned: State): Promise<State>;
  /** Returns the whole state without tags, or null if the object no longer exists. */
  read(context: ProviderContext, state: State): Promise<State | null>;
  /**
   * Changes the object, whose tags have been changed already, and which is then read. Returns the values that were not
   * planned. If absent, every change except that of a tag replaces the object. If it fails, the engine still saves the
   * plan, as the SDK does.
   */
  update?(context: ProviderContext, prior: State, planned: State): Promise<State> | Promise<void>;
  /** Absent if the resource carries no tags. */
  readonly tagging?: Tagging;
  delete(context: ProviderContext, state: State): Promise<void>;
  /**
   * Returns the state from which `read` starts when an object is imported.
   * @default { id }
   */
  importState?(id: string): State;
  /** `false` if the real resource cannot be imported. */
  readonly importable?: boolean;
}

/** Reads and changes the tags of an existing object. */
export interface Tagging {
  /** Lists the tags in AWS. `state` is the result of the resource's own `read`. */
  list(context: ProviderContext, state: State): Promise<Tags>;
  tag(context: ProviderContext, state: State, tags: Tags): Promise<unknown>;
  untag(context: ProviderContext, state: State, keys: readonly string[]): Promise<unknown>;
}

export type Tags = Readonly<Record<string, string>>;

export interface DataSource {
  read(context: ProviderContext, config: State): Promise<State>;
}

/**
 * The operation failed, and this state is to be saved nevertheless: after a creation, the object that was made (the
 * engine marks it as tainted); after an update, the planned values without those that were not applied.
 */
export class FailedWithState extends Error {
  constructor(
    readonly state: State,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Runs the steps that follow the creation of an object. If they fail, the object is kept in state as tainted. */
export async function afterCreate<T>(state: State, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    throw new FailedWithState(state, error);
  }
}

/** An error in one attribute of the configuration. */
export class AttributeError extends Error {
  constructor(
    readonly attribute: string,
    message: string,
  ) {
    super(message);
  }
}
