import type { VerificationInfo } from '../../handlers/aws/email-identity';
import type { RotationSettings } from '../../handlers/contract';
import type { SelectorFacts } from '../../handlers/rotation/stages';

/** What the function answers to `status`, as far as it is shown. */
export interface StatusAnswer {
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
  /** When the key in force was made; absent where nobody knows. ISO 8601. */
  readonly keyCreatedAt?: string | null;
  /** A confirmed change that SES has not verified yet. */
  readonly waiting?: { readonly verifyBy: string } | null;
  /** The last change was put back, since SES had not verified it in time; how often in a row. */
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
