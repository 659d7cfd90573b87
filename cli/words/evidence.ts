/** Formats the evidence of a domain: its headings, its steps, and the facts that are not recorded. */

import type { LastFinding } from '../../handlers/audit/findings/last-findings';
import type { SigningState } from '../../handlers/aws/email-identity';
import { withoutFullStop } from '../../handlers/escape';
import type { KeyMaker, KeyOrigin } from '../../handlers/keys/state/key-origins';
import type { StageAsData } from '../../handlers/keys/state/stages';
import type { HistoryEntry } from '../../handlers/ledger/ledger';
import { GATE_ASKED } from '../../handlers/words/log';

/** Where to look for what this project does not record. */
export interface NotRecorded {
  /** Places of the keys that the function did not make. */
  readonly keyPlaces: readonly string[];
  readonly functionName: string;
  readonly logGroup: string;
  /** Time of the first step that the ledger still has, or `null` if it has all. */
  readonly stepsSince: string | null;
  readonly ledger: string;
  readonly reports: string;
}

/** Everything that is recorded about one domain, for an auditor. Times are ISO 8601, or `null` if they are not recorded. */
export interface DomainEvidence {
  readonly domain: string;
  readonly region: string;
  /** When this was asked. */
  readonly at: string;
  /** The signing state in SES, or `null` without an identity. */
  readonly ses: SigningState | null;
  /** The key in force, or `null` if there is none. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keys: readonly KeyOrigin[];
  /** The steps of each change, oldest first. */
  readonly steps: readonly HistoryEntry[];
  /** The life of each selector, and the time at which its record may be removed. */
  readonly selectors: readonly StageAsData[];
  /** Time of the last audit of every domain. */
  readonly auditedAt: string | null;
  /** The current findings. */
  readonly findings: readonly LastFinding[];
  readonly notRecorded: NotRecorded;
}

export const EVIDENCE_TITLES = {
  keys: 'Keys',
  steps: 'Changes',
  selectors: 'Records',
  audit: 'Audit',
  notRecorded: 'What is not recorded, and where to look',
} as const;

export const KEY_TABLE = [
  'selector',
  'key',
  'made by',
  'made',
  'stored in S3',
  'DNS team asked',
  'place',
] as const;
export const STEP_TABLE = ['time (UTC)', 'selector', 'what happened', 'transaction'] as const;
export const SELECTOR_TABLE = ['selector', 'stage', 'since', 'record may go'] as const;

export const NOT_RECORDED = 'not recorded';
export const NOT_YET = 'not yet';
export const NO_STEPS = 'No change is recorded.';
export const NO_KEYS = 'No key is recorded.';

export const evidenceTitle = (domain: string, region: string): string =>
  `# Evidence of DKIM for ${domain} in ${region}`;

/** @param state the signing state, formatted; @param fingerprint of the key in force, or `null` if there is none */
export const evidenceLead = (at: string, state: string, fingerprint: string | null): string =>
  `At ${at} SES had: ${state}. ${
    fingerprint === null ? 'No key of this project is in force.' : `The key in force is ${fingerprint}.`
  }`;

export const MAKERS: Readonly<Record<KeyMaker, string>> = {
  function: 'the function, in AWS',
  others: 'others',
  unrecorded: NOT_RECORDED,
  home: 'see its home region',
};

function verified(status: string | undefined): string {
  if (status === undefined) return '';
  return status === 'SUCCESS' ? ' SES has verified the key.' : ` SES says ${status}.`;
}

const because = (detail: string | undefined): string => (detail === undefined ? '' : `: ${detail}`);

/** Meaning of each event in a ledger, for an auditor. */
const STEPS: Readonly<Record<HistoryEntry['event'], (detail?: string) => string>> = {
  claimed: () => 'A stack was created',
  opened: () => 'DNS had proved the record of the key, and the rollback was armed, before SES was set',
  failed: (detail) => `The change ended without effect${because(detail)}`,
  applied: (detail) => `SES was set.${verified(detail)}`,
  adopted: () => 'DNS had proved the record of the key, and SES had verified the key already',
  confirmed: (detail) => `The change is confirmed.${verified(detail)}`,
  verified: () => 'SES has verified the key',
  reverting: (detail) => `A rollback has begun${because(detail)}`,
  reverted: (detail) => `The change was rolled back${because(detail)}`,
  'rollback-failed': (detail) => `The rollback has failed, and is tried again${because(detail)}`,
  released: () => 'Its stack was destroyed while a change of another stack was open',
  destroying: () => 'The removal of everything that this project has set has begun',
  destroyed: (detail) => `The state before this project was restored${because(detail)}`,
};

/** Formats a step. A later version of the function, or a stranger, may have written an event that is unknown here. */
export const stepWords = ({ event, detail, transaction }: HistoryEntry): string => {
  const isHeal = event === 'opened' && transaction?.startsWith('heal-') === true;
  const words = Object.hasOwn(STEPS, event) ? STEPS[event](detail) : `A step that is unknown here: ${event}`;
  return `${isHeal ? 'SES had given up the key, so heal sets it again. ' : ''}${withoutFullStop(words)}.`;
};

export const auditWords = (auditedAt: string | null, findings: number): string => {
  const last =
    auditedAt === null
      ? 'No audit of all domains is recorded.'
      : `All domains were audited last at ${auditedAt}.`;
  return `${last} ${findings === 0 ? 'Nothing is found now.' : 'This is found now:'}`;
};

/** Formats what this project does not record, and where to look for it, with a paragraph for each. */
export const notRecordedWords = (where: NotRecorded): string[] => [
  ...(where.keyPlaces.length === 0 ? [] : [whoStoredKeys(where.keyPlaces)]),
  `The principal that requested a change. A trail of CloudTrail with Lambda data events has the caller of each \`Invoke\` of \`${where.functionName}\`; without data ` +
    'events, the management events have each call that changed SES, made by the role of the function or by others.',
  `Which name servers were asked, and their answers. The log group \`${where.logGroup}\` has them (\`${GATE_ASKED}\`), as long as it is kept.`,
  ...(where.stepsSince === null
    ? []
    : [
        `Steps before ${where.stepsSince}: a ledger has the newest ones. If the bucket keeps versions, those of \`${where.ledger}\` may have more.`,
      ]),
  `Findings of earlier audits. Each audit has a report below \`${where.reports}\`, as long as the bucket keeps it.`,
];

const whoStoredKeys = (places: readonly string[]): string =>
  `The principal that stored keys which the function did not make. A trail of CloudTrail with S3 data events has the caller of each \`PutObject\` of ${places
    .map((place) => `\`${place}\``)
    .join(', ')}.`;
