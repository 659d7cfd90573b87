/** Describes problems with the records of a key and of a MAIL FROM domain. */

import { withoutFullStop } from '../../escape';
import {
  AGAIN,
  byReason,
  describeNobody,
  type GateDetails,
  hostList,
  type MailFromDetails,
  todoOfFailedProof,
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
export function todoOfRecord(
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
export const mailFromRecordsLine = ({ mailFromDomain: name, records }: MailFromDetails): string =>
  records
    .map(({ type, value }) => `${name}. IN ${type} ${type === 'MX' ? `${value}.` : `"${value}"`}`)
    .join(' and ');

/** Returns the advice about a MAIL FROM domain that cannot be used. It never breaks another region. */
export function todoOfMailFrom(details: MailFromDetails): string {
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
export function whatOfMailFrom(
  { mailFromDomain, servers, problem }: MailFromDetails,
  isWhat: string,
): string {
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const why =
    byReason(others) || (problem ? withoutFullStop(describeNobody(problem)) : 'no server was asked');
  return `The MAIL FROM domain ${mailFromDomain} ${isWhat}: ${why}. SES has not been changed.`;
}
