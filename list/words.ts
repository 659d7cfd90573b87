/**
 * Holds the sentences of the list, with a row for each code. The logic uses codes and facts; only the door, mistake.ts,
 * imports this file.
 */
import { allowedOf, type PropReason } from '../constructs/refusal';
import { show } from '../constructs/show';

/** The facts of each mistake of a list, by its code. */
export interface MistakeFacts {
  /** The file cannot be read. `message` is the system's, if the file is neither missing nor a folder. */
  readonly FILE_UNREADABLE: ReadFailure;
  readonly FILE_EMPTY: object;
  /** The text is not UTF-8. */
  readonly FILE_ENCODING: object;
  /** The text is not YAML. `message`: of the parser. */
  readonly YAML_SYNTAX: { readonly message: string };
  readonly YAML_WILDCARD: object;
  /** A private key in PEM. The text has nothing of it. */
  readonly PRIVATE_KEY: object;
  /** `<<`, with which other YAML takes over a block. */
  readonly YAML_MERGE: object;
  /** A character of a Japanese keyboard, or a space that is none, outside quotation marks. */
  readonly YAML_CHARACTER: { readonly kind: keyof typeof CHARACTERS };
  /** Several regions in one entry. */
  readonly REGIONS: object;
  /** A placeholder outside quotation marks, which YAML reads as a block. `text`: the value. */
  readonly YAML_PLACEHOLDER: { readonly text: string };
  readonly YAML_DOCUMENTS: object;
  /** An alias of nothing, or of a node that contains it. */
  readonly YAML_ALIAS: { readonly alias: string };
  readonly YAML_KEY_TWICE: { readonly key: string };
  /** `meant` is the key that was probably meant. */
  readonly UNKNOWN_KEY: { readonly keys: string; readonly meant: string | undefined };
  /**
   * A value that its row does not accept. `quoted` is the text that was meant, if YAML reads something else, and `meant` is
   * the region that was probably meant.
   */
  readonly VALUE: Found & {
    readonly allowed: string;
    readonly quoted?: string | undefined;
    readonly meant?: string | undefined;
  };
  /** A setting that every entry needs. */
  readonly UNSET: Found;
  readonly REGION_OF_KEY: Found & { readonly region: string };
  readonly UNKNOWN_REGION: Found & { readonly meant: string };
  readonly ENTRY_TWICE: Found & { readonly twin: EntryPlace };
  /** A setting of the entry that has the key. */
  readonly HOME_ONLY: Found & { readonly home: EntryPlace };
  readonly SELECTOR_SPELLING: Found & { readonly spelt: string; readonly home: EntryPlace };
  readonly BUCKET_UNNAMED: Found & { readonly home: EntryPlace };
  /** One bucket for several regions that each need their own. */
  readonly BUCKET_OF_ONE_REGION: Found & { readonly regions: readonly string[] };
  readonly KMS_KEY_OF_ONE_REGION: Found & { readonly regions: readonly string[] };
  /** An object that the function may not read. `prefixes`: where it may. */
  readonly PLACE_OUTSIDE: Found & { readonly prefixes: readonly string[] };
  /** A setting of a domain that the control stack does not allow. `by` is the setting that would allow it. */
  readonly NOT_ALLOWED: Found & { readonly allowed: string; readonly by: string };
  /** The selector of the entry among its earlier ones. */
  readonly SELECTOR_NOT_EARLIER: Found & { readonly selector: string };
  /** Another value of the tag that we set. `value`: ours. */
  readonly TAG_TAKEN: Found & { readonly value: string };
  readonly MAIL_FROM_TAKEN: Found & { readonly other: EntryPlace };
  /** The MAIL FROM domain of an entry in another region. `region`: of that entry. */
  readonly MAIL_FROM_SHARED: Found & { readonly other: EntryPlace; readonly region: string };
  /** A prop that the construct refuses. `reason` has the construct's own code and facts. */
  readonly PROP: Found & { readonly reason: PropReason };
  /** A setting of the control stack that is wrong in one region and may differ in each. */
  readonly PROP_OF_EACH_REGION: Found & { readonly reason: PropReason };
}
export type MistakeCode = keyof MistakeFacts;

interface Found {
  readonly found: unknown;
}

/** An entry of the list. */
export interface EntryPlace {
  /** Name as it is written in the list. */
  readonly name: string;
  readonly line: number;
}

/** Reason why a file could not be read. */
export type ReadFailure =
  | { readonly reason: 'missing' | 'folder' }
  | { readonly reason: 'other'; readonly message: string };

/** The text of a row: `found …, allowed: …`, or another text. */
export type Sentence = { readonly found: string; readonly allowed: string } | { readonly text: string };

/** Characters that look like those of YAML, and what stands for them. */
const CHARACTERS = {
  'full-width-colon': ['a full-width colon (U+FF1A)', 'a colon and a space (: )'],
  'full-width-space': ['a full-width space (U+3000)', 'a space'],
  'no-break-space': ['a no-break space (U+00A0)', 'a space'],
} as const;

const A_LIST = 'a list of domains in YAML';

const entry = ({ name, line }: EntryPlace): string => `${show(name)} of line ${line}`;

/** Returns the row of a setting, with the value that was found and the allowed values. */
const value =
  <Facts extends Found>(allowed: (facts: Facts) => string) =>
  (facts: Facts): Sentence => ({ found: `found ${show(facts.found)}`, allowed: allowed(facts) });

export const MISTAKES: { readonly [Code in MistakeCode]: (facts: MistakeFacts[Code]) => Sentence } = {
  FILE_UNREADABLE: (failure) => ({ found: readFailureText(failure), allowed: A_LIST }),
  FILE_EMPTY: () => ({ found: 'the file is empty', allowed: A_LIST }),
  FILE_ENCODING: () => ({
    found: 'the file is not text in UTF-8 (UTF-16, as Windows PowerShell writes it?)',
    allowed: 'UTF-8. Save the file again with this encoding (PowerShell: Out-File -Encoding utf8)',
  }),
  YAML_SYNTAX: ({ message }) => ({ text: `YAML: ${message}` }),
  YAML_WILDCARD: () => ({
    found: 'YAML: found a name with "*"',
    allowed: 'the domain itself, such as example.com; its identity covers its sub-domains',
  }),
  PRIVATE_KEY: () => ({
    text:
      'found a private key. Remove it: the list goes into Git, and a key that is in its history, or that others may have seen, has to be ' +
      'replaced by a new one. `byodkim key put` stores a key; `createKey: true` lets the function make one.',
  }),
  YAML_MERGE: () => ({
    found: 'YAML: found <<',
    allowed:
      'no merge keys. Write settings that entries share into defaults, or repeat the block with an alias (record: *name)',
  }),
  YAML_CHARACTER: ({ kind }) => ({
    found: `YAML: found ${CHARACTERS[kind][0]}`,
    allowed: `${CHARACTERS[kind][1]}, or quotation marks around a text with this character`,
  }),
  REGIONS: () => ({
    found: 'found several regions in one entry',
    allowed: 'one entry for each region, such as example.com and example.com@us-east-1',
  }),
  YAML_PLACEHOLDER: ({ text }) => ({
    found: `YAML: found ${text} without quotation marks`,
    allowed: `the value in quotation marks: "${text}"`,
  }),
  YAML_DOCUMENTS: () => ({
    found: 'YAML: found a second document, which begins with ---',
    allowed: 'one list in one file. Remove the line or everything after it',
  }),
  YAML_ALIAS: ({ alias }) => ({
    found: `YAML: found *${alias}`,
    allowed: 'the name of an anchor that is complete before it',
  }),
  YAML_KEY_TWICE: ({ key }) => ({
    text: `YAML: ${key}: found a second time, allowed: once. Remove one of the two.`,
  }),
  UNKNOWN_KEY: ({ keys, meant }) => ({
    found: `found an unknown key${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    allowed: keys,
  }),
  VALUE: value(
    ({ allowed, quoted, meant }) =>
      allowed +
      (quoted === undefined ? '' : `, in quotes: "${quoted}"`) +
      (meant === undefined ? '' : `; did you mean ${meant}?`),
  ),
  UNSET: value(() => 'set here or in defaults'),
  REGION_OF_KEY: value(({ region }) => `nothing, or ${region} as in the entry's key`),
  UNKNOWN_REGION: value(({ meant }) => `a region of AWS; did you mean ${meant}?`),
  ENTRY_TWICE: ({ found, twin }) => ({
    found: `found ${show(found)} in addition to ${entry(twin)}`,
    allowed: 'one entry for each domain and region',
  }),
  HOME_ONLY: ({ found, home }) => ({
    text:
      `found ${show(found)}, which must not be set: this entry uses the key and record of ${entry(home)}. ` +
      'Set it there, or give this entry its own selector.',
  }),
  SELECTOR_SPELLING: value(
    ({ spelt, home }) => `${spelt} as in ${entry(home)}: DNS ignores upper and lower case`,
  ),
  BUCKET_UNNAMED: value(
    ({ home }) =>
      `a name with {region}: the regions that share the key of ${entry(home)} read each other’s bucket`,
  ),
  BUCKET_OF_ONE_REGION: ({ found, regions }) => ({
    found: `found ${show(found)} for ${regions.join(' and ')}`,
    allowed: 'a name with {region}, for one bucket in each',
  }),
  KMS_KEY_OF_ONE_REGION: ({ found, regions }) => ({
    found: `found ${show(found)} for ${regions.join(' and ')}`,
    allowed: 'the ARN of a multi-Region key, with {region}: S3 accepts only a key in the bucket’s own region',
  }),
  PLACE_OUTSIDE: value(
    ({ prefixes }) =>
      `a place below ${prefixes.join(' or ')} in the control plane's bucket, or one in control.keyStore.alsoRead`,
  ),
  NOT_ALLOWED: value(
    ({ allowed, by }) =>
      `${allowed}, or a value that ${by} allows; the control stack is deployed with it first`,
  ),
  SELECTOR_NOT_EARLIER: value(
    ({ selector }) =>
      `only earlier selectors: ${selector} is the selector of the entry, whose record is always published`,
  ),
  TAG_TAKEN: value(
    ({ value: ours }) => `no value, or ${ours}: this tag marks the identities that the function may change`,
  ),
  MAIL_FROM_TAKEN: value(({ other }) => `a name that nothing else uses: ${entry(other)} sends from this one`),
  MAIL_FROM_SHARED: value(
    ({ other, region }) =>
      `a name for each region, such as "bounce-{region}", since SES takes exactly one MX record at a name: ${entry(other)} has this one in ${region}`,
  ),
  PROP: value(({ reason }) => allowedOf(reason)),
  PROP_OF_EACH_REGION: value(({ reason }) => `${allowedOf(reason)}; {region} stands for the region of each`),
};

/** Formats the reason why a file could not be read. */
export function readFailureText(failure: ReadFailure): string {
  if (failure.reason === 'other') return failure.message;
  return failure.reason === 'folder' ? 'it is a folder' : 'there is no such file';
}

/** The facts of an edit that cannot be made. */
export interface EditFacts {
  /** `setting` is the whole path with the value. */
  readonly SETTING_NOT_EDITABLE: { readonly setting: string };
  /** `lines`: an entry each. */
  readonly ENTRIES_NOT_ADDABLE: { readonly lines: readonly string[] };
}

export const EDITS: { readonly [Code in keyof EditFacts]: (facts: EditFacts[Code]) => string } = {
  SETTING_NOT_EDITABLE: ({ setting }) =>
    'This setting cannot be edited without changing other text of the list (an alias, an anchor, a shared block, a ' +
    `comment between items). Write it manually: ${setting}`,
  ENTRIES_NOT_ADDABLE: ({ lines }) => `Write manually, under domains:\n${lines.join('\n')}`,
};

/** The facts of a naming that gives no selector. `naming` is absent if none is set. */
export interface NamingFacts {
  readonly SELECTOR_INVALID: { readonly naming: Naming; readonly next: string };
  readonly SELECTOR_TAKEN: { readonly naming: Naming; readonly next: string };
}
type Naming = string | readonly [string, string] | undefined;

const namingText = (naming: Naming): string =>
  naming === undefined ? 'The default naming' : `The naming ${JSON.stringify(naming)}`;

export const NAMINGS: { readonly [Code in keyof NamingFacts]: (facts: NamingFacts[Code]) => string } = {
  SELECTOR_INVALID: ({ naming, next }) =>
    `${namingText(naming)} gives ${JSON.stringify(next)}, which SES does not accept; expected 1 to 63 letters, digits and ` +
    'hyphens, with a letter or a digit at both ends.',
  SELECTOR_TAKEN: ({ naming, next }) =>
    `${namingText(naming)} gives ${next}, which is in use. ` +
    (typeof naming === 'object'
      ? 'Wait until its record can be removed (`byodkim status` shows when). If previousSelectors names it, remove it there and deploy. Then rotate.'
      : 'Pass another one with --selector, or put {n} or {dd} into the naming.'),
};
