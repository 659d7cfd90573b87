import { forMarkdown, markdownBlock, markdownCode } from '../../handlers/escape';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { counted, formatStep, grouped, several } from '../words/format';
import { type ChangedSetting, type DomainChange, entryOf, type ListChanges } from './changes';
import { added, formatSetting, type Meaning } from './meaning';
import type { Readiness } from './readiness';
import { refusalOfSetting } from './refusals';

/** One domain of a review. */
export interface ReviewedDomain {
  readonly change: DomainChange;
  readonly meaning: Meaning;
  /** Absent for a removed domain. */
  readonly readiness?: Readiness;
  /** What happens to mail while SES verifies; absent if no mail goes out unsigned. */
  readonly unsignedMail?: UnsignedMail | undefined;
}

export interface Review {
  /** The commit that the working tree is compared with. */
  readonly base: string;
  readonly domains: readonly ReviewedDomain[];
  readonly changes: Pick<ListChanges, 'settings' | 'regionsAdded' | 'regionsRemoved'>;
  /** Changes that the deploy will refuse. */
  readonly refusals: readonly string[];
  /** Changes that it will refuse if something is deployed already, which is not known. */
  readonly cautions: readonly string[];
  readonly exitCode: ExitCode;
}

/** Formats the review as a comment on a pull request. */
export function reviewAsMarkdown(review: Review): string {
  const { base, domains, refusals, changes } = review;
  return [
    `## BYODKIM: ${counts(domains)}`,
    `${verdict(review)}\n\nCompared: ${markdownCode(base)} with the working tree.`,
    ...section('❌ Refused', refusals.map(sentence)),
    ...(domains.length > 0 ? [changeTable(domains)] : []),
    ...section('Caution', cautions(review)),
    ...section('Beside the domains', settings(changes)),
    ...reports(domains),
  ].join('\n\n');
}

/** Formats a section, if it has lines. */
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];

function counts(domains: readonly ReviewedDomain[]): string {
  const parts = (['added', 'changed', 'removed'] as const)
    .map((kind) => [domains.filter(({ change }) => change.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`);
  return parts.length === 0 ? 'no domain changes' : parts.join(', ');
}

function verdict({ domains, exitCode, refusals }: Review): string {
  if (refusals.length > 0) return '**Do not deploy: `byodkim deploy` will refuse it.**';
  const asked = domains.flatMap(({ readiness }) => readiness ?? []);
  if (asked.length === 0) return 'Nothing has to be proved in DNS.';
  const ready = asked.filter((each) => each.exitCode === EXIT.ok).length;
  const of = `${ready} of ${counted(asked.length, 'domain')} would pass the gate.`;
  const words: Partial<Record<ExitCode, string>> = {
    [EXIT.ok]: 'Ready to deploy.',
    [EXIT.notReady]: 'Not ready to deploy yet.',
    [EXIT.wrong]: 'Do not deploy: something is wrong, and waiting does not help.',
    [EXIT.cannotTell]: 'Whether it is ready is not known.',
  };
  return `**${words[exitCode] ?? ''}** ${of}`;
}

/** Escapes a sentence for a line of Markdown; the text between two backticks is code. */
const sentence = (text: string): string =>
  text.replace(/`([^`]+)`|[^`]+|`/g, (part, code?: string) =>
    code === undefined ? forMarkdown(part) : markdownCode(code),
  );

function changeTable(domains: readonly ReviewedDomain[]): string {
  const rows = domains.map(({ change, meaning, readiness }) => [
    markdownCode(entryOf(change).stack),
    change.kind,
    forMarkdown(meaning.effect),
    forMarkdown(meaning.signs),
    readiness === undefined ? '–' : `${MARKS[readiness.exitCode as 0]} ${forMarkdown(readiness.words)}`,
    forMarkdown(meaning.destroy),
    readiness === undefined ? '–' : forMarkdown(formatStep(readiness.next)),
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const HEAD = 'domain|change|what it means for SES|signs with|record in DNS|destroy|next'.split('|');
const MARKS = { 0: '✅', 2: '⏳', 3: '❌', 4: '❔' };

/** Formats each caution once, with the domains that it is about. */
function cautions({ domains, cautions: unlessFirst }: Review): string[] {
  const ofDomains = domains.flatMap(({ change, meaning, unsignedMail }) =>
    [meaning.cautions, (unsignedMail && unsignedMailCaution(unsignedMail)) ?? []]
      .flat()
      .map((text) => [text, markdownCode(entryOf(change).stack)] as const),
  );
  return [
    ...unlessFirst.map((text) => `Unless nothing is deployed yet: ${sentence(text)}`),
    ...[...grouped(ofDomains)].map(([text, names]) => `${several(names)}: ${sentence(text)}`),
  ];
}

/** Formats a caution, unless every receiver delivers such mail. */
function unsignedMailCaution({ outcome, inWords, policy, mailFrom }: UnsignedMail): string | undefined {
  if (outcome === 'passes') return undefined;
  const todo =
    policy === null
      ? ' Publish a DMARC record (`p=none` suffices), and set `mailFrom` if it is not set.'
      : mailFrom === undefined && outcome !== 'unknown'
        ? ' Set `mailFrom` first, in a deploy of its own: once SES has verified it, such mail passes DMARC by SPF.'
        : '';
  const what = outcome === 'unknown' ? 'Whether receivers deliver mail' : 'Mail';
  return `${what} that is not signed as its domain, as it goes out while SES verifies, is ${inWords}.${todo}`;
}

const settings = ({ regionsAdded, regionsRemoved, settings }: Review['changes']): string[] => [
  ...regionsAdded.map(
    (region) => `${forMarkdown(region)}: a control plane is made there, by the first deploy.`,
  ),
  ...regionsRemoved.map(
    (region) =>
      `${forMarkdown(region)}: no domain is left there; its control plane stays until it is destroyed.`,
  ),
  ...settings.map((setting) => `${markdownCode(formatSetting(setting))}${consequence(setting)}`),
];

function consequence(setting: ChangedSetting): string {
  const { path, before, after } = setting;
  if (path.startsWith('backend.'))
    return ': Terraform looks for its state there. Move the state first, or the next deploy begins from nothing.';
  if (path === 'control.keyStore.bucket.existing' && refusalOfSetting(setting) === undefined)
    return ': keys, DNS information and ledgers are looked for there. Copy them first.';
  if (path.startsWith('defaults.gate.'))
    return ': comes with the control stack as well, for direct calls and the audit, and is the least that a domain may ask for.';
  if (path === 'control.keyStore.readers' && added(before, after).length > 0)
    return ': **who was added may read private keys**, and so sign mail as every domain.';
  if (path === 'control.keyStore.alsoRead' && added(before, after).length > 0)
    return ': **the function reads private keys there**: everyone who may write to that place can replace them.';
  if (path.startsWith('control.topics.') && /^arn:/.test(String(after)))
    return ': notices go there. Check who owns the topic, and who has subscribed to it.';
  if (path === 'control.audit.schedule') return ': the audit runs at that time, with its notices and `heal`.';
  if (path === 'control.keyStore.kmsKeyArn' && after !== undefined)
    return ': **whoever owns that key can make every private key unreadable**, and then no deploy and no rollback works. Check its account.';
  if (path === 'provider.assumeRoleArn')
    return ': **every deploy works as this role**, in its account. Terraform looks for what it has made there.';
  return formatAllowance(setting) ?? '';
}

/** Formats what was reported of each domain; once, with the words of the first, of domains that differ in their name alone. */
function reports(domains: readonly ReviewedDomain[]): string[] {
  const alike = grouped(
    domains.flatMap(({ change, readiness }) => {
      const { words, report } = readiness ?? {};
      if (words === undefined || report === undefined) return [];
      const text = `${words}\n${report}`.replaceAll(entryOf(change).domain, '').replace(/ +\d+ ms$/gm, '');
      return [[text, { name: forMarkdown(entryOf(change).stack), words, report }] as const];
    }),
  );
  const details = [...alike.values()].map((of) => {
    const { words, report } = of[0]!;
    const names = several(of.map(({ name }) => name));
    return `<details>\n<summary>${names}: ${forMarkdown(words)}</summary>\n\n${markdownBlock(report)}\n\n</details>`;
  });
  return details.length === 0 ? [] : ['### What DNS says', ...details];
}

/** What an invoker of the function may ask for with each allowance. */
const MAY_ASK: Readonly<Record<string, string>> = {
  servers: 'have these name servers and resolvers asked in place of the usual ones',
  recursive: 'have resolvers alone asked, and no server of the zone',
  irreversible: 'give up what SES had before, for these domains',
};

/** Describes a change of `control.allow.*`. @returns undefined for another setting */
function formatAllowance({ path, before, after }: ChangedSetting): string | undefined {
  const may = MAY_ASK[path.replace(/^control\.allow\./, '')];
  if (may === undefined) return undefined;
  const isWider = (from: unknown, to: unknown) =>
    from !== true && (to === true || added(from, to).length > 0);
  const parts = [
    isWider(before, after) && `**everyone who may invoke the function may ${may}**`,
    isWider(after, before) &&
      'what asks for more than that is refused from then on (`NOT_ALLOWED`), of domains that are deployed as well',
  ].filter(Boolean);
  return parts.length === 0 ? undefined : `: ${parts.join('; ')}.`;
}
