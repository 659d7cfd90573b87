import type { Published } from '../dns/published';
import type { ZoneSerials } from '../dns/serials';
import type { Readiness } from '../review/readiness';
import type { FormerRecords } from './stages';

/** The domain that a row is about. */
export interface Subject {
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  readonly listedSelector: string | null;
}

/** What DNS said, beside the function's answer. */
export interface Seen {
  /** The record in force. */
  readonly published: Published | null;
  /** Whether the listed selector could be deployed, where it is not the one in force. */
  readonly listed: { readonly selector: string; readonly readiness: Readiness } | null;
  readonly former: FormerRecords;
  /** The zone's serials; looked up where SES has not verified. */
  readonly serials: ZoneSerials | null;
  /** Whether the stack publishes the records itself. */
  readonly inRoute53: boolean;
}
