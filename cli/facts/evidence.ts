import type { LastFinding } from '../../handlers/audit/findings/last-findings';
import type { SigningState } from '../../handlers/aws/email-identity';
import type { KeyOrigin } from '../../handlers/keys/state/key-origins';
import type { StageAsData } from '../../handlers/keys/state/stages';
import type { HistoryEntry } from '../../handlers/ledger/ledger';
import type { Coded } from './coded';

/** Facts that this project does not record, by code, with their sources. */
export interface NotRecordedFacts {
  /** Principal that stored the keys which the function did not make: `places` of the objects. */
  readonly WHO_STORED_THE_KEY: { readonly places: readonly string[] };
  /** Principal that called the function for a change. */
  readonly WHO_ASKED: { readonly functionName: string };
  /** The servers that the gate asked, with their answers. */
  readonly WHAT_DNS_ANSWERED: { readonly logGroup: string };
  /** Steps before the first one that the ledger still has. */
  readonly EARLIER_STEPS: { readonly from: string; readonly ledger: string };
  /** Findings of earlier audits. */
  readonly EARLIER_AUDITS: { readonly reports: string };
}

/** Everything that is recorded about one domain, for an auditor. Times are ISO 8601, or `null` if they are not recorded. */
export interface Evidence {
  readonly domain: string;
  readonly region: string;
  /** When this was asked. */
  readonly at: string;
  /** The signing state in SES, or `null` without an identity. */
  readonly ses: SigningState | null;
  /** The key in force, or `null` if there is none. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keys: readonly KeyOrigin[];
  /** The steps of each change, oldest first. */
  readonly steps: readonly HistoryEntry[];
  /** The life of each selector, and the time at which its record may be removed. */
  readonly selectors: readonly StageAsData[];
  /** Time of the last audit of every domain. */
  readonly auditedAt: string | null;
  /** The current findings. */
  readonly findings: readonly LastFinding[];
  readonly notRecorded: readonly Coded<NotRecordedFacts>[];
}
