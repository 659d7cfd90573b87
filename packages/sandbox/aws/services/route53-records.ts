import { isIPv4 } from 'node:net';
import { AwsError } from '../../contract/service';

export interface ZoneRecord {
  /** Lower case, with the trailing dot. */
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** As Route 53 accepts them: a TXT value is one or more quoted strings. */
  readonly values: readonly string[];
}

export const fqdn = (name: string): string => `${name.replace(/\.$/, '').toLowerCase()}.`;

const key = (record: ZoneRecord): string => `${record.name} ${record.type}`;

/**
 * Returns the records of a zone after a batch of changes, which is applied as a whole or not at all.
 * @throws AwsError InvalidChangeBatch, with every reason
 */
export function changeRecords(
  zoneName: string,
  records: readonly ZoneRecord[],
  changes: readonly any[],
): ZoneRecord[] {
  const result = new Map(records.map((record) => [key(record), record]));
  const problems: string[] = [];
  for (const { Action, ResourceRecordSet } of changes) {
    const record = toRecord(ResourceRecordSet);
    const problem = problemOf(zoneName, record) ?? apply(result, Action, record);
    if (problem) problems.push(problem);
  }
  if (problems.length > 0) {
    throw new AwsError('InvalidChangeBatch', `[${problems.join(', ')}]`);
  }
  return [...result.values()];
}

function toRecord(set: any): ZoneRecord {
  return {
    name: fqdn(set.Name),
    type: set.Type,
    ttlSeconds: Number(set.TTL),
    values: (set.ResourceRecords ?? []).map(({ Value }: { Value: string }) => Value),
  };
}

export const toRecordSet = ({ name, type, ttlSeconds, values }: ZoneRecord): object => ({
  Name: name,
  Type: type,
  TTL: ttlSeconds,
  ResourceRecords: values.map((Value) => ({ Value })),
});

function apply(records: Map<string, ZoneRecord>, action: string, record: ZoneRecord): string | undefined {
  const existing = records.get(key(record));
  const what = `[name='${record.name}', type='${record.type}']`;
  switch (action) {
    case 'CREATE':
      if (existing) return `Tried to create resource record set ${what} but it already exists`;
      break;
    case 'UPSERT':
      break;
    case 'DELETE':
      if (!existing) return `Tried to delete resource record set ${what} but it was not found`;
      if (!sameContents(existing, record)) {
        return `Tried to delete resource record set ${what} but the values provided do not match the current values`;
      }
      records.delete(key(record));
      return undefined;
  }
  const others = [...records.values()].filter((other) => other.name === record.name && other !== existing);
  if (others.some(({ type }) => type === 'CNAME') || (record.type === 'CNAME' && others.length > 0)) {
    return `RRSet of type ${record.type} with DNS name ${record.name} is not permitted as it conflicts with other records with the same DNS name`;
  }
  records.set(key(record), record);
  return undefined;
}

function problemOf(zoneName: string, record: ZoneRecord): string | undefined {
  if (record.name !== zoneName && !record.name.endsWith(`.${zoneName}`)) {
    return `RRSet with DNS name ${record.name} is not permitted in zone ${zoneName}`;
  }
  if (!Number.isInteger(record.ttlSeconds) || record.ttlSeconds < 0) {
    return `Missing field 'TTL' in Change with [Name: ${record.name}]`;
  }
  if (record.values.length === 0)
    return `Missing field 'ResourceRecords' in Change with [Name: ${record.name}]`;
  const fault = faultOf(record);
  return fault && `Invalid Resource Record: '${fault}'`;
}

/** Returns the fault that keeps a record from being published. */
function faultOf({ name, type, values }: ZoneRecord): string | undefined {
  if (name.split('.').some((label) => label.length > 63))
    return `FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '${name}'`;
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) return `Duplicate Resource Record: '${twice}'`;
  if (type === 'CNAME' && values.length > 1) return 'A CNAME has one value';
  for (const value of values) {
    const fault = VALUE_FAULTS[type]?.(value);
    if (fault !== undefined) return `FATAL problem: ${fault} encountered with '${value}'`;
  }
  return undefined;
}

/** Finds the fault in a value, by the type of its record. */
const VALUE_FAULTS: Readonly<Record<string, (value: string) => string | undefined>> = {
  A: (value) => (isIPv4(value) ? undefined : 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'),
  MX: (value) => (/^\d+ \S+$/.test(value) ? undefined : "InvalidMXRecord (MX record doesn't have 2 fields)"),
  TXT: (value) => {
    const strings = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    if (strings.length === 0 || value.replace(/"(?:[^"\\]|\\.)*"/g, '').trim() !== '')
      return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
    const isTooLong = strings.some((text) => text.length - 2 > 255);
    return isTooLong ? 'CharacterStringTooLong (Value is too long)' : undefined;
  },
};

const sameContents = (a: ZoneRecord, b: ZoneRecord): boolean =>
  a.ttlSeconds === b.ttlSeconds && [...a.values].sort().join('\n') === [...b.values].sort().join('\n');
