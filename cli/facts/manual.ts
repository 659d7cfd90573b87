/** Facts of the sentences of a manual step, by code. */
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
  /** The earlier state of SES cannot be restored. */
  readonly UNKNOWN: Record<never, never>;
  readonly SIGNING_OFF: Record<never, never>;
}

/** Warnings before the first step, by code. */
export interface RemarkFacts {
  /** A change is open. `revertsAt`: ISO 8601, or `null` if no schedule rolls it back. */
  readonly CHANGE_OPEN: { readonly entry: string; readonly revertsAt: string | null };
  /** The function could not be asked. The facts are the code and the message of the failure. */
  readonly NOT_ASKED: { readonly entry: string; readonly cause: string; readonly reason: string };
  readonly BUCKET_UNKNOWN: { readonly placeholder: string };
}

/** A rollback that fails, with the state that it would restore. */
export interface RestoreFacts {
  readonly domain: string;
  readonly entry: string;
  readonly region: string;
  /** Whether the commands read the private key. */
  readonly readsKey: boolean;
}
