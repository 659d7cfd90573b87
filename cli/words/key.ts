/** Formats the result for a key. */

import { KEY_TYPE } from '../../handlers/key-limits';
import type { NotifyAnswer } from '../../handlers/keys/make/dns-team';
import { describeReaders } from '../../handlers/words/results';
import type { Coded } from './coded';
import { functionIn } from './format';

/** Results for a private key that its owner brings, by code. */
export interface PutFacts {
  /** The key and its record were stored now. */
  readonly KEY_STORED: StoredKey;
  /** The key already existed, and its record has now been stored. */
  readonly RECORD_STORED: StoredKey;
  /** Both existed, and nothing was written. */
  readonly KEY_UNCHANGED: StoredKey;
}

interface StoredKey {
  readonly domain: string;
  readonly selector: string;
  /** e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  readonly bits: number;
  readonly fingerprint: string;
  /** Whether DNS has the record. */
  readonly isPublished: boolean;
}

/** Facts for the next steps after a key is stored. */
export interface NextOfKey {
  readonly entry: string;
  /** The selector, if it is not the list's. */
  readonly selector: string | undefined;
  /** Whether the record is published, or the deploy will publish it. */
  readonly isDeployNext: boolean;
}

/** Sources of a key, by code. */
export interface KeySourceFacts {
  /** The file that was passed. */
  readonly KEY_FILE: { readonly file: string };
  /** The function, which has read the private key in S3. */
  readonly FUNCTION: { readonly functionName: string; readonly region: string };
}

export type KeySource = Coded<KeySourceFacts>;

const PUTS: { readonly [Code in keyof PutFacts]: (facts: PutFacts[Code]) => string } = {
  KEY_STORED: ({ selector, domain, storedAt }) =>
    `The private key of ${selector} of ${domain} is stored at ${storedAt}, with its record.`,
  RECORD_STORED: ({ selector, domain, storedAt }) =>
    `The private key of ${selector} of ${domain} was already stored at ${storedAt}. Its record is stored now.`,
  KEY_UNCHANGED: ({ selector, domain, storedAt }) =>
    `The private key of ${selector} of ${domain} is already stored at ${storedAt}, with its record.`,
};

export const putWords = <Code extends keyof PutFacts>({ code, facts }: Coded<PutFacts, Code>): string =>
  PUTS[code](facts);

export const keyWords = ({ bits, fingerprint, isPublished }: PutFacts['KEY_STORED']): string =>
  `${KEY_TYPE}-${bits}, ${fingerprint}${isPublished ? '; its record is published' : ''}.`;

const SOURCES: { readonly [Code in keyof KeySourceFacts]: (facts: KeySourceFacts[Code]) => string } = {
  KEY_FILE: () => 'the command line',
  FUNCTION: ({ functionName, region }) => functionIn(functionName, region),
};

/** Formats the source of a key. */
export const sourceWords = <Code extends keyof KeySourceFacts>({
  code,
  facts,
}: Coded<KeySourceFacts, Code>): string => SOURCES[code](facts);

/** Formats the next commands, each on a line of its own. */
export function nextWords({ entry, selector, isDeployNext }: NextOfKey): string[] {
  const named = selector === undefined ? entry : `${entry} -s ${selector}`;
  const commands = isDeployNext
    ? [`byodkim deploy ${entry}`]
    : [
        `byodkim record ${named}   # for the DNS team; --notify sends it`,
        `byodkim check ${named} --wait 3600 && byodkim deploy ${entry}`,
      ];
  return ['Next:', ...commands.map((command) => `  ${command}`)];
}

export const notComparedWords = (recordName: string): string =>
  `Warning: DNS did not answer for ${recordName}, so the key was not compared with it.`;

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
