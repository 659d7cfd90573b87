import type { ObjectPlace, ObjectStore } from '../../aws/object-store';
import { getJson, type JsonReading, putJson, type StoredJson } from '../../aws/stored-json';
import { day } from '../../clock';
import { AUDIT_PREFIX, s3Uri } from '../../contract/contract';
import { type Place, placeId } from '../../contract/input/event';
import { ByodkimError } from '../../errors/errors';
import { forDomain } from '../../escape';
import type { FindingCode, FindingFacts } from '../../words/findings';
import type { ReportedDomain } from '../../words/report';
import type { World } from '../../world';
import { SEVERITIES } from './decisions';
import { type Finding, finding } from './finding';

/** The report of one domain. */
export interface DomainReport extends ReportedDomain {
  readonly findings: readonly Finding[];
  /** The state of SES, or `null` without an identity. Absent if SES was not asked. */
  readonly ses?: { readonly origin: string; readonly selector?: string; readonly status: string } | null;
  /** Whether a change is open, so that the absence of a finding need not mean that it is resolved. */
  readonly unsettled?: true;
  /** Time at which the failed identity is healed. */
  readonly healAt?: string;
}

/** Results for one domain, for its report. */
export type Found = Omit<DomainReport, 'domain' | 'region' | 'severity'>;

export const domainReport = (
  { domain, region }: Place,
  { selector, findings, ...seen }: Found,
): DomainReport => ({
  domain,
  region,
  ...seen,
  selector,
  severity: SEVERITIES.find((severity) => findings.some((each) => each.severity === severity)) ?? null,
  findings: findings.map((each) => ({ ...each, todo: forDomain(each.todo, { domain, region }) })),
});

/** Returns the report of a domain that was not audited. */
export const uncheckedDomain = <Code extends FindingCode>(
  place: Place,
  code: Code,
  facts: FindingFacts[Code],
): DomainReport => domainReport(place, { selector: null, findings: [finding(code, facts)] });

/** Returns the report of a domain without a ledger. */
export const unmanaged = (place: Place): DomainReport => uncheckedDomain(place, 'NOT_MANAGED', {});

/** Lists that were made once for all domains. */
export interface Survey {
  /** Identities of single addresses and sub-domains, which override the domain's identity, by region and domain. */
  readonly overrides: Readonly<Record<string, readonly string[]>>;
  /** Regions that a global endpoint joins, by region. Mail is sent through either. */
  readonly joined: Readonly<
    Record<string, readonly { readonly region: string; readonly endpoint: string }[]>
  >;
  /** Regions whose identities could not be listed. */
  readonly unknown: readonly string[];
  /** Regions whose global endpoints could not be listed, which may have some. @default `unknown`, as an earlier function stores it */
  readonly unknownEndpoints?: readonly string[];
  readonly findings: readonly Finding[];
}

/** One audit, as stored in S3: its progress, and at its end its report. */
export interface AuditReport {
  readonly format: 1;
  /** S3 key of this report. */
  readonly object: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Number of invocations that have worked on it. */
  readonly legs: number;
  readonly complete: boolean;
  /** Whether it covered every domain. */
  readonly whole: boolean;
  /** Whether a leg ended the process twice, so that one domain is audited at a time from then on. */
  readonly careful?: true;
  /** Domains that were not reached yet. */
  readonly pending: readonly Place[];
  /** Whether a schedule or an event began it, so that the operators are notified of changes. */
  readonly scheduled: boolean;
  readonly survey: Survey;
  /** Findings that concern every domain. */
  readonly general: readonly Finding[];
  /** The worst first. */
  readonly domains: readonly DomainReport[];
}

export type StoredReport = StoredJson<AuditReport>;

/** Adds domains to a report, and removes them from `pending`. */
export function withDomains(report: AuditReport, more: readonly DomainReport[]): AuditReport {
  const reached = new Set(more.map(placeId));
  return {
    ...report,
    pending: report.pending.filter((place) => !reached.has(placeId(place))),
    domains: [...report.domains, ...more].sort(byUrgency),
  };
}

function byUrgency(a: DomainReport, b: DomainReport): number {
  const rank = ({ severity }: DomainReport) =>
    severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  return rank(a) - rank(b) || a.domain.localeCompare(b.domain) || a.region.localeCompare(b.region);
}

export const newReportObject = (world: World): string =>
  `${AUDIT_PREFIX}${day(world.clock.now())}-${world.uuid().slice(-12)}.json`;

export const reportUri = (world: World, { object }: AuditReport): string =>
  s3Uri({ bucket: world.environment.keyStoreBucket, key: object });

/** Largest size of a report, or of the last findings, that is read: 10,000 domains with two long findings each have 15 MB. */
const MOST_BYTES = 20_000_000;

/** Reads an object that `putLarge` has written. */
export const getLarge = <T>(
  store: ObjectStore,
  place: ObjectPlace,
  isOurs: (value: Partial<T>) => boolean,
): Promise<JsonReading<T>> => getJson<T>(store, place, MOST_BYTES, isOurs);

/** Writes a redacted report, or the last findings. @returns `null` if another run wrote in between */
export function putLarge<T extends object>(
  { redactor }: World,
  store: ObjectStore,
  place: ObjectPlace,
  { value: given, etag }: StoredJson<T>,
): Promise<(StoredJson<T> & { readonly etag: string }) | null> {
  const value = redactor.redactValue(given);
  return putJson(store, place, value, { etag, text: JSON.stringify(value) });
}

/** @throws ByodkimError DEPENDENCY_FAILED if it is missing or unreadable */
export async function readReport(store: ObjectStore, bucket: string, key: string): Promise<StoredReport> {
  const place = { bucket, key };
  const { value, etag } = await getLarge<AuditReport>(store, place, ({ format }) => format === 1);
  if (value) return { value, etag };
  throw new ByodkimError('DEPENDENCY_FAILED', {
    kind: 'object',
    resource: s3Uri(place),
    object: 'report',
    problem: { kind: etag === null ? 'missing' : 'foreign' },
  });
}

/** Overwrites the object that was read. @returns `null` if another run wrote in between */
export const writeReport = (
  world: World,
  store: ObjectStore,
  { value, etag }: StoredReport,
): Promise<StoredReport | null> =>
  putLarge(world, store, { bucket: world.environment.keyStoreBucket, key: value.object }, { value, etag });
