/** Formats the result for a key. */

import { KEY_TYPE } from '../../handlers/key-limits';
import type { NotifyAnswer } from '../../handlers/keys/make/dns-team';
import { describeReaders } from '../../handlers/words/results';
import { functionIn } from './format';

/** A private key that its owner brings, in its place. */
export interface StoredKey {
  readonly domain: string;
  readonly selector: string;
  /** e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  /** What was written now; the rest existed already. */
  readonly written: 'key-and-record' | 'record' | 'nothing';
  readonly bits: number;
  readonly fingerprint: string;
  /** Whether DNS has the record. */
  readonly isPublished: boolean;
}

/** Facts for the next steps after a key is stored. */
interface NextOfKey {
  readonly entry: string;
  /** The selector, if it is not the list's. */
  readonly selector: string | undefined;
  /** Whether the record is published, or the deploy will publish it. */
  readonly isDeployNext: boolean;
}

export function putWords({ selector, domain, storedAt, written }: StoredKey): string {
  const key = `The private key of ${selector} of ${domain}`;
  switch (written) {
    case 'key-and-record':
      return `${key} is stored at ${storedAt}, with its record.`;
    case 'record':
      return `${key} was already stored at ${storedAt}. Its record is stored now.`;
    case 'nothing':
      return `${key} is already stored at ${storedAt}, with its record.`;
  }
}

export const keyWords = ({ bits, fingerprint, isPublished }: StoredKey): string =>
  `${KEY_TYPE}-${bits}, ${fingerprint}${isPublished ? '; its record is published' : ''}.`;

/** @param source the function that has the key, or `null` for a key that was passed */
export const sourceWords = (
  source: { readonly functionName: string; readonly region: string } | null,
): string => (source === null ? 'the command line' : functionIn(source.functionName, source.region));

/** Formats the next commands, each on a line of its own. */
export function nextOfKeyWords({ entry, selector, isDeployNext }: NextOfKey): string[] {
  const named = selector === undefined ? entry : `${entry} -s ${selector}`;
  const commands = isDeployNext
    ? [`byodkim deploy ${entry}`]
    : [
        `byodkim record ${named}   # for the DNS team; --notify sends it`,
        `byodkim check ${named} --wait 3600 && byodkim deploy ${entry}`,
      ];
  return ['Next:', ...commands.map((command) => `  ${command}`)];
}

/** Command that makes a private key which SES accepts. */
export const MAKE_KEY = 'openssl genrsa -out private_key.pem 2048';

/** Advice about a key file that SES does not accept. */
export const OTHER_KEY_FILE =
  'Pass another file. `openssl pkey -in FILE -noout -text_pub` prints its kind, and nothing secret; ' +
  `\`${MAKE_KEY}\` makes a key that SES accepts.`;

/** Adds the keys that were made before it to the message of a failure. */
export const madeBefore = (message: string, selectors: readonly string[]): string =>
  `${message} Before that, keys were made for ${selectors.join(', ')}. Nobody was asked to publish their records yet: run the command again without the selector that failed.`;

export const placeWords = (storedAt: string): string => `The private key is at ${storedAt}.`;

export const dnsTeamWords = ({ sent, subscribers, error, reason }: NotifyAnswer['notice']): string =>
  sent
    ? `A request to publish was sent. ${describeReaders(subscribers)}`
    : `No request was sent to the DNS team: ${error ?? reason ?? 'no reason given'}.`;
