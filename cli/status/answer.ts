import type { VerificationInfo } from '../../handlers/aws/email-identity';
import type { RotationSettings } from '../../handlers/contract';
import type { SelectorFacts } from '../../handlers/rotation/stages';

/** What SES had earlier, as far as its key is known. */
interface EarlierState {
  readonly restoration: {
    readonly kind: string;
    readonly selector?: string;
    readonly key?: { readonly fingerprint: string };
  };
}

/** What the function answers to `status`, as far as it is printed. */
export interface StatusAnswer {
  /** By the function's clock. ISO 8601. */
  readonly now: string;
  readonly ses: {
    readonly origin: string;
    readonly selector?: string;
    readonly enabled: boolean;
    readonly status: string;
    readonly verificationError?: string;
    readonly verification?: VerificationInfo;
  } | null;
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly confirmed: boolean;
  readonly revertsAt: string | null;
  readonly transaction: string | null;
  readonly drifted: boolean;
  readonly busyUntil: string | null;
  /** The ledger's last events, newest last. */
  readonly history?: readonly { readonly at: string; readonly event: string; readonly detail?: string }[];
  /** When the key in force was made; absent where it is not known. ISO 8601. */
  readonly keyCreatedAt?: string | null;
  /** A confirmed change that SES has not verified yet. */
  readonly waiting?: { readonly verifyBy: string; readonly nextCheckAt?: string | null } | null;
  /** What a rollback would restore. */
  readonly previous?: EarlierState | null;
  /** What a destroy would restore. */
  readonly baseline?: EarlierState | null;
  /** The last change was rolled back, since SES had not verified it in time; how often in a row. */
  readonly unverified?: {
    readonly selector: string;
    readonly at: string;
    readonly minutes: number;
    readonly status: string;
    readonly times: number;
  } | null;
  readonly signers?: readonly (Pick<SelectorFacts, 'selector' | 'stoppedAt' | 'isRollbackTarget'> & {
    readonly since: number | null;
  })[];
  readonly rotation?: RotationSettings | null;
}
