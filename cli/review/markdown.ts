import { forMarkdown, markdownBlock, markdownCellCode, markdownCode } from '../../handlers/escape';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { CODE_OF_EXIT, EXIT, type ExitCode, worst } from '../exit-codes';
import { grouped } from '../grouping';
import { consequenceWords, formatSetting } from '../words/changes';
import type { WithText } from '../words/coded';
import { formatStep, several } from '../words/format';
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
import { nextWords, type Readiness, readinessWords } from '../words/readiness';
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
import { type ReadinessAsData, readinessAsData } from './show-readiness';

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
  readonly domains: readonly (Omit<ReviewedDomain, 'meaning' | 'readiness'> & {
    readonly meaning: MeaningAsData;
    readonly readiness?: ReadinessAsData;
  })[];
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
    domains: review.domains.map(({ change, meaning, readiness, unsignedMail }) => ({
      change,
      meaning: meaningAsData(meaning),
      ...(readiness && { readiness: readinessAsData(readiness) }),
      ...(unsignedMail && { unsignedMail: unsignedAsData(unsignedMail) }),
    })),
    changes: { settings, regionsAdded, regionsRemoved },
    refusals: review.refusals.map(withText),
    cautions: review.cautions.map(withText),
    harms: review.harms.map((each) => ({ ...each, text: harmWords(each) })),
  };
}

/** Formats the whole review as a comment on a pull request. */
export const reviewAsMarkdown = (review: Review): string => formatted(review, review.domains);

export interface CutReview {
  readonly text: string;
  /** False if the text does not fit without any entry. */
  readonly isFit: boolean;
}

/**
 * Formats the review with as many entries as a number of bytes holds, those that are not ready first, and with the number of
 * entries that it leaves out. Refusals and cautions are never left out: if they do not fit, the verdict forbids approval by this
 * text.
 */
export function cutReview(review: Review, maxBytes = Number.POSITIVE_INFINITY): CutReview {
  const isFit = (text: string): boolean => Buffer.byteLength(text) <= maxBytes;
  const whole = reviewAsMarkdown(review);
  if (isFit(whole)) return { text: whole, isFit: true };
  const ranked = [...review.domains].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  const withFirst = (count: number): string => {
    const shown = new Set(ranked.slice(0, count));
    return formatted(
      review,
      review.domains.filter((each) => shown.has(each)),
    );
  };
  if (!isFit(withFirst(0))) return { text: withoutVerdict(review, maxBytes), isFit: false };
  let fits = 0;
  let tooMany = ranked.length;
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    if (isFit(withFirst(count))) fits = count;
    else tooMany = count;
  }
  return { text: withFirst(fits), isFit: true };
}

const withoutVerdict = (review: Review, maxBytes: number): string => {
  const count = review.refusals.length + review.harms.length + cautions(review).length;
  return [reviewTitle(counts(review.domains)), tooLargeWords(count, maxBytes)].join('\n\n');
};

/** @param shown the entries that the text lists, each with its report of DNS */
function formatted(review: Review, shown: readonly ReviewedDomain[]): string {
  const all = review.domains.length;
  const refused = review.refusals.map((each) => sentence(refusalWords(each)));
  return [
    reviewTitle(counts(review.domains)),
    `${verdict(review)}\n\n${comparedWords(markdownCode(review.base))}`,
    ...(shown.length < all ? [leftOutWords(all - shown.length, all)] : []),
    ...section(TITLES.refused, refused),
    ...section(TITLES.cautions, cautions(review)),
    ...changeTable(shown),
    ...section(TITLES.settings, settings(review.changes)),
    ...reports(shown),
  ].join('\n\n');
}

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

const isReady = ({ readiness }: ReviewedDomain): boolean =>
  readiness === undefined || readiness.exitCode === EXIT.ok;

function changeTable(domains: readonly ReviewedDomain[]): string[] {
  if (domains.length === 0) return [];
  const lines = domains.map(({ change, meaning, readiness }) =>
    row([
      markdownCellCode(entryOf(change).stack),
      change.kind,
      forMarkdown(effectWords(meaning.effect)),
      forMarkdown(signsWords(meaning.signs)),
      readiness === undefined
        ? '–'
        : `${MARKS[readiness.exitCode]} ${forMarkdown(readinessWords(readiness))}`,
      forMarkdown(destructionWords(meaning.destroy)),
      readiness === undefined ? '–' : forMarkdown(formatStep(nextWords(readiness.next))),
    ]),
  );
  return [[row(REVIEW_TABLE), row(REVIEW_TABLE.map(() => '---')), ...lines].join('\n')];
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
const settings = ({ regionsAdded, regionsRemoved, settings }: Review['changes']): string[] => [
  ...regionsAdded.map((region) => regionAdded(forMarkdown(region))),
  ...regionsRemoved.map((region) => regionRemoved(forMarkdown(region))),
  ...settings
    .filter((setting) => consequenceOf(setting) === undefined)
    .map((setting) => markdownCode(formatSetting(setting))),
];

/** Formats the report of each domain. Domains that differ only in their names share the report of the first. */
function reports(domains: readonly ReviewedDomain[]): string[] {
  const alike = grouped(
    domains.flatMap(({ change, readiness }) => {
      const { words, report } = readiness ? readinessAsData(readiness) : {};
      if (words === undefined || report === undefined) return [];
      const text = `${words}\n${report}`.replaceAll(entryOf(change).domain, '').replace(/ +\d+ ms$/gm, '');
      return [[text, { name: forMarkdown(entryOf(change).stack), words, report }] as const];
    }),
  );
  const folded = [...alike.values()].map((of) => {
    const { words, report } = of[0]!;
    const names = several(of.map(({ name }) => name));
    const summary = `<summary>${names}: ${forMarkdown(words)}</summary>`;
    return `<details>\n${summary}\n\n${markdownBlock(report)}\n\n</details>`;
  });
  return folded.length === 0 ? [] : [`### ${TITLES.reports}`, ...folded];
}
