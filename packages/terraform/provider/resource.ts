import type { AwsCall } from './aws-call';
import type { CustomizePlan } from './schema/plan';

/** What a resource holds, in the schema's names. What the schema does not name is dropped. */
export type State = Record<string, any>;

/** A configured provider, as a resource's operations see it: calls go to the resource's region. */
export interface ProviderContext {
  readonly region: string;
  readonly partition: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Calls AWS as the principal that the provider's keys belong to. Rejects with `AwsCallError`. */
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
  /** Refuses a configuration for more than its schema does. Values may be unknown. */
  validate?(config: State): void;
  readonly customizePlan?: (context: ProviderContext) => CustomizePlan;
  /**
   * Makes the object, which is then read. Returns what is known of it beyond what was planned: its `id`, at least.
   * When it fails, nothing is saved, unless by `FailedWithState`.
   */
  create(context: ProviderContext, planned: State): Promise<State>;
  /** Returns the whole state, tags aside, or null when the object is gone. */
  read(context: ProviderContext, state: State): Promise<State | null>;
  /**
   * Changes the object, which is then read; its tags are changed already. Returns what is known beyond what was
   * planned. Absent: every change but that of a tag replaces. When it fails, the engine still saves what was
   * planned, as the SDK does.
   */
  update?(context: ProviderContext, prior: State, planned: State): Promise<State> | Promise<void>;
  /** Absent if the resource carries no tags. */
  readonly tagging?: Tagging;
  delete(context: ProviderContext, state: State): Promise<void>;
  /** Returns the state that `read` starts from, for an object to import. @default { id } */
  importState?(id: string): State;
  /** `false` if the real resource cannot be imported. */
  readonly importable?: boolean;
}

/** How the tags of an object are read and changed, once it is there. */
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
 * It failed, and this is what is to be saved nevertheless: of a creation, the object that was made (the engine marks
 * it tainted); of an update, what has not been planned after all.
 */
export class FailedWithState extends Error {
  constructor(
    readonly state: State,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Runs the steps after an object was made. If they fail, the object is kept in state, tainted. */
export async function afterCreate<T>(state: State, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    throw new FailedWithState(state, error);
  }
}

/** An error of one attribute of the configuration. */
export class AttributeError extends Error {
  constructor(
    readonly attribute: string,
    message: string,
  ) {
    super(message);
  }
}
