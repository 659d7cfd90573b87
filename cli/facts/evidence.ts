import type { LastFinding } from '../../handlers/audit/findings/last-findings';
import type { SigningState } from '../../handlers/aws/email-identity';
import type { HistoryEntry } from '../../handlers/ledger/ledger';
import type { KeyOrigin } from '../../handlers/selector/key-origins';
import type { StageAsData } from '../../handlers/selector/stages';
import type { Coded } from './coded';

/** What this project does not record, by code, with what says where to look. */
export interface NotRecordedFacts {
  /** Who stored the keys that the function has not made: `places` of the objects. */
  readonly WHO_STORED_THE_KEY: { readonly places: readonly string[] };
  /** Who called the function for a change. */
  readonly WHO_ASKED: { readonly functionName: string };
  /** The servers that the gate has asked, and their answers. */
  readonly WHAT_DNS_ANSWERED: { readonly logGroup: string };
  /** Steps before the first one that the ledger still has. */
  readonly EARLIER_STEPS: { readonly from: string; readonly ledger: string };
  /** What earlier audits have found. */
  readonly EARLIER_AUDITS: { readonly reports: string };
}

/** What is recorded of one domain, for an auditor. Times are ISO 8601; `null`: not recorded. */
export interface Evidence {
  readonly domain: string;
  readonly region: string;
  /** When this was asked. */
  readonly at: string;
  /** The signing state in SES; `null`: no identity. */
  readonly ses: SigningState | null;
  /** The key that should sign; `null`: nothing is in force. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keys: readonly KeyOrigin[];
  /** The steps of each change, oldest first. */
  readonly steps: readonly HistoryEntry[];
  /** The life of each selector, and when its record may go. */
  readonly selectors: readonly StageAsData[];
  /** When every domain was audited last. */
  readonly auditedAt: string | null;
  /** What is found now. */
  readonly findings: readonly LastFinding[];
  readonly notRecorded: readonly Coded<NotRecordedFacts>[];
}
