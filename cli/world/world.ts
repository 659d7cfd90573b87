import type { EmailIdentities, SigningState } from '../../handlers/aws/email-identity';
import type { Clock } from '../../handlers/clock';
import type { Place } from '../../handlers/contract/input/event';
import type { GateRequest } from '../../handlers/dns/conclude';
import type { GateWorld } from '../../handlers/dns/gate';
import type { LookUp } from '../../handlers/dns/lookup';
import type { GateOutcome } from '../../handlers/words/gate';

/** Receives text. */
export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in characters, if it is known. */
  readonly columns?: number;
}

/** One synchronous call of a Lambda function. */
export interface FunctionCall {
  readonly functionName: string;
  readonly region: string;
  /** The alias to call. @default the function's own name */
  readonly qualifier?: string;
  readonly payload: unknown;
  readonly signal: AbortSignal;
}

export interface FunctionAnswer {
  readonly payload: unknown;
  /** Set if the function threw or was stopped. */
  readonly functionError?: string;
}

/** An object of the key store. */
export interface NewObject {
  readonly region: string;
  readonly bucket: string;
  /** The account to which the bucket must belong, since another account may own a free or abandoned name. */
  readonly account: string;
  readonly key: string;
  readonly body: string | Uint8Array;
  /** The key that encrypts it. @default the bucket's encryption */
  readonly kmsKeyArn?: string | undefined;
}

export interface InventoryPlace {
  readonly region: string;
  /** Bucket of the private keys. */
  readonly bucket: string;
  /** Domains in A-labels; empty for every domain. */
  readonly only: readonly string[];
}

/** Identities and keys of one region. */
export interface Inventory {
  /** Signing states by domain, in A-labels. */
  readonly identities: ReadonlyMap<string, SigningState>;
  /** Selectors of the private keys, by domain. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

export type InvokeFunction = (call: FunctionCall) => Promise<FunctionAnswer>;

/** Everything outside the command, passed as one argument. */
export interface CliWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Aborted by Ctrl-C, or if nobody reads the output. */
  readonly signal: AbortSignal;
  /** @throws as `fs.readFile` does, and with the code `EFBIG` for a file that is too large */
  readFile(path: string): Promise<Buffer>;
  /** Writes a file completely or not at all. @throws as `fs.writeFile` does */
  writeFile(path: string, text: string): Promise<void>;
  /** Writes a new file that only its owner may read; returns false if there is one. @throws as `fs.writeFile` does */
  writeNew(path: string, text: string): Promise<boolean>;
  /** Returns the output of `git` in a folder, or `null` if it ends with an error. @throws Error without git */
  git(args: readonly string[], folder: string): Promise<string | null>;
  /** Whether a person at the terminal can be asked. */
  readonly isInteractive: boolean;
  /** Asks a person at the terminal; returns `null` without a terminal. */
  ask(question: string): Promise<string | null>;
  /** The gate. */
  prove(request: GateRequest, world: GateWorld): Promise<GateOutcome>;
  /** Looks up other records. */
  readonly lookUp: LookUp;
  /** Calls a Lambda function and waits for its answer. Errors are the SDK's. */
  readonly invoke: InvokeFunction;
  /** Returns the SES calls with the caller's credentials, whose retries wait on a clock. They throw ByodkimErrors. */
  readonly identities: (place: Place, clock: Clock) => Promise<EmailIdentities>;
  /** Returns the account of the caller's credentials. @throws CliError if AWS does not return it */
  readonly callerAccount: (region: string) => Promise<string>;
  /** Stores an object; returns false if one exists. @throws CliError if AWS refuses */
  readonly storeNew: (object: NewObject) => Promise<boolean>;
  /** Sets the tag of this project on an identity. @throws CliError if AWS refuses */
  readonly tagIdentity: (place: Place) => Promise<void>;
  /** Reads the identities in SES and the keys in the key store. @throws CliError if AWS refuses */
  readonly inventory: (place: InventoryPlace) => Promise<Inventory>;
  /**
   * Names of the armed reverts of a schedule group; none if the group is gone.
   * @throws CliError if they cannot be listed
   */
  armedSchedules(group: string, region: string): Promise<readonly string[]>;
}
