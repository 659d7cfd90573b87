/** Formats the entries that `adopt` writes into the list, the unclear cases, and the advice. */
import { type Coded, type FactsIn, wordsBy } from './coded';
import { several } from './format';

/** Facts that lead to an entry of the list. */
export interface AdoptedFacts {
  readonly origin: 'BYODKIM' | 'Easy DKIM';
  readonly status: string;
  readonly isSigning: boolean;
  readonly isPublished: boolean;
  /** Whether it has BYODKIM and our tag, so that a stack whose state is lost may have managed it. */
  readonly isOurs: boolean;
  /** Whether an entry of another region has the same selector. */
  readonly isShared: boolean;
}

/** A domain that the list has in several regions. */
export interface DomainInRegions {
  readonly domain: string;
  readonly regions: readonly string[];
}

/** Defines the reasons why an identity is not adopted, by code. */
const UNCLEAR = {
  /** Neither SES nor the key store has the domain. */
  NOT_FOUND: () => 'neither SES nor the key store has it',
  /** A stack manages it whose entry is not in the list. */
  DEPLOYED: ({ stack }: { stack: string }) =>
    `the stack of the entry ${stack} has it, and the list does not name that entry: restore the entry`,
  NO_IDENTITY: ({ keys }: { keys: readonly string[] }) =>
    `there are keys of ${keys.join(', ')}, and SES has no identity in this region`,
  NO_SELECTOR: () => 'SES has BYODKIM and shows no selector',
  SIGNING_OFF: ({ selector }: { selector: string }) =>
    `signing with ${selector} is switched off, and a deploy would switch it on`,
  KEY_NOT_STORED: ({ selector }: { selector: string }) =>
    `SES signs with ${selector}, whose private key is not in the key store; if you have it, pass it with --key-file`,
  NOT_PUBLISHED: ({ selector }: { selector: string }) =>
    `SES signs with ${selector}, and no DNS server has a usable record of it`,
  /** No rollback could restore the origin of its key. */
  ORIGIN_UNSUPPORTED: ({ origin }: { origin: string }) =>
    `SES has ${origin} (deterministic Easy DKIM), which no rollback can restore`,
  NO_KEY: () =>
    'SES has Easy DKIM, and there is no private key: put one into the key store, or write createKey: true',
  /** `published` is the number of published keys. */
  SEVERAL_KEYS: ({ keys, published }: { keys: readonly string[]; published: number }) =>
    `there are keys of ${keys.join(', ')}, and ${published === 0 ? 'none' : 'more than one'} of them is published`,
  /** Another region has the selector, perhaps with another key. */
  SHARED_SELECTOR: ({ selector }: { selector: string }) =>
    `an entry of another region has the selector ${selector}, and SES has not verified it here: it is not known whether the key is the same`,
};

export type UnclearState = Coded<FactsIn<typeof UNCLEAR>>;

export const unclearWords = wordsBy(UNCLEAR);

export function adoptedWords(facts: AdoptedFacts): string {
  const { origin, status, isSigning, isPublished, isShared, isOurs } = facts;
  const state = `${origin} (${status}${isSigning ? '' : ', signing off'})`;
  const record = isPublished ? 'its record is published' : 'its record is not published yet';
  const ours = isOurs
    ? '; it has the tag of this project: if a stack managed it whose state is lost, write identity: import'
    : '';
  return `SES has ${state}; ${record}${isShared ? ', one with another region' : ''}${ours}`;
}

export const writtenWords = (count: number, file: string): string =>
  count === 0 ? 'Nothing was written.' : `${count} written into ${file}:`;

export const unclearHead = (count: number): string => `${count} unclear, not written:`;

export const untaggedWords = (count: number, tag: string): string =>
  `${count} without the tag ${tag}, which the function needs before it may change them. If no other stack sets their tags:`;

export const tagQuestion = (domain: string): string =>
  `The function may change the identity of ${domain} only if it has the tag byodkim=managed. If another stack sets the tags of the identity, add the tag there, since that stack would remove it again. Set the tag now?`;

/** Suggests MAIL FROM domains for domains in several regions, since the MX record contains the region. */
export const mailFromOfRegionsWords = (inSeveral: readonly DomainInRegions[]): string =>
  `${several(inSeveral.map(({ domain, regions }) => `${domain} (${regions.join(', ')})`))} ` +
  `${inSeveral.length === 1 ? 'is' : 'are'} in several regions. Once the list manages these identities, give each region a ` +
  'MAIL FROM domain of its own: mailFrom: { subdomain: "bounce-{region}" }.';

/** @param isStored whether the record of each key is in the key store */
export const nextOfAdoption = (isStored: boolean): string =>
  isStored
    ? 'Next: review what a deploy would change or refuse.'
    : 'Next: store the record of each key (the DNS team is not asked for what is published), then review what a deploy would change or refuse.';
