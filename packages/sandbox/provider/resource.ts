import type { AwsCall } from './aws-call';
import type { CustomizePlan } from './schema/plan';
import type { Block } from './schema/schema';

/** What a resource holds, in the schema's names. What the schema does not name is dropped. */
export type State = Record<string, any>;

/** A configured provider, as a resource's operations see it: calls go to the resource's region. */
export interface ProviderContext {
  readonly region: string;
  readonly partition: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Calls the simulated AWS as administrator. Rejects with `AwsCallError`. */
  readonly call: AwsCall;
  accountId(): Promise<string>;
  /** Reads a file, relative to the stack's working directory. */
  readFile(path: string): Buffer;
  /** The same provider in another region. */
  inRegion(region: string | null | undefined): ProviderContext;
}

export interface ResourceType {
  readonly block: Block;
  /** Version of the schema. @default 0 */
  readonly version?: number;
  /** Refuses a configuration. Values may be unknown. */
  validate?(config: State): void;
  readonly customizePlan?: (context: ProviderContext) => CustomizePlan;
  /** Returns what is to be saved beyond what was planned. When it fails, nothing is, unless by `FailedWithState`. */
  create(context: ProviderContext, planned: State): Promise<State>;
  /** Returns the whole state, or null when the object is gone. */
  read(context: ProviderContext, state: State): Promise<State | null>;
  /** Absent: every change replaces. When it fails, the engine still saves what was planned, as the SDK does. */
  update?(context: ProviderContext, prior: State, planned: State): Promise<State>;
  delete(context: ProviderContext, state: State): Promise<void>;
  /** What `read` starts from, for an object to import. @default { id } */
  importState?(id: string): State;
  /** `false` where the real resource cannot be imported. */
  readonly importable?: boolean;
}

export interface DataSource {
  readonly block: Block;
  validate?(config: State): void;
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

/** What goes on after the object was made; if it fails, the object is kept in state, tainted. */
export async function afterCreate(state: State, steps: () => Promise<State>): Promise<State> {
  try {
    return { ...state, ...(await steps()) };
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
