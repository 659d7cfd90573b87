import { partitionOf } from '../../constructs/names';
import { IDENTITY_TAG } from '../../handlers/contract/contract';
import { entryLine, type NewEntry } from '../../list/edit-list';
import {
  type AdoptedFacts,
  adoptedWords,
  type DomainInRegions,
  mailFromOfRegionsWords,
  nextOfAdoption,
  type UnclearState,
  unclearHead,
  unclearWords,
  untaggedWords,
  writtenWords,
} from '../words/adopt';

/** An identity that gets an entry. */
export interface WrittenEntry {
  readonly code: 'ADOPTED';
  readonly selector: string;
  readonly domain: string;
  readonly region: string;
  readonly entry: NewEntry;
  readonly facts: AdoptedFacts;
  /** Whether the identity carries the tag that the function needs. */
  readonly tagged: boolean;
}

/** An identity, or keys without an identity, whose entry is not clear. */
export type Unclear = UnclearState & {
  readonly domain: string;
  /** Absent if no region knows the domain. */
  readonly region?: string;
};

export type Adoption = WrittenEntry | Unclear;

export const isWritten = (adoption: Adoption): adoption is WrittenEntry => adoption.code === 'ADOPTED';
const isUnclear = (adoption: Adoption): adoption is Unclear => !isWritten(adoption);

/** Returns an adoption for scripts. */
export const adoptionAsData = (adoption: Adoption): object =>
  isWritten(adoption) ? writtenAsData(adoption) : unclearAsData(adoption);

const writtenAsData = ({ domain, region, selector, entry, tagged, facts }: WrittenEntry): object => ({
  domain,
  region,
  selector,
  entry,
  tagged,
  ...facts,
  text: adoptedWords(facts),
});

const unclearAsData = (unclear: Unclear): object => ({
  domain: unclear.domain,
  region: unclear.region,
  text: unclearWords(unclear),
});

/** Formats the written entries, the unclear domains, and the next commands. */
export function showAdoptions(
  file: string,
  adoptions: readonly Adoption[],
  {
    inSeveral,
    isStored,
  }: {
    readonly inSeveral: readonly DomainInRegions[];
    /** Whether the keys and their records have just been stored. */
    readonly isStored: boolean;
  },
): string {
  const written = adoptions.filter(isWritten);
  const unclear = adoptions.filter(isUnclear);
  const untagged = written.filter(({ tagged }) => !tagged);
  return [
    writtenWords(written.length, file),
    ...written.map(({ entry, facts }) => `  ${entryLine(entry)}  # ${adoptedWords(facts)}`),
    ...(unclear.length > 0 ? [unclearHead(unclear.length), ...unclear.map(unclearLine)] : []),
    ...(untagged.length > 0 ? taggingLines(untagged) : []),
    ...(inSeveral.length > 0 ? [mailFromOfRegionsWords(inSeveral)] : []),
    ...(written.length > 0 ? nextLines(written, isStored) : []),
  ].join('\n');
}

const unclearLine = (each: Unclear): string => {
  const place = each.region === undefined ? '' : ` in ${each.region}`;
  return `  ${each.domain}${place}: ${unclearWords(each)}.`;
};

const loop = (names: readonly string[], command: string): string =>
  `  for NAME in ${names.join(' ')}; do ${command}; done`;

const nextLines = (written: readonly WrittenEntry[], isStored: boolean): string[] => [
  nextOfAdoption(isStored),
  ...(isStored
    ? []
    : [
        loop(
          written.map(({ entry }) => entry.key),
          'byodkim key create "$NAME"',
        ),
      ]),
  '  byodkim review',
];

/** Formats the commands that set the tag. */
function taggingLines(untagged: readonly WrittenEntry[]): string[] {
  const { key, value } = IDENTITY_TAG;
  const regions = [...new Set(untagged.map(({ region }) => region))];
  const commandIn = (region: string): string => {
    const arn = `arn:${partitionOf(region)}:ses:${region}:$ACCOUNT:identity/$NAME`;
    const domains = untagged.filter((each) => each.region === region).map(({ domain }) => domain);
    return loop(
      domains,
      `aws sesv2 tag-resource --region ${region} --resource-arn "${arn}" --tags Key=${key},Value=${value}`,
    );
  };
  return [
    untaggedWords(untagged.length, `${key}=${value}`),
    '  ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
    ...regions.map(commandIn),
  ];
}
