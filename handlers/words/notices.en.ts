import type { Alias, DnsNotice, DnsRecord, RecordForms } from '../facts/records';

/**
 * Returns the subject of a notice to the DNS team, in every language: SNS takes ASCII only, and not much of it. The domain is
 * in A-labels.
 */
export function dnsSubject({ record, aliases }: DnsNotice): string {
  const { domain, mailFrom, spares } = record;
  const name = domain.length > 50 ? `${domain.slice(0, 49)}~` : domain;
  const records = mailFrom || spares ? 'records' : 'record';
  return `DNS ${aliases ? 'aliases' : records} to publish for ${name} (DKIM)`;
}

/** Formats the DNS team's notices in English: plain text, with each value on a line of its own so that it can be copied. */
export const ENGLISH = {
  /** Formats all that a DNS team needs to publish and check a record, without knowing AWS. */
  record(record: DnsRecord, contact: string): string {
    const { name, domain, selector, ttlSeconds, value, zoneFile, route53, fingerprint, createdAt, dueAt } =
      record;
    const count = 1 + (record.mailFrom?.length ?? 0) + (record.spares?.length ?? 0);
    return `Please publish ${count > 1 ? `${count} records` : 'one TXT record'} in the DNS of ${domain}.

${domain} is about to sign its mail with a new DKIM key, and receivers check the signature with this record.
Until the record is published, mail goes out as it does today: waiting breaks nothing, but our change cannot go on.
If the record already exists with exactly this value, you have nothing to do. If it has another value, replace it with
this one, but contact us first if you do not know what the other value is for.


WHAT TO PUBLISH

Name:  ${name}
Type:  TXT
TTL:   ${ttlSeconds} (seconds; another value does no harm)
Value, one line, without quotation marks:

${value}


WHERE

In the zone that serves ${domain} to the Internet, on all of its name servers.
Leave every other record as it is, including other records under _domainkey: they may still be in use.


THE RECORD IN THE FORMAT OF YOUR TOOL

1. A web form: enter the name, type, TTL and value as above. Many forms append the name of the zone;
   in the zone ${domain}, the name is then only:

${selector}._domainkey

2. A zone file (BIND, NSD, Knot, PowerDNS and others). A string holds at most 255 characters;
   a longer value is written as several strings in one record:

${zoneFile}

3. Amazon Route 53 (the field "Value" of the console, or ResourceRecords in its API):

${route53}


HOW TO CHECK

dig +short TXT ${name}

must print one line (quotation marks may divide it at any place):

${route53}

Then query each name server of the zone in the same way: dig +short TXT ${name} @<name server>


COMMON MISTAKES

- The name is doubled (${selector}._domainkey.${domain}.${domain}):
  the form appended the name of the zone, or the dot at the end of the name is missing in the zone file.
- The quotation marks became part of the value: enter it without them in a web form.
- The value was cut off after 255 characters, or divided into two records: it must be one record.
- Copying added spaces, line breaks or backslashes, or lost characters.

${also(record.spares, SPARES)}${also(record.mailFrom, ofMailFrom(record.mailFrom))}
WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}

The record is public; it contains nothing secret.
Key: ${fingerprint}, made on ${createdAt.slice(0, 10)}, to be replaced by ${dueAt.slice(0, 10)}.
`;
  },
  /** Asks for two aliases once: later rotations do not need the DNS team. */
  aliases(aliases: readonly Alias[], { domain, mailFrom }: DnsRecord, contact: string): string {
    return `Please publish two CNAME records in the DNS of ${domain}, once.

${domain} signs its mail with DKIM keys that change from time to time. These two aliases lead to our own zone, where
we change the keys ourselves, so we will not need to ask you again.
Until they are published, mail goes out as it does today: waiting breaks nothing, but our change cannot go on.


WHAT TO PUBLISH (type CNAME, TTL 3600 or your usual value)

${aliases.map(({ name, target }) => `Name:    ${name}\nTarget:  ${target}`).join('\n\n')}

If one of these names has another record, replace it with the alias, but contact us first if you do not know what the
record is for. Leave every other record as it is. Do not copy the contents of the target: they change.
On Cloudflare, choose "DNS only" (the grey cloud): a proxied name does not return its CNAME.


IN A ZONE FILE

${aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`).join('\n')}


HOW TO CHECK

${aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    must print: ${target}.`).join('\n')}

One of the two may lead to a record "v=DKIM1; p=". That is correct: its key is not in use.

${also(mailFrom, ofMailFrom(mailFrom))}
WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}
`;
  },
};

/** Formats a notice to the DNS team in English. */
export const englishNotice = ({ record, aliases, contact }: DnsNotice): string =>
  aliases ? ENGLISH.aliases(aliases, record, contact) : ENGLISH.record(record, contact);

/** Lists further records to publish. @param labels of name, type, TTL and value */
export const furtherRecords = (
  records: readonly RecordForms[],
  labels: readonly string[],
  inZoneFile: string,
): string => `
${records
  .map(({ name, type, ttlSeconds, value }) =>
    [name, type, ttlSeconds, value].map((each, at) => `${labels[at]}${each}`).join('\n'),
  )
  .join('\n\n')}

${inZoneFile}

${records.map(({ zoneFile }) => zoneFile).join('\n')}

`;

/** Asks for further records in addition to the first, if there are any. */
const also = (records: readonly RecordForms[] | undefined, asked: string): string =>
  records ? `\nALSO: ${asked}\n${furtherRecords(records, LABELS, 'In a zone file:')}` : '';
const LABELS = ['Name:   ', 'Type:   ', 'TTL:    ', 'Value:  '];

const SPARES = `RECORDS OF LATER KEYS

The key changes from time to time. If you publish these records now, we do not need to ask you again for the next changes.`;

const MAIL_FROM = `TWO RECORDS FOR THE RETURN ADDRESS

Mail carries this name as its return address: undeliverable mail goes back to Amazon SES, and receivers see that SES is
allowed to send it (SPF).
This name must have no other records: no other MX, no host, no alias. If it has any, contact us before you change them.`;

/** Says what the records of MAIL FROM domains are for: one name, or one for each region. */
const ofMailFrom = (records: readonly RecordForms[] = []): string =>
  records.length <= 2
    ? MAIL_FROM
    : `${records.length} RECORDS FOR THE RETURN ADDRESSES

Mail carries one of these names as its return address, according to the region that sends it: undeliverable mail goes
back to Amazon SES in that region, and receivers see that SES is allowed to send the mail (SPF).
These names must have no other records: no other MX, no host, no alias. If one has any, contact us before you change them.`;

const answerTo = (contact: string): string =>
  contact === ''
    ? 'Please reply to the person who forwarded this notice. A program sent it: replies to the sender are not read.'
    : `Please contact: ${contact}\n(A program sent this notice: replies to the sender are not read.)`;
