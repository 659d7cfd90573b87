/** Describes problems with the records of a key and of a MAIL FROM domain. */

import { withoutFullStop } from '../../escape';
import { byFacts, type ErrorRows } from '../advice';
import { CHECK, RECORD } from '../commands';
import {
  AGAIN,
  byReason,
  describeNobody,
  type GateDetails,
  hostList,
  type MailFromDetails,
  todoOfFailedProof,
  whatOfRecord,
} from '../gate';
import type { AddedFacts } from './runs';

/** Facts of the errors about records in DNS, by code. */
export interface RecordErrors {
  readonly DNS_TXT_NOT_READY: GateDetails;
  readonly DNS_TXT_INVALID: GateDetails;
  readonly DNS_KEY_MISMATCH: GateDetails;
  readonly DNS_LOOKUP_FAILED: GateDetails | MailFromDetails;
  readonly MAIL_FROM_NOT_READY: MailFromDetails;
  readonly MAIL_FROM_INVALID: MailFromDetails;
  readonly SELECTOR_IN_USE: Pick<GateDetails, 'recordName' | 'servers'> & {
    readonly domain: string;
    readonly selector: string;
    /** Fingerprints. */
    readonly found: readonly string[];
    /** Number of servers that were asked; `servers` are those with another key. */
    readonly asked: number;
    /** Place for the private key: `s3://bucket/key`. */
    readonly place: string;
  };
}

/** Returns the advice about a record, by the gate's observations. Begins with servers that the zone above should not name. */
function todoOfRecord(
  details: (GateDetails | MailFromDetails) & Pick<AddedFacts, 'published'>,
): string | undefined {
  if (!('recordName' in details)) return `Get these servers to answer; ${AGAIN}`;
  const { published } = details;
  if (published !== undefined && !details.recordName.startsWith(`${published.selector}._domainkey.`))
    return (
      `The value of ${published.selector} was published under another name. Replace the record ${details.recordName} with one that reads: ` +
      `${details.expectedValue}; leave the record of ${published.selector} as it is.`
    );
  const { expectedAlias, staleDelegations = [] } = details;
  if (expectedAlias !== undefined)
    return 'Publish this CNAME in place of any other record at that name; the stack publishes the record itself.';
  const todo = todoOfFailedProof(details);
  if (todo === undefined) return undefined;
  const delegations = staleDelegations.map(
    ({ zone, own }) =>
      `If the servers that lack it no longer serve ${zone}, have the delegation changed where ${zone} is registered, to ${hostList(own)}.`,
  );
  return [...delegations, todo].join(' ');
}

/** Formats the records of a MAIL FROM domain on one line. */
const mailFromRecordsLine = ({ mailFromDomain: name, records }: MailFromDetails): string =>
  records
    .map(({ type, value }) => `${name}. IN ${type} ${type === 'MX' ? `${value}.` : `"${value}"`}`)
    .join(' and ');

/** Returns the advice about a MAIL FROM domain that cannot be used. It never breaks another region. */
function todoOfMailFrom(details: MailFromDetails): string {
  const { otherRegions } = details;
  const remove = `emove everything at this name except ${mailFromRecordsLine(details)}`;
  if (otherRegions === undefined)
    return `R${remove}; or choose a sub-domain that is not in use (mailFrom.subdomain).`;
  const regions = otherRegions.join(' and ');
  return (
    `Leave the MX record of ${regions} if an identity there uses this name, since SES takes exactly one. Give each region a ` +
    `name of its own (mailFrom.subdomain: "bounce-{region}"). If nothing in ${regions} uses this name, r${remove}.`
  );
}

/** Describes a MAIL FROM domain that is not ready. */
function whatOfMailFrom({ mailFromDomain, servers, problem }: MailFromDetails, isWhat: string): string {
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const why =
    byReason(others) || (problem ? withoutFullStop(describeNobody(problem)) : 'no server was asked');
  return `The MAIL FROM domain ${mailFromDomain} ${isWhat}: ${why}. SES has not been changed.`;
}

/** Rows of these errors, by code. Markdown, except what happened. */
export const RECORD_ROWS: ErrorRows<RecordErrors> = {
  DNS_TXT_NOT_READY: {
    next: 'publish the record',
    when: 'An authoritative server has no record yet, or still has an older one; or no resolver sees it yet.',
    what: whatOfRecord,
    who: 'the DNS team',
    todo: byFacts(
      'Publish the record (`byodkim record <domain>` prints it), wait until every server has it (`byodkim check <domain> --wait 3600`), deploy again.',
      todoOfRecord,
    ),
    command: RECORD,
  },
  DNS_TXT_INVALID: {
    next: 'replace the record',
    when: 'The record cannot be used by any signer: not DKIM1, revoked, not RSA, several records, wrong `h=` or `s=`, or a key outside 1024–2048 bits.',
    what: whatOfRecord,
    who: 'the DNS team',
    todo: byFacts(
      'Replace it with the record that `byodkim record <domain>` prints; the message says what is wrong.',
      todoOfRecord,
    ),
    command: CHECK,
  },
  DNS_KEY_MISMATCH: {
    next: 'publish the record of the key',
    when: 'The record is valid, but does not belong to the private key in S3. Both fingerprints are in the message.',
    what: whatOfRecord,
    who: 'the owner of the key in S3, then the DNS team',
    todo: byFacts(
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. Otherwise publish the record of the key in S3.',
      todoOfRecord,
    ),
    command: 'byodkim record <domain>',
  },
  DNS_LOOKUP_FAILED: {
    next: CHECK,
    when: 'No server answered, or all answered with a failure. The message has the result of each server.',
    what: (facts) =>
      'recordName' in facts ? whatOfRecord(facts) : whatOfMailFrom(facts, 'could not be checked'),
    who: 'the platform engineer, with the DNS team',
    todo: byFacts(
      'If no DNS query leaves this network, set `gate.mode: recursive`; otherwise the zone’s servers are down. Deploy again.',
      todoOfRecord,
    ),
    command: CHECK,
  },
  MAIL_FROM_NOT_READY: {
    next: 'publish MX and SPF',
    when: 'An authoritative server has no MX or no SPF record of the MAIL FROM domain yet.',
    what: (facts) => whatOfMailFrom(facts, 'is not ready'),
    who: 'the DNS team',
    todo: byFacts(
      'Publish both records (`byodkim record <domain>` prints them), wait until every server has them (`byodkim check <domain> --wait 3600`), deploy again.',
      (details) => `Publish on every one of these servers: ${mailFromRecordsLine(details)}; ${AGAIN}`,
    ),
    command: RECORD,
  },
  MAIL_FROM_INVALID: {
    next: 'clear the name, or use another subdomain',
    when: 'The MAIL FROM domain has another use (a host, an alias, mail that goes elsewhere, SES in another region), or an SPF record with which mail from SES does not pass.',
    what: (facts) => whatOfMailFrom(facts, 'cannot be used, and waiting does not help'),
    who: 'the DNS team, or the author of the change in the list',
    todo: byFacts(
      'Remove what the message names, if it is not needed; or use another `mailFrom.subdomain`.',
      todoOfMailFrom,
    ),
    command: CHECK,
  },
  SELECTOR_IN_USE: {
    next: 'use another selector',
    when: 'A key was requested for a selector at whose name DNS has a valid record of another key.',
    what: ({ selector, domain, recordName, servers, asked }) =>
      `Selector ${selector} of ${domain} is in use: expected no key at ${recordName}, found another one on ` +
      `${servers.length} of ${asked} servers: ${byReason(servers)}. No key was made.`,
    who: 'the author of the change in the list',
    todo: () =>
      'Use another selector. If the published key is yours: `byodkim key put <domain> FILE`, without `createKey`.',
    command: CHECK,
  },
};
