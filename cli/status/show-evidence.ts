import { forMarkdown, markdownCellCode, markdownCode } from '../../handlers/escape';
import { formatState } from '../../handlers/words/states';
import {
  auditWords,
  type DomainEvidence,
  EVIDENCE_TITLES,
  evidenceLead,
  evidenceTitle,
  KEY_TABLE,
  MAKERS,
  NO_KEYS,
  NO_STEPS,
  NOT_RECORDED,
  NOT_YET,
  notRecordedWords,
  SELECTOR_TABLE,
  STEP_TABLE,
  stepWords,
} from '../words/evidence';
import { SES_STATES } from '../words/status';

/** Returns what is recorded about a domain's keys for scripts, beside its row. */
export const keysAsData = ({
  keys: made,
  steps: taken,
  selectors: known,
  notRecorded,
}: DomainEvidence): object => ({
  keys: made,
  steps: taken.map((step) => ({ ...step, text: stepWords(step) })),
  selectors: known,
  notRecorded: notRecordedWords(notRecorded),
});

/** Formats evidence as Markdown. */
export function evidenceAsMarkdown(evidence: DomainEvidence): string {
  const { domain, region, at, ses, fingerprint, auditedAt, findings, notRecorded } = evidence;
  const state = ses === null ? SES_STATES.absent : formatState(ses);
  return [
    forMarkdown(evidenceTitle(domain, region)).replace(/^\\?#/, '#'),
    forMarkdown(evidenceLead(at, state, fingerprint)),
    section(EVIDENCE_TITLES.keys, keys(evidence)),
    section(EVIDENCE_TITLES.steps, steps(evidence)),
    section(EVIDENCE_TITLES.selectors, selectors(evidence)),
    section(EVIDENCE_TITLES.audit, auditWords(auditedAt, findings.length)),
    ...(findings.length === 0 ? [] : [findings.map(findingLine).join('\n')]),
    section(
      EVIDENCE_TITLES.notRecorded,
      notRecordedWords(notRecorded)
        .map((each) => `- ${each}`)
        .join('\n'),
    ),
  ].join('\n\n');
}

const section = (title: string, text: string): string => `## ${title}\n\n${text}`;

const findingLine = ({ code, since, found }: DomainEvidence['findings'][number]): string =>
  `- ${markdownCode(code)} since ${forMarkdown(since)}: ${forMarkdown(found)}`;

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const orNotRecorded = (text: string | null | undefined): string => forMarkdown(text ?? NOT_RECORDED);

const keys = ({ keys: made }: DomainEvidence): string =>
  made.length === 0
    ? NO_KEYS
    : table(
        KEY_TABLE,
        made.map(({ selector, fingerprint, maker, madeAt, storedAt, notifiedAt, place }) => [
          markdownCellCode(selector),
          fingerprint === null ? NOT_RECORDED : markdownCellCode(fingerprint),
          MAKERS[maker],
          ...[madeAt, storedAt, notifiedAt].map(orNotRecorded),
          markdownCellCode(place),
        ]),
      );

const steps = ({ steps: made }: DomainEvidence): string =>
  made.length === 0
    ? NO_STEPS
    : table(
        STEP_TABLE,
        made.map((step) => [
          forMarkdown(step.at),
          step.selector === undefined ? '–' : markdownCellCode(step.selector),
          forMarkdown(stepWords(step)),
          markdownCellCode(step.transaction),
        ]),
      );

const selectors = ({ selectors: known }: DomainEvidence): string =>
  known.length === 0
    ? NO_KEYS
    : table(
        SELECTOR_TABLE,
        known.map(({ selector, stage, since, recordMayGoAt }) => [
          markdownCellCode(selector),
          forMarkdown(stage),
          orNotRecorded(since),
          forMarkdown(recordMayGoAt ?? NOT_YET),
        ]),
      );
