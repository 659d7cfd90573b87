import { forMarkdown, markdownBlock, markdownCellCode, markdownCode } from '../../handlers/escape';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { CODE_OF_EXIT, EXIT, type ExitCode, worst } from '../exit-codes';
import { consequenceWords, formatSetting } from '../words/changes';
import type { WithText } from '../words/coded';
import { formatStep, grouped, several } from '../words/format';
import { type Harm, harmfulWords, harmWords } from '../words/harms';
import {
  cautionWords,
  destructionWords,
  effectWords,
  type Meaning,
  type MeaningAsData,
  meaningAsData,
  signsWords,
} from '../words/meaning';
import type { Readiness } from '../words/readiness';
import { type ReviewRefusal, refusalWords } from '../words/refusals';
import {
  comparedWords,
  leftOutWords,
  NOTHING_TO_PROVE,
  passWords,
  REVIEW_TABLE,
  regionAdded,
  regionRemoved,
  reviewTitle,
  TITLES,
  tooLargeWords,
  unlessNothingDeployed,
  verdictWords,
  WILL_BE_REFUSED,
} from '../words/review';
import { unsignedAsData, unsignedMailWords } from '../words/unsigned-mail';
import { type DomainChange, entryOf, type ListChanges } from './changes';
import { consequenceOf } from './consequence';
import { cutTo, type Part } from './cut';

/** One domain of a review. */
export interface ReviewedDomain {
  readonly change: DomainChange;
  readonly meaning: Meaning;
  /** Absent for a removed domain. */
  readonly readiness?: Readiness;
  /** The treatment of mail while SES verifies; absent if no mail is unsigned. */
  readonly unsignedMail?: UnsignedMail | undefined;
}

export interface Review {
  /** The commit that the working tree is compared with. */
  readonly base: string;
  readonly domains: readonly ReviewedDomain[];
  readonly changes: Pick<ListChanges, 'settings' | 'regionsAdded' | 'regionsRemoved'>;
  /** Changes that the deploy will refuse. */
  readonly refusals: readonly ReviewRefusal[];
  /** Changes that it will refuse if something is already deployed, which is not known. */
  readonly cautions: readonly ReviewRefusal[];
  /** Effects of the changes that DNS does not show, which a person must approve. */
  readonly harms: readonly Harm[];
  readonly exitCode: ExitCode;
}

/** A review for scripts: codes and facts, with the sentences. */
export interface ReviewAsData extends Omit<Review, 'domains' | 'refusals' | 'cautions' | 'harms'> {
  readonly code: (typeof CODE_OF_EXIT)[ExitCode];
  /** Numbers of added, changed and removed domains, and of refused changes. */
  readonly facts: Readonly<Record<DomainChange['kind'] | 'refused', number>>;
  readonly domains: readonly (Omit<ReviewedDomain, 'meaning'> & { readonly meaning: MeaningAsData })[];
  readonly refusals: readonly WithText<ReviewRefusal>[];
  readonly cautions: readonly WithText<ReviewRefusal>[];
  readonly harms: readonly WithText<Harm>[];
}

/** Returns a review for scripts. */
export function reviewAsData(review: Review): ReviewAsData {
  const withText = (each: ReviewRefusal) => ({ ...each, text: refusalWords(each) });
  const { settings, regionsAdded, regionsRemoved } = review.changes;
  return {
    ...review,
    code: CODE_OF_EXIT[review.exitCode],
    facts: { ...counts(review.domains), refused: review.refusals.length },
    domains: review.domains.map((each) => ({
      ...each,
      meaning: meaningAsData(each.meaning),
      ...(each.unsignedMail && { unsignedMail: unsignedAsData(each.unsignedMail) }),
    })),
    changes: { settings, regionsAdded, regionsRemoved },
    refusals: review.refusals.map(withText),
    cautions: review.cautions.map(withText),
    harms: review.harms.map((each) => ({ ...each, text: harmWords(each) })),
  };
}

/** Formats the whole review as a comment on a pull request. */
export function reviewAsMarkdown(review: Review): string {
  return [
    ...ahead(review),
    ...parts(review).map(({ head, separator, lines }) =>
      [head, ...lines.map(({ text }) => text)].join(separator),
    ),
  ].join('\n\n');
}

/**
 * Formats the review within a number of bytes, with a note on omissions. Refusals and cautions are never left out: if they do
 * not fit, the verdict forbids approval by this text.
 */
export function cutReview(review: Review, maxBytes = Number.POSITIVE_INFINITY): CutReview {
  const whole = reviewAsMarkdown(review);
  if (Buffer.byteLength(whole) <= maxBytes) return { text: whole, isFit: true };
  const [title, judged, ...cautioned] = ahead(review) as [string, string, ...string[]];
  const kept = Buffer.byteLength([title, judged, ...cautioned].join('\n\n')) + NOTICE_BYTES;
  if (kept > maxBytes) {
    const count = review.refusals.length + review.harms.length + cautions(review).length;
    return { text: `${title}\n\n${tooLargeWords(count, maxBytes)}`, isFit: false };
  }
  const { texts, leftOut } = cutTo(maxBytes - kept, parts(review));
  const notice = leftOutWords(leftOut) ?? [];
  return { text: [title, judged, notice, ...cautioned, ...texts].flat().join('\n\n'), isFit: true };
}

export interface CutReview {
  readonly text: string;
  /** False if refusals and cautions exceed the number of bytes. */
  readonly isFit: boolean;
}

/** Bytes that are reserved for the note on omissions. */
const NOTICE_BYTES = 400;

/** Formats the part that is never left out. */
const ahead = (review: Review): string[] => [
  reviewTitle(counts(review.domains)),
  `${verdict(review)}\n\n${comparedWords(markdownCode(review.base))}`,
  ...section(
    TITLES.refused,
    review.refusals.map((each) => sentence(refusalWords(each))),
  ),
  ...section(TITLES.cautions, cautions(review)),
];

/** Formats the parts that may be left out, in the order of printing. */
const parts = ({ domains, changes }: Review): Part[] =>
  [changeTable(domains), settings(changes), reports(domains)].filter(({ lines }) => lines.length > 0);

/** Formats a section, if it has lines. */
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];

const counts = (domains: readonly ReviewedDomain[]): Readonly<Record<DomainChange['kind'], number>> => {
  const of = (kind: DomainChange['kind']) => domains.filter(({ change }) => change.kind === kind).length;
  return { added: of('added'), changed: of('changed'), removed: of('removed') };
};

function verdict(review: Review): string {
  if (review.refusals.length > 0) return WILL_BE_REFUSED;
  const harms = review.harms.map((each) => sentence(harmWords(each)));
  return harms.length === 0 ? verdictOfDns(review, true) : harmfulWords(harms, verdictOfDns(review, false));
}

/**
 * Formats the state in DNS of the entries that a deploy adds or changes.
 * @param mayBeReady false if something else must be decided first
 */
function verdictOfDns({ domains }: Review, mayBeReady: boolean): string {
  const asked = domains.flatMap(({ readiness }) => readiness ?? []);
  if (asked.length === 0) return NOTHING_TO_PROVE;
  const exitCodes = asked.map((each) => each.exitCode);
  const ready = exitCodes.filter((each) => each === EXIT.ok).length;
  const exitCode = worst(exitCodes);
  return exitCode === EXIT.ok && !mayBeReady
    ? passWords(ready, asked.length)
    : verdictWords(exitCode, ready, asked.length);
}

/** Escapes a sentence for a line of Markdown; the text between two backticks is code. */
const sentence = (text: string): string =>
  text.replace(/`([^`]+)`|[^`]+|`/g, (part, code?: string) =>
    code === undefined ? forMarkdown(part) : markdownCode(code),
  );

function changeTable(domains: readonly ReviewedDomain[]): Part {
  const lines = domains.map(({ change, meaning, readiness }) => ({
    // Entries that are not ready come first.
    rank: readiness === undefined || readiness.exitCode === EXIT.ok ? 1 : 0,
    text: row([
      markdownCellCode(entryOf(change).stack),
      change.kind,
      forMarkdown(effectWords(meaning.effect)),
      forMarkdown(signsWords(meaning.signs)),
      readiness === undefined ? '–' : `${MARKS[readiness.exitCode]} ${forMarkdown(readiness.words)}`,
      forMarkdown(destructionWords(meaning.destroy)),
      readiness === undefined ? '–' : forMarkdown(formatStep(readiness.next)),
    ]),
  }));
  return {
    kind: 'domains',
    head: [REVIEW_TABLE, REVIEW_TABLE.map(() => '---')].map(row).join('\n'),
    separator: '\n',
    lines,
  };
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const MARKS: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: '✅',
  [EXIT.notReady]: '⏳',
  [EXIT.wrong]: '❌',
  [EXIT.cannotTell]: '❔',
  [EXIT.failed]: '❔',
  [EXIT.interrupted]: '❔',
};

/** Formats each caution once, for settings and with its domains. */
function cautions({ domains, changes, cautions: unlessFirst }: Review): string[] {
  const ofDomains = domains.flatMap(({ change, meaning, unsignedMail }) =>
    [...meaning.cautions.map((each) => cautionWords(each)), ...unsignedMailWords(unsignedMail)].map(
      (text) => [text, markdownCode(entryOf(change).stack)] as const,
    ),
  );
  return [
    ...changes.settings.flatMap((setting) => {
      const consequence = consequenceOf(setting);
      if (consequence === undefined) return [];
      return [`${markdownCode(formatSetting(setting))}: ${consequenceWords(consequence)}`];
    }),
    ...unlessFirst.map((each) => unlessNothingDeployed(sentence(refusalWords(each)))),
    ...[...grouped(ofDomains)].map(([text, names]) => `${several(names)}: ${sentence(text)}`),
  ];
}

/** Formats regions, and settings that speak for themselves. */
function settings({ regionsAdded, regionsRemoved, settings }: Review['changes']): Part {
  const lines = [
    ...regionsAdded.map((region) => regionAdded(forMarkdown(region))),
    ...regionsRemoved.map((region) => regionRemoved(forMarkdown(region))),
    ...settings
      .filter((setting) => consequenceOf(setting) === undefined)
      .map((setting) => markdownCode(formatSetting(setting))),
  ];
  return {
    kind: 'settings',
    head: `### ${TITLES.settings}\n`,
    separator: '\n',
    lines: lines.map((line) => ({ text: `- ${line}` })),
  };
}

/** Formats the report of each domain. Domains that differ only in their names share the report of the first. */
function reports(domains: readonly ReviewedDomain[]): Part {
  const alike = grouped(
    domains.flatMap(({ change, readiness }) => {
      const { words, report } = readiness ?? {};
      if (words === undefined || report === undefined) return [];
      const text = `${words}\n${report}`.replaceAll(entryOf(change).domain, '').replace(/ +\d+ ms$/gm, '');
      return [[text, { name: forMarkdown(entryOf(change).stack), words, report }] as const];
    }),
  );
  const lines = [...alike.values()].map((of) => {
    const { words, report } = of[0]!;
    const names = several(of.map(({ name }) => name));
    const summary = `<summary>${names}: ${forMarkdown(words)}</summary>`;
    return { text: `<details>\n${summary}\n\n${markdownBlock(report)}\n\n</details>` };
  });
  return { kind: 'reports', head: `### ${TITLES.reports}`, separator: '\n\n', lines };
}
