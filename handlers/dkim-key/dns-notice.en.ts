import type { Alias, DnsRecord, RecordForms } from '../selector/dns-record';

/** The DNS team's notices in English: plain text, with each value on its own line so that it can be copied. */
export const ENGLISH = {
  /** Contains all that a DNS team needs to publish and check a record, without knowing AWS. */
  record(record: DnsRecord, contact: string): string {
    const { name, domain, selector, ttlSeconds, value, zoneFile, route53, fingerprint, createdAt, dueAt } =
      record;
    const count = 1 + (record.mailFrom?.length ?? 0) + (record.spares?.length ?? 0);
    return `Please publish ${count > 1 ? `${count} records` : 'one TXT record'} in the DNS of ${domain}.

${domain} is about to sign its mail with a new DKIM key, and receivers check the signature with this record.
Until the record is published, mail goes out as it does today: waiting breaks nothing, but our change cannot go on.
If the record exists already with exactly this value, you have nothing to do. If it has another value, this one replaces
it; tell us before you replace a value whose purpose you do not know.


WHAT TO PUBLISH

Name:  ${name}
Type:  TXT
TTL:   ${ttlSeconds} (seconds; another value does no harm)
Value, one line, without quotation marks:

${value}


WHERE

In the zone that serves ${domain} to the Internet, on all of its name servers.
Leave every other record as it is, others under _domainkey too: they may still be in use.


IN THE FORM THAT YOUR TOOL TAKES

1. A web form: name, type, TTL and value as above. Many forms add the name of the zone by themselves;
   in the zone ${domain} the name is then only:

${selector}._domainkey

2. A zone file (BIND, NSD, Knot, PowerDNS and others). One string holds 255 characters at most;
   a longer value is several strings of one record:

${zoneFile}

3. Amazon Route 53 (the field "Value" of the console, or ResourceRecords in its API):

${route53}


HOW TO CHECK

dig +short TXT ${name}

must answer one line (quotation marks may divide it at any place):

${route53}

Then ask each name server of the zone in the same way: dig +short TXT ${name} @<name server>


COMMON MISTAKES

- The name is doubled (${selector}._domainkey.${domain}.${domain}):
  the form added the name of the zone, or the dot at the end of the name is missing in the zone file.
- The quotation marks have become part of the value: a web form wants it without them.
- The value was cut off after 255 characters, or divided into two records: it must be one record.
- Copying added spaces, line breaks or backslashes, or lost characters.

${also(record.spares, SPARES)}${also(record.mailFrom, MAIL_FROM)}
WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}

The record is public; it contains nothing secret.
Key: ${fingerprint}, made on ${createdAt.slice(0, 10)}, to be replaced by ${dueAt.slice(0, 10)}.
`;
  },
  /** Asks for two aliases once: later rotations do not need the DNS team. */
  aliases(aliases: readonly Alias[], { domain, mailFrom }: DnsRecord, contact: string): string {
    return `Please publish two CNAME records in the DNS of ${domain}, once.

${domain} signs its mail with DKIM keys that change from time to time. These two aliases lead to our own zone, in which
we change the keys ourselves: you are not asked again.
Until they are published, mail goes out as it does today: waiting breaks nothing, but our change cannot go on.


WHAT TO PUBLISH (type CNAME, TTL 3600 or your usual value)

${aliases.map(({ name, target }) => `Name:    ${name}\nTarget:  ${target}`).join('\n\n')}

If one of these names has another record, the alias replaces it; tell us before you remove a record whose purpose you do
not know. Leave every other record as it is. Do not copy what the target holds: it changes.
On Cloudflare, choose "DNS only" (the grey cloud): a proxied name does not answer with its CNAME.


IN A ZONE FILE

${aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`).join('\n')}


HOW TO CHECK

${aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    must answer: ${target}.`).join('\n')}

One of the two may lead to a record "v=DKIM1; p=". That is correct: its key is not in use.

${also(mailFrom, MAIL_FROM)}
WHEN IT IS DONE, AND FOR QUESTIONS

${answerTo(contact)}
`;
  },
};

/** Lists further records that are asked for. @param labels of name, type, TTL and value */
export const furtherRecords = (
  records: readonly RecordForms[],
  labels: readonly string[],
  inZoneFile: string,
) => `
${records
  .map(({ name, type, ttlSeconds, value }) =>
    [name, type, ttlSeconds, value].map((each, at) => `${labels[at]}${each}`).join('\n'),
  )
  .join('\n\n')}

${inZoneFile}

${records.map(({ zoneFile }) => zoneFile).join('\n')}

`;

/** Asks for further records beside the first, if there are any. */
const also = (records: readonly RecordForms[] | undefined, asked: string): string =>
  records ? `\nALSO: ${asked}\n${furtherRecords(records, LABELS, 'In a zone file:')}` : '';
const LABELS = ['Name:   ', 'Type:   ', 'TTL:    ', 'Value:  '];

const SPARES = `RECORDS OF LATER KEYS

The key changes from time to time. With these records published now, we need not ask you again for the next changes.`;

const MAIL_FROM = `TWO RECORDS FOR THE RETURN ADDRESS

Their name is the return address of the mail: what cannot be delivered goes back to Amazon SES, and receivers see that
SES may send it (SPF).
Nothing else may be at this name: no other MX, no host, no alias. If it has other records, tell us before you change them.`;

const answerTo = (contact: string): string =>
  contact === ''
    ? 'Please reply to the person who forwarded this notice. A program sent it: replies to the sender are not read.'
    : `Please contact: ${contact}\n(A program sent this notice: replies to the sender are not read.)`;
