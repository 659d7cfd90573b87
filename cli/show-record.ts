import type { KnownRecord } from './stored-key';
import type { Output } from './terminal/output';

const DAY_MS = 86_400_000;

type Record = KnownRecord['record'];

/** The record in every form that a DNS team's tools take. */
export function showRecord(record: Record, colours: Output['colours']): string {
  const { name, type, ttlSeconds, value, zoneFile, route53, fingerprint } = record;
  const title = (text: string): string => colours.bold(text);
  return [
    `${title('Name')}   ${name}`,
    `${title('Type')}   ${type}`,
    `${title('TTL')}    ${ttlSeconds}`,
    `${title('Value')}  ${value}`,
    '',
    `${title('In a zone file')} (strings of 255 characters at most; readers join them)`,
    zoneFile,
    '',
    `${title('In Route 53')} (the value, with its quotation marks)`,
    route53,
    '',
    `${title('Key')}    ${fingerprint}`,
  ].join('\n');
}

/** How old a key is, where that is known. */
export function showDates({ createdAt, dueAt }: Record, now: number): string[] {
  const dates: string[] = [];
  const days = (from: number, to: number): number => Math.floor((to - from) / DAY_MS);
  if (createdAt !== undefined)
    dates.push(`Made   ${createdAt.slice(0, 10)}, ${Math.max(0, days(Date.parse(createdAt), now))} days ago`);
  if (dueAt !== undefined) {
    const left = days(now, Date.parse(dueAt));
    dates.push(`Due    ${dueAt.slice(0, 10)}, ${left >= 0 ? `in ${left} days` : `${-left} days overdue`}`);
  }
  return dates;
}
