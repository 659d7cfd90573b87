/** Formats the result for a key. */

import { KEY_TYPE } from '../../handlers/key-limits';
import type { NotifyAnswer } from '../../handlers/keys/make/dns-team';
import { describeReaders } from '../../handlers/words/results';
import type { Coded } from '../facts/coded';
import type { NextOfKey, PutFacts } from '../facts/key';
import type { KeySourceFacts } from '../facts/record';
import { functionIn } from './format';

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
