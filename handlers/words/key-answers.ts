/** Formats the function's answers about keys, their records and the notices about these. */
import { byReason, type ServerVerdict } from './gate';

/** @param stackMayPublish whether the stack itself may publish the record */
export const keyMade = (selector: string, domain: string, stackMayPublish: boolean): string =>
  `A private key for selector ${selector} of ${domain} was made and stored. ` +
  `Publish the record${stackMayPublish ? ', unless the stack does' : ''}, then deploy.`;

/** @param isDescribed whether its DNS information was missing and is written now */
export const keyExists = (selector: string, domain: string, isDescribed: boolean): string =>
  `A private key for selector ${selector} of ${domain} exists already; ${
    isDescribed
      ? 'its DNS information was missing and has been written: publish the record, unless it is there or the stack does, then deploy'
      : 'nothing was written'
  }.`;

/**
 * Warns that it is unknown whether a record of another key is published. @param servers that were asked, none of which answers
 */
export const selectorUnknown = (recordName: string, servers: readonly ServerVerdict[]): string =>
  `Whether ${recordName} is in use is unknown: ${servers.length === 0 ? 'no name server was found' : byReason(servers)}. ` +
  'If a record of another key is published there, use another selector.';

/** Warns of DNS information that somebody else has written. */
export const informationOfOthers = (place: string, fingerprint: string): string =>
  `${place} was not written by this project and does not hold the record of this key (${fingerprint}); it was not changed`;

/** @param fingerprint of the key in the information */
export const informationOfOtherKey = (place: string, fingerprint: string): string =>
  `the DNS information at ${place} is of another key (${fingerprint}): ` +
  'the DNS team was given the wrong record, or the key was replaced since';

export const noInformation = (place: string): string =>
  `no DNS information of it exists at ${place}; \`byodkim key create\` writes it`;

export const informationWithoutRecord = (place: string): string =>
  `the DNS information at ${place} does not hold this record`;

export const recordIsOfKey = (selector: string, domain: string, fingerprint: string): string =>
  `The record of selector ${selector} of ${domain} is that of key ${fingerprint}.`;

/** @param delegated the domain, if the request is for the aliases of a delegated name @param readers its recipients */
export const requestSent = (recordName: string, delegated: string | undefined, readers: string): string =>
  `A request to publish ${delegated === undefined ? recordName : `both aliases of ${delegated}`} was sent. ${readers}`;

export const noticeNotSent = (reason: string | undefined): string =>
  `No notice was sent: ${reason}. The notice is in "text".`;

/** Warns that the notice to the DNS team could not be recorded. */
export const notNoted = (problem: string): string =>
  `It could not be recorded that the DNS team was notified, so it may be notified again: ${problem}`;
