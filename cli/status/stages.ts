import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract';
import { type SelectorFacts, type SelectorStage, stageOf } from '../../handlers/rotation/stages';
import type { Published } from '../dns/published';
import type { Readiness } from '../review/readiness';
import type { StatusAnswer } from './answer';

/** What DNS was seen to have of selectors that signed once. */
export type FormerRecords = ReadonlyMap<string, SelectorFacts['record']>;

/** Whose record it is, nobody knows any more: any that a signer can use counts as ours. */
export function formerRecord({ servers }: Published): SelectorFacts['record'] {
  const answering = servers.filter(({ verdict }) => verdict !== 'unreachable');
  if (answering.some(({ fingerprint }) => fingerprint !== undefined)) return 'ours';
  if (answering.some(({ verdict }) => verdict === 'invalid')) return 'revoked';
  return answering.length > 0 ? 'none' : 'unknown';
}

/** The life of each selector that is known, the newest first. */
export function stagesOf(
  { signers = [], rotation }: StatusAnswer,
  former: FormerRecords,
  listed: { readonly selector: string; readonly readiness: Readiness } | null,
  now: number,
): SelectorStage[] {
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const signed = [...signers].reverse().map((signer) => {
    // What signs is told by its own column.
    const record = signer.stoppedAt === null ? 'ours' : (former.get(signer.selector) ?? 'unknown');
    return stageOf({ ...signer, record }, overlapDays, now);
  });
  if (listed === null || signed.some(({ selector }) => selector === listed.selector)) return signed;
  const record = listed.readiness.isPublished ? 'ours' : 'none';
  const waiting = { selector: listed.selector, stoppedAt: null, isRollbackTarget: false, record } as const;
  return [stageOf(waiting, overlapDays, now), ...signed];
}
