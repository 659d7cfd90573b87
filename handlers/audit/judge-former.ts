import { MINIMUM_OVERLAP_DAYS, recordName } from '../contract';
import type { GateOutcome } from '../dns/outcome';
import { dayFrom, type SelectorFacts, stageOf } from '../rotation/stages';
import type { Finding } from './findings';

/** What DNS has of a selector, from asking whether it has our key. */
export function recordSeen({ ready, code }: Pick<GateOutcome, 'ready' | 'code'>): SelectorFacts['record'] {
  if (ready) return 'ours';
  if (code === 'DNS_TXT_NOT_READY' || code === 'DNS_KEY_MISMATCH') return 'none';
  return code === 'DNS_TXT_INVALID' ? 'revoked' : 'unknown';
}

/** A selector that signed once: whether its record went too early or stays too long, and when it may go. */
export function judgeFormer(
  domain: string,
  facts: SelectorFacts,
  now: number,
): { findings: Finding[]; notes: string[] } {
  const { finding, stage, recordMayGoAt } = stageOf(facts, MINIMUM_OVERLAP_DAYS, now);
  const name = recordName(domain, facts.selector);
  const mayGo =
    recordMayGoAt === null
      ? undefined
      : recordMayGoAt > now
        ? dayFrom(recordMayGoAt)
        : new Date(recordMayGoAt).toISOString().slice(0, 10);
  if (finding === 'record-gone-too-early')
    return {
      findings: [
        {
          severity: 'act',
          code: 'RECORD_GONE_TOO_EARLY',
          found:
            `The record ${name} is gone or revoked, but ${facts.isWayBack ? 'it is the way back of what signs now' : 'mail that it has signed is still under way'}` +
            `${mayGo === undefined ? '' : ` until ${mayGo}`}.`,
          todo: 'Have it published again, unless its key was revoked on purpose.',
        },
      ],
      notes: [],
    };
  if (finding === 'record-stays-too-long')
    return {
      findings: [
        {
          severity: 'plan',
          code: 'RECORD_STAYS_TOO_LONG',
          found: `The record ${name} has not been needed since ${mayGo}; its key still opens the domain to whoever has it.`,
          todo: `Have the DNS team remove it, or set it to "v=DKIM1; p=".`,
        },
      ],
      notes: [],
    };
  if (stage === 'retired' && facts.record === 'ours')
    return { findings: [], notes: [`the record ${name} may go, safe since ${mayGo}`] };
  if (stage === 'retiring' && mayGo !== undefined)
    return { findings: [], notes: [`the record ${name} has to stay until ${mayGo}`] };
  return { findings: [], notes: [] };
}
