import type { Alias, DnsRecord, RecordForms } from './record';

/** A record that the DNS team is asked to publish, with its purpose. */
export interface AskedRecord extends RecordForms {
  readonly purpose: 'key' | 'later-key' | 'mail-from';
}

/** A request for at least one record that is not published yet. */
export interface RecordsToPublish {
  readonly kind: 'records';
  readonly records: readonly AskedRecord[];
  /** The new key, if its record is among them. */
  readonly key?: Pick<DnsRecord, 'fingerprint' | 'createdAt' | 'dueAt'> | undefined;
}

/** A request to remove a record that no mail has needed since a day. */
export interface RecordRemoval {
  readonly kind: 'removal';
  readonly name: string;
  readonly since: string;
}

/** A withdrawn request to remove a record, which is needed again. `askedOn`: the day (UTC). */
export interface RemovalWithdrawal {
  readonly kind: 'withdrawal';
  readonly recordName: string;
  readonly askedOn: string;
}

/** A request for a delegated name: its two aliases, and the unpublished records of the MAIL FROM domain. */
export interface AliasesToPublish {
  readonly kind: 'aliases';
  /** The zone to which both aliases lead. */
  readonly zone: string;
  readonly aliases: readonly Alias[];
  readonly mailFrom: readonly AskedRecord[];
}

/** A request to the DNS team. */
export type DnsRequest = RecordsToPublish | AliasesToPublish | RecordRemoval | RemovalWithdrawal;

/** A notice to the DNS team. */
export interface DnsNotice {
  readonly domain: string;
  readonly request: DnsRequest;
  /** The day by which it is needed: `2026-12-08`. */
  readonly wantedBy: string;
  readonly isUrgent: boolean;
  /** The contact; empty to name the person who forwarded the notice. */
  readonly contact: string;
}

/**
 * Returns the subject of a notice to the DNS team, for every language. SNS accepts only short ASCII text. The domain is in
 * A-labels.
 */
export const dnsSubject = ({ request, domain, isUrgent }: DnsNotice): string =>
  `${isUrgent ? 'URGENT: ' : ''}${subjectOf(whatFor(request), domain)}`;

function subjectOf(what: string, domain: string): string {
  const name = domain.length > 50 ? `${domain.slice(0, 49)}~` : domain;
  return `DNS ${what} for ${name} (DKIM)`;
}

const TO_KEEP = 'record to keep';

/** Returns the subject of the notice that withdraws a request to remove a record, by which its readers recognise it. */
export const subjectOfWithdrawal = (domain: string): string => subjectOf(TO_KEEP, domain);

function whatFor(request: DnsRequest): string {
  switch (request.kind) {
    case 'removal':
      return 'record to remove';
    case 'withdrawal':
      return TO_KEEP;
    case 'aliases':
      return 'aliases to publish';
    case 'records':
      return `record${request.records.length > 1 ? 's' : ''} to publish`;
  }
}

/** Formats the DNS team's notices in English: plain text, with each value on a line of its own so that it can be copied. */
export const ENGLISH = {
  /** Formats everything that a DNS team needs to publish and check records without knowing AWS. */
  records({ domain, contact, wantedBy, isUrgent }: DnsNotice, { records, key }: RecordsToPublish): string {
    const count = records.length;
    const waiting = isUrgent
      ? `The present key of ${domain} has to be replaced at once: others may be able to sign mail with it until you have published this.`
      : `Until ${count > 1 ? 'they are' : 'it is'} published, mail goes out as it does today: waiting breaks nothing, but our change cannot continue.`;
    const sections = records.map((each, at) => {
      const title = count > 1 ? `Record ${at + 1} of ${count}: ${PURPOSE[each.purpose]}\n\n` : '';
      return `${title}${fields(each, ['Name:  ', 'Type:  ', 'TTL:   '], '(seconds; another value does no harm)', 'Value, one line, without quotation marks:')}`;
    });
    return `Please publish ${count > 1 ? `${count} records` : `one ${records[0]!.type} record`} in the DNS of ${domain}, by ${wantedBy}.

${reasons(records, domain)}
${waiting}
If a record already exists with exactly this value, you have nothing to do for it. If it has another value, replace it with
this one, but contact us first if you do not know what the other value is for.


WHAT TO PUBLISH

${sections.join('\n\n')}
${records.some(isMailFrom) ? `\n${MAIL_FROM}\n` : ''}

WHERE

In the zone that serves ${domain} to the Internet, on all of its name servers.
Leave every other record as it is, including other records under _domainkey: they may still be in use.


THE ${count > 1 ? 'RECORDS' : 'RECORD'} IN THE FORMAT OF YOUR TOOL

1. A web form: enter the name, type, TTL and value as above. Many forms append the name of the zone;
   in the zone ${domain}, the name is then only:

${namesBelow(records, domain).join('\n')}
${isBelowAnother(domain) ? `\n   If your zone is a parent of ${domain}, enter the full name without the name of that zone.\n` : ''}
2. A zone file (BIND, NSD, Knot, PowerDNS and others). A string holds at most 255 characters;
   a longer value is written as several strings in one record:

${records.map(({ zoneFile }) => zoneFile).join('\n')}

3. Amazon Route 53 (the field "Value" of the console, or ResourceRecords in its API):

${records.map(({ route53 }) => route53).join('\n')}


HOW TO CHECK

${records.map(({ name, type, route53 }) => `dig +short ${type} ${name}\n\nmust print one line (quotation marks may divide it at any place):\n\n${route53}${type === 'MX' ? '.' : ''}`).join('\n\n')}

Then query each name server of the zone in the same way: dig +short ${records[0]!.type} ${records[0]!.name} @<name server>


COMMON MISTAKES

- The name is doubled (${records[0]!.name}.${domain}):
  the form appended the name of the zone, or the dot at the end of the name is missing in the zone file.
- The quotation marks became part of the value: enter it without them in a web form.
- The value was cut off after 255 characters, or divided into two records: it must be one record.
- Copying added spaces, line breaks or backslashes, or lost characters.


WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}

The ${count > 1 ? 'records are public; they contain' : 'record is public; it contains'} nothing secret.
${key === undefined ? '' : `Key: ${key.fingerprint}, made on ${key.createdAt.slice(0, 10)}, to be replaced by ${key.dueAt.slice(0, 10)}.\n`}`;
  },
  /** Asks for two aliases once, so that later rotations do not need the DNS team. */
  aliases({ domain, contact, wantedBy }: DnsNotice, { zone, aliases, mailFrom }: AliasesToPublish): string {
    const more =
      mailFrom.length === 0
        ? ''
        : `\nALSO\n\n${mailFrom.map((each) => fields(each, LABELS, '', 'Value:  ')).join('\n\n')}\n\n${MAIL_FROM}\n`;
    return `Please publish two CNAME records in the DNS of ${domain}, once, by ${wantedBy}.

${domain} signs its mail with DKIM keys that change from time to time. These two aliases lead to our own zone, where
we change the keys ourselves, so we will not need to ask you again.
The owner of that zone, ${zone}, can then sign mail as ${domain}: publish the aliases only if you know that it is ours.
Until they are published, mail goes out as it does today: waiting breaks nothing, but our change cannot continue.


WHAT TO PUBLISH (type CNAME, TTL 3600 or your usual value)

${aliases.map(({ name, target }) => `Name:    ${name}\nTarget:  ${target}`).join('\n\n')}
${more}
If one of these names has another record, replace it with the alias, but contact us first if you do not know what the
record is for. Leave every other record as it is. Do not copy the contents of the target: they change.
On Cloudflare, choose "DNS only" (the grey cloud): a proxied name does not return its CNAME.


IN A ZONE FILE

${[...aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`), ...mailFrom.map(({ zoneFile }) => zoneFile)].join('\n')}


HOW TO CHECK

${aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    must print: ${target}.`).join('\n')}

One of the two may lead to a record "v=DKIM1; p=". That is correct: its key is not in use.


WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}
`;
  },
  /** Asks for the removal of a record that no mail needs. */
  removal({ domain, contact, wantedBy }: DnsNotice, { name, since }: RecordRemoval): string {
    return `Please remove one TXT record from the DNS of ${domain}, by ${wantedBy}.

It holds a DKIM key that has been replaced. No mail has needed it since ${since}. As long as it is published, whoever has
the earlier key can sign mail as ${domain}.

If it is later than ${wantedBy}, or if you have a later notice "${subjectOfWithdrawal(domain)}",
ask us before you remove it: we may use the record again by then.


WHAT TO REMOVE

Name:  ${name}
Type:  TXT

Leave every other record as it is, including other records under _domainkey: they are in use.
If you cannot remove it, set its value to: v=DKIM1; p=


HOW TO CHECK

dig +short TXT ${name}

must print nothing, or "v=DKIM1; p=".


WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}
`;
  },
  /** Withdraws a request to remove a record. */
  withdrawal({ domain, contact }: DnsNotice, { recordName, askedOn }: RemovalWithdrawal): string {
    return `Please keep one TXT record in the DNS of ${domain}. If you have removed it already, contact us at once.

On ${askedOn} we asked you to remove it. That request no longer holds: mail of ${domain} is signed with the key of this record again,
or soon will be, and receivers cannot verify that mail without the record.


WHAT TO KEEP

Name:  ${recordName}
Type:  TXT


HOW TO CHECK

dig +short TXT ${recordName}

must print a value with a key after "p=".


FOR QUESTIONS

${answerTo(contact)}
`;
  },
};

/** Formats a notice to the DNS team in English. */
export const englishNotice = (notice: DnsNotice): string => formatNotice(ENGLISH, notice);

/** Formats a notice to the DNS team in the language of these texts. */
export function formatNotice(texts: typeof ENGLISH, notice: DnsNotice): string {
  const { request } = notice;
  switch (request.kind) {
    case 'removal':
      return texts.removal(notice, request);
    case 'withdrawal':
      return texts.withdrawal(notice, request);
    case 'aliases':
      return texts.aliases(notice, request);
    case 'records':
      return texts.records(notice, request);
  }
}

/** Formats the fields of a record, with a long value on its own line. */
export function fields(
  { name, type, ttlSeconds, value }: AskedRecord,
  [nameLabel, typeLabel, ttlLabel]: readonly [string, string, string],
  ofTtl: string,
  ofValue: string,
): string {
  const ttl = ofTtl === '' ? `${ttlSeconds}` : `${ttlSeconds} ${ofTtl}`;
  return `${nameLabel}${name}\n${typeLabel}${type}\n${ttlLabel}${ttl}\n${ofValue.endsWith(' ') ? `${ofValue}${value}` : `${ofValue}\n\n${value}`}`;
}

/** Returns each name once, without the domain at its end. */
export const namesBelow = (records: readonly AskedRecord[], domain: string): string[] => [
  ...new Set(records.map(({ name }) => name.slice(0, -domain.length - 1))),
];

/** Checks whether a domain's zone may be that of a parent. */
export const isBelowAnother = (domain: string): boolean => domain.split('.').length > 2;

export const isMailFrom = ({ purpose }: AskedRecord): boolean => purpose === 'mail-from';

const LABELS = ['Name:   ', 'Type:   ', 'TTL:    '] as const;

const PURPOSE: Readonly<Record<AskedRecord['purpose'], string>> = {
  key: 'the new key',
  'later-key': 'the key of a later change',
  'mail-from': 'the return address',
};

/** Formats the purpose of the records. */
function reasons(records: readonly AskedRecord[], domain: string): string {
  const has = (purpose: AskedRecord['purpose']) => records.some((each) => each.purpose === purpose);
  return [
    ...(has('key')
      ? [
          `${domain} is about to sign its mail with a new DKIM key, and receivers check the signature with ${records.length > 1 ? 'its' : 'this'} record.`,
        ]
      : []),
    ...(has('later-key')
      ? [
          'If you publish the records of later keys now, we do not need to ask you again for the next changes.',
        ]
      : []),
    ...(has('mail-from') ? [`Mail from ${domain} is about to use its own return address.`] : []),
  ].join('\n');
}

const MAIL_FROM = `Mail carries the name of the return address: undeliverable mail goes back to Amazon SES, and receivers see that SES is
allowed to send it (SPF).
The name of a return address must have no other records: no other MX, no host, no alias. If it has any, contact us before you change them.`;

const answerTo = (contact: string): string =>
  contact === ''
    ? 'Please reply to the person who forwarded this notice. A program sent it: replies to the sender are not read.'
    : `Please contact: ${contact}\n(A program sent this notice: replies to the sender are not read.)`;
