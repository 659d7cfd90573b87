/** A step of a change that is made manually, by code: the facts of its sentences. */
export interface StepFacts {
  readonly PRINT_STATE: Record<never, never>;
  readonly PROVE_RECORD: { readonly domain: string; readonly selector: string };
  readonly CREATE_IDENTITY: Record<never, never>;
  readonly SET_KEY: { readonly selector: string };
  readonly SWITCH_ON: Record<never, never>;
  readonly WAIT_FOR_SES: { readonly selector: string };
}

/** The state that an undo restores, by code. */
export interface UndoFacts {
  readonly CREATED: Record<never, never>;
  readonly EASY_DKIM: Record<never, never>;
  readonly BYODKIM: { readonly earlier: string };
  /** What SES had cannot be restored. */
  readonly UNKNOWN: Record<never, never>;
  readonly SIGNING_OFF: Record<never, never>;
}

/** What a person has to know before the first step, by code. */
export interface RemarkFacts {
  /** A change is open. `revertsAt`: ISO 8601; `null`: no schedule rolls it back. */
  readonly CHANGE_OPEN: { readonly entry: string; readonly revertsAt: string | null };
  /** The function could not be asked: code and message of the failure. */
  readonly NOT_ASKED: { readonly entry: string; readonly cause: string; readonly reason: string };
  readonly BUCKET_UNKNOWN: { readonly placeholder: string };
}

/** A rollback that fails, and what it would restore. */
export interface RestoreFacts {
  readonly domain: string;
  readonly entry: string;
  readonly region: string;
  /** Whether the commands read the private key. */
  readonly readsKey: boolean;
}
