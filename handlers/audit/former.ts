import { day } from '../clock';
import { MINIMUM_OVERLAP_DAYS, recordName } from '../contract';
import type { GateOutcome } from '../dns/outcome';
import { signersEverywhere } from '../rotation/other-regions';
import { dayFrom, type SelectorFacts, type SelectorStage, stageInWords, stageOf } from '../rotation/stages';
import { type Finding, finding } from './findings';
import { type Audited, ask, describedHere, type Seen } from './look';

/** What DNS has of a selector, from asking whether it has our key. */
function recordSeen({ ready, code }: Pick<GateOutcome, 'ready' | 'code'>): SelectorFacts['record'] {
  if (ready) return 'ours';
  if (code === 'DNS_TXT_NOT_READY' || code === 'DNS_KEY_MISMATCH') return 'none';
  return code === 'DNS_TXT_INVALID' ? 'revoked' : 'unknown';
}

/** How many selectors that signed once are looked at: the newest, one audit after the other. */
const FORMER = 3;

/** The records of selectors that signed once: each is needed for a while, and then no more. */
export async function lookAtFormer(audited: Audited): Promise<Seen & { readonly stages: SelectorStage[] }> {
  const { ledger, elsewhere, now } = audited;
  const { overlapDays = MINIMUM_OVERLAP_DAYS, revoked = [] } = audited.rotation;
  const judged: ReturnType<typeof judgeFormer>[] = [];
  const stopped = signersEverywhere(ledger, elsewhere).filter(({ stoppedAt }) => stoppedAt !== null);
  for (const signer of stopped.slice(-FORMER)) {
    const { selector } = signer;
    const described = await describedHere(audited, selector);
    // Of a key that we did not make or describe, nobody can tell which record is its own.
    if (described === undefined) continue;
    const record = recordSeen(await ask(audited, selector, described.publicKey));
    const facts = { ...signer, record };
    judged.push(judgeFormer(ledger.domain, facts, overlapDays, now, revoked.includes(selector)));
  }
  return {
    findings: judged.flatMap(({ findings }) => findings),
    notes: judged.flatMap(({ notes }) => notes),
    stages: judged.map(({ stage }) => stage),
  };
}

/** A selector that signed once: whether its record went too early, may go, or stays too long. */
function judgeFormer(
  domain: string,
  facts: SelectorFacts,
  overlapDays: number,
  now: number,
  /** Its key is in wrong hands. */
  isRevoked: boolean,
): { stage: SelectorStage; findings: Finding[]; notes: string[] } {
  const stage = stageOf(facts, overlapDays, now);
  const quiet = { stage, findings: [], notes: [] };
  const found = (...told: Parameters<typeof finding>) => ({ ...quiet, findings: [finding(...told)] });
  const name = recordName(domain, facts.selector);
  if (isRevoked)
    return facts.record === 'ours'
      ? found(
          'KEY_NOT_REVOKED',
          `The key of ${facts.selector} is in wrong hands, and its record ${name} is still there: whoever has it signs as ${domain}.`,
        )
      : quiet;
  if (stage.finding === 'record-gone-too-early') {
    const why = facts.isWayBack
      ? 'it is the way back of what signs now'
      : 'mail that it has signed is still under way';
    const until = stage.recordMayGoAt === null ? '' : ` until ${dayFrom(stage.recordMayGoAt)}`;
    return found('RECORD_GONE_TOO_EARLY', `The record ${name} is gone or revoked, but ${why}${until}.`);
  }
  if (stage.stage === 'revoked') return quiet;
  if (stage.stage !== 'retired' || facts.record !== 'ours') return { ...quiet, notes: [stageInWords(stage)] };
  const since = day(stage.recordMayGoAt!);
  const todo = `Remove ${facts.selector} from DNS (or set its record to "v=DKIM1; p="), safe since ${since}; where the stack publishes it, take it out of previousSelectors and deploy.`;
  return stage.finding === 'record-stays-too-long'
    ? found(
        'RECORD_STAYS_TOO_LONG',
        `The record ${name} has not been needed since ${since}; its key still opens the domain to whoever has it.`,
        { todo },
      )
    : found('RECORD_MAY_GO', `No mail needs the record ${name} any more.`, { todo });
}
