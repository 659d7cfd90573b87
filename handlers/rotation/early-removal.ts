import { DAY_MS } from '../clock';
import { MINIMUM_OVERLAP_DAYS, recordName } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import type { Ledger } from '../ledger/ledger';
import type { Services, World } from '../world';
import { ledgersElsewhere } from './other-regions';
import { dayFrom, isNeeded, type KeyUse, keyUses } from './stages';

/**
 * A deploy would remove the record of a selector that signs or may have to again, here or in another region. Other regions
 * are asked only where something would go.
 * @returns the refusal (RECORD_STILL_NEEDED), with what to write instead; `null`: nothing goes too early
 * @throws ByodkimError as `ledgersElsewhere`
 */
export async function earlyRemoval(
  world: World,
  services: Services,
  { domain, selector, region, rotation = {} }: SigningRequest,
  ledger: Ledger,
): Promise<ByodkimError | null> {
  const { records: kept = [], revoked = [], overlapDays = MINIMUM_OVERLAP_DAYS } = rotation;
  const removed = ledger.records.filter((each) => !kept.includes(each));
  if (removed.length === 0) return null;
  const elsewhere = await ledgersElsewhere(world, services, { domain, region }, ledger);
  const now = world.clock.now();
  const needed = removed
    .flatMap((each) => needAnywhere(ledger, elsewhere, each, overlapDays, now))
    // A key in wrong hands is taken back whatever mail is under way, but not while SES may sign with it.
    .filter((each) => !revoked.includes(each.selector) || !each.isOnlyMail);
  if (needed.length === 0) return null;
  const names = needed.map((each) => recordName(domain, each.selector)).join(', ');
  const previous = [...kept.filter((each) => each !== selector), ...needed.map((each) => each.selector)];
  return new ByodkimError('RECORD_STILL_NEEDED', {
    what: `This deploy would remove ${names} from Route 53. ${needed.map(({ why }) => why).join('; ')}.`,
    advice:
      kept.length > 0
        ? `Write into the list, at ${domain}, under record: previousSelectors: [${previous.join(', ')}]. ${needed.map(({ until }) => until).join('; ')}.`
        : 'To let others publish the record, take it out of the state first (state rm of the engine) and deploy once with ' +
          'driftDetection: false; or put record back.',
    details: { domain, needed: needed.map((each) => each.selector), previousSelectors: previous },
  });
}

/** One need for what several regions need: every reason, and how long the last of them needs it. */
function needAnywhere(
  here: Ledger,
  elsewhere: readonly Ledger[],
  selector: string,
  overlapDays: number,
  now: number,
) {
  const uses = keyUses([here, ...elsewhere], selector, overlapDays, now, isUndoneTo);
  const needs = uses.filter(isNeeded).map((use) => need(use, here.region, overlapDays, now));
  const [last] = [...needs].sort((a, b) => b.untilAt - a.untilAt);
  if (last === undefined) return [];
  const why = needs.map((each) => each.why).join('; ');
  return [{ ...last, isOnlyMail: needs.every(({ isOnlyMail }) => isOnlyMail), why }];
}

/** The baseline does not count: a destroy, which goes back to it, removes the stack's records in any case. */
const isUndoneTo = ({ open }: Ledger, selector: string): boolean => {
  const before = open?.previous.restoration;
  return before?.kind === 'byodkim' && before.selector === selector;
};

/** @param here the region that deploys: it is not named */
function need(
  { selector, stage, region, recordMayGoAt }: KeyUse,
  here: string,
  overlapDays: number,
  now: number,
) {
  const isHere = region === here;
  const there = isHere ? '' : ` in ${region}`;
  const maybe = `${selector} may be left out`;
  const told = (why: string, until: string, untilAt = Number.MAX_VALUE, isOnlyMail = false) => ({
    selector,
    /** Nothing but mail that is under way needs it. */
    isOnlyMail,
    why,
    /** How long its record has to stay. */
    until,
    /** The same in milliseconds, to compare regions by. */
    untilAt,
  });
  if (stage === 'active') {
    const why = `SES signs with ${selector}${there}, and mail of it is under way for days after`;
    if (!isHere)
      return told(why, `${maybe} ${overlapDays} days after ${region} was deployed with another selector`);
    const untilAt = now + overlapDays * DAY_MS;
    return told(why, `Deployed today, ${maybe} from ${dayFrom(untilAt)} on`, untilAt);
  }
  if (recordMayGoAt === null) {
    const why = `What is being changed${there} goes back to ${selector} if it is not confirmed and verified`;
    return told(why, `${maybe} ${overlapDays} days after that change is done`);
  }
  const why = `Mail that ${selector} has signed${there} is under way`;
  return told(why, `${maybe} from ${dayFrom(recordMayGoAt)} on`, recordMayGoAt, true);
}
