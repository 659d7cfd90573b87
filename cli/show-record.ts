import { allOf } from './record-forms';
import type { KnownRecord } from './stored-key';
import type { Output } from './terminal/output';

type Record = KnownRecord['record'];

/** The record in every form that a DNS team's tools take. */
export function showRecord(record: Record, colours: Output['colours']): string {
  const { name, type, ttlSeconds, value, zoneFile, route53, fingerprint, mailFrom = [], aliases } = record;
  const title = (text: string): string => colours.bold(text);
  if (aliases)
    return [
      title('Two aliases, once, in a zone file; they stay, whichever selector signs'),
      ...allOf(record).map((each) => each.zoneFile),
      '',
      `${title('Value')}  ${value}`,
      '(the stack publishes it itself, in the zone that the aliases lead into)',
      `${title('Key')}    ${fingerprint}`,
    ].join('\n');
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
    ...(mailFrom.length === 0
      ? []
      : ['', title('MAIL FROM, in a zone file'), ...mailFrom.map((each) => each.zoneFile)]),
  ].join('\n');
}
