/** Formats the function's answers about keys, their records and the notices about these. */
import { forDomain } from '../escape';
import { byReason, type ServerVerdict } from './gate';
import { type AskedRemoval, mayBeRemoved } from './removal';

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

export const recordIsOfKey = (selector: string, domain: string, fingerprint: string): string =>
  `The record of selector ${selector} of ${domain} is that of key ${fingerprint}.`;

/** @param delegated the domain, if the request is for the aliases of a delegated name @param readers its recipients */
export const requestSent = (recordName: string, delegated: string | undefined, readers: string): string =>
  `A request to publish ${delegated === undefined ? recordName : `both aliases of ${delegated}`} was sent. ${readers}`;

export const keepingAsked = (recordName: string, readers: string): string =>
  `A request to keep ${recordName} was sent. ${readers}`;

export const noticeNotSent = (reason: string | undefined): string =>
  `No notice was sent: ${reason}. The notice is in "text".`;

/** What an answer about a key warns of. Places: `s3://bucket/key`. */
export type KeyWarning =
  /** No server answers, so it is unknown whether a record of another key is published. `servers` were asked. */
  | {
      readonly kind: 'selector-unknown';
      readonly recordName: string;
      readonly servers: readonly ServerVerdict[];
    }
  /** Somebody else has written the DNS information. */
  | { readonly kind: 'information-of-others'; readonly place: string; readonly fingerprint: string }
  | { readonly kind: 'information-of-other-key'; readonly place: string; readonly fingerprint: string }
  | { readonly kind: 'no-information'; readonly place: string }
  | { readonly kind: 'information-without-record'; readonly place: string }
  /** Others made the key, and the request does not determine who makes the domain's keys. */
  | { readonly kind: 'key-of-others'; readonly place: string }
  /** The DNS team was asked to remove the record, and may still do so. */
  | ({ readonly kind: 'removal-asked'; readonly domain: string; readonly region: string } & AskedRemoval)
  /** The notice to the DNS team could not be recorded. */
  | { readonly kind: 'not-noted'; readonly problem: string };

/** Describes a warning about a key in a sentence or a clause. */
export function describeKeyWarning(warning: KeyWarning): string {
  switch (warning.kind) {
    case 'selector-unknown': {
      const { recordName, servers } = warning;
      const asked = servers.length === 0 ? 'no name server was found' : byReason(servers);
      return (
        `Whether ${recordName} is in use is unknown: ${asked}. ` +
        'If a record of another key is published there, use another selector.'
      );
    }
    case 'information-of-others':
      return `${warning.place} was not written by this project and does not hold the record of this key (${warning.fingerprint}); it was not changed`;
    case 'information-of-other-key':
      return (
        `the DNS information at ${warning.place} is of another key (${warning.fingerprint}): ` +
        'the DNS team was given the wrong record, or the key has been replaced since'
      );
    case 'no-information':
      return `no DNS information of it exists at ${warning.place}; \`byodkim key create\` writes it`;
    case 'information-without-record':
      return `the DNS information at ${warning.place} does not hold this record`;
    case 'key-of-others':
      return `The private key at ${warning.place} was put there by others: this function has not made it.`;
    case 'removal-asked':
      return forDomain(mayBeRemoved(warning), warning);
    case 'not-noted':
      return `It could not be recorded that the DNS team was notified, so it may be notified again: ${warning.problem}`;
  }
}
