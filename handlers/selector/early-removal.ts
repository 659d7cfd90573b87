import { DAY_MS, dayFrom } from '../clock';
import { MINIMUM_OVERLAP_DAYS, recordName } from '../contract/contract';
import type { SigningRequest } from '../contract/event';
import { ByodkimError } from '../errors/errors';
import type { Ledger } from '../ledger/ledger';
import { restores } from '../ledger/ownership';
import { isNeeded, keyUse, type SelectorStage } from './stages';

/**
 * Finds the records that a deploy would remove although their selector signs, or may have to sign again.
 * @returns the refusal (RECORD_STILL_NEEDED), with what to write instead; `null` if no record is removed too early
 */
export function earlyRemoval(
  { domain, selector, rotation = {}, irreversible }: SigningRequest,
  ledger: Ledger,
  now: number,
): ByodkimError | null {
  if (irreversible === 'allow') return null;
  const { records: kept = [], overlapDays = MINIMUM_OVERLAP_DAYS } = rotation;
  const needed = ledger.records
    .filter((each) => !kept.includes(each))
    .flatMap((each) => keyUse(ledger, each, overlapDays, now, isPrevious) ?? [])
    .filter(isNeeded)
    .map((stage) => need(stage, overlapDays, now));
  if (needed.length === 0) return null;
  const names = needed.map((each) => recordName(domain, each.selector)).join(', ');
  const previous = [...kept.filter((each) => each !== selector), ...needed.map((each) => each.selector)];
  return new ByodkimError('RECORD_STILL_NEEDED', {
    what: `This deploy would remove ${names} from Route 53. ${needed.map(({ why }) => why).join('; ')}.`,
    advice:
      kept.length > 0
        ? `Write into the list, at ${domain}, under record: previousSelectors: [${previous.join(', ')}]. ${needed.map(({ until }) => until).join('; ')}.`
        : 'To let others publish the record, remove it from the state first (state rm of the engine) and deploy once with ' +
          'irreversible: allow; or add record again.',
    details: { domain, needed: needed.map((each) => each.selector), previousSelectors: previous },
  });
}

/** Returns whether the open change rolls back to it. The baseline does not count: a destroy removes the records anyway. */
const isPrevious = ({ open }: Ledger, selector: string): boolean => restores(open?.previous, selector);

interface Need {
  readonly selector: string;
  readonly why: string;
  /** How long its record has to stay. */
  readonly until: string;
}

function need({ selector, stage, recordMayGoAt }: SelectorStage, overlapDays: number, now: number): Need {
  const isOnlyMail = stage !== 'active' && recordMayGoAt !== null;
  const from = (day: number) => `${selector} may be left out from ${dayFrom(day)} on`;
  const [why, until] = isOnlyMail
    ? [`Mail that ${selector} has signed is in transit`, from(recordMayGoAt)]
    : stage === 'active'
      ? [
          `SES signs with ${selector}, and its mail is in transit for days after that`,
          `Deployed today, ${from(now + overlapDays * DAY_MS)}`,
        ]
      : [
          `The open change rolls back to ${selector} if it is not confirmed and verified`,
          `${selector} may be left out ${overlapDays} days after that change is done`,
        ];
  return { selector, why, until };
}
