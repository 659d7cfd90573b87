import type { KnownRecord } from './stored-key';
import type { Output } from './terminal/output';

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
  const day = (iso: string): string => iso.slice(0, 10);
  const days = (iso: string): number => Math.floor((Date.parse(iso) - now) / 86_400_000);
  return [
    ...(createdAt === undefined ? [] : [`Made   ${day(createdAt)}, ${-days(createdAt) - 1} days ago`]),
    ...(dueAt === undefined
      ? []
      : [
          `Due    ${day(dueAt)}, ${days(dueAt) >= 0 ? `in ${days(dueAt)} days` : `${-days(dueAt)} days overdue`}`,
        ]),
  ];
}
