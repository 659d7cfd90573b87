import { type ObjectStore, putJson, readJson } from '../aws/object-store';
import { day } from '../clock';
import { AUDIT_PREFIX, s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { Place } from '../event';
import type { World } from '../world';
import type { DomainReport } from './findings';

/** One audit, as it lies in S3: first its progress, in the end its report. */
export interface AuditReport {
  readonly format: 1;
  /** S3 key of this report. */
  readonly object: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** How many invocations have worked on it. */
  readonly legs: number;
  readonly complete: boolean;
  /** Whether it was of every domain there is. */
  readonly whole: boolean;
  /** What was not reached yet. */
  readonly pending: readonly Place[];
  /** What is wrong with the way back, in a sentence: what the drill of the last audit told. */
  readonly wayBack?: string;
  /** The worst first. */
  readonly domains: readonly DomainReport[];
}

export interface StoredReport {
  readonly report: AuditReport;
  /** `null`: not written yet. */
  readonly etag: string | null;
}

/** Where the report of an audit that begins now will lie. */
export const newReportObject = (world: World): string =>
  `${AUDIT_PREFIX}${day(world.clock.now())}-${world.uuid().replaceAll('-', '').slice(-12)}.json`;

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED (it is gone, or unreadable, as well). */
export async function readReport(store: ObjectStore, bucket: string, object: string): Promise<StoredReport> {
  const resource = s3Uri({ bucket, key: object });
  const found = await store.get({ bucket, key: object });
  const report = found && readJson<AuditReport>(found.body, isReport);
  if (!found || !report)
    throw new ByodkimError('DEPENDENCY_FAILED', {
      what: `The audit cannot go on: expected its progress in ${resource}, found ${found ? 'something else' : 'nothing'}.`,
      advice: 'Run the audit again.',
      details: { resource, unreadable: found ? 'something else' : 'nothing' },
    });
  return { report, etag: found.etag };
}

/**
 * Writes over what was read. `null`: somebody else wrote in between.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function writeReport(
  world: World,
  store: ObjectStore,
  { report, etag }: StoredReport,
): Promise<StoredReport | null> {
  const bucket = world.environment.keyStoreBucket;
  const place = { bucket, key: report.object };
  const written = await putJson(store, place, world.redactor.redactValue(report), etag);
  return written && { report, etag: written.etag };
}

const isReport = ({ format, pending, domains }: Partial<AuditReport>): boolean =>
  format === 1 && Array.isArray(pending) && Array.isArray(domains);
