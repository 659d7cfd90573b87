import { DAY_MS, dayFrom } from '../clock';
import { MINIMUM_OVERLAP_DAYS, recordName } from '../contract/contract';
import type { SigningRequest } from '../contract/event';
import { ByodkimError } from '../errors/errors';
import type { Ledger } from '../ledger/ledger';
import { restores } from '../ledger/ownership';
import { isNeeded, keyUse, type SelectorStage } from './stages';

/** Whether a deploy may remove records: its stack publishes some, or did. */
export const mayRemove = ({ rotation, irreversible }: SigningRequest, { records }: Ledger): boolean =>
  irreversible !== 'allow' &&
  (rotation?.records === undefined
    ? records.length > 0
    : isSharedHome(rotation) || records.some((each) => !rotation.records!.includes(each)));

/** Whether the region has the key and the record that others sign with. */
const isSharedHome = ({ records, sharedWith }: NonNullable<SigningRequest['rotation']>): boolean =>
  records !== undefined && sharedWith?.every(({ home }) => !home) === true;

/**
 * Returns the selectors whose records a deploy would remove. Of a record that the stack had before it failed, only another
 * region's ledger tells: it signs with a key of this store, and this region never did.
 */
function removedBy(
  { rotation = {}, keyStore, irreversible }: SigningRequest,
  ledger: Ledger,
  others: readonly Ledger[],
): readonly string[] {
  if (irreversible === 'allow') return [];
  const unknown = others
    .flatMap(({ inForce, open }) => [inForce ?? [], open?.wanted ?? []].flat())
    .filter(({ selector, key }) => key.bucket === keyStore.bucket && !isSigner(ledger, selector))
    .map(({ selector }) => selector);
  const known = new Set([...ledger.records, ...(isSharedHome(rotation) ? unknown : [])]);
  return [...known].filter((each) => rotation.records?.includes(each) !== true);
}

const isSigner = ({ signers }: Ledger, selector: string): boolean =>
  signers.some((each) => each.selector === selector);

/**
 * Finds the records that a deploy would remove although their selector signs, or may have to sign again.
 * @param others ledgers of the other regions that share the key
 * @returns the refusal (RECORD_STILL_NEEDED), with what to write instead; `null` if no record is removed too early
 */
export function earlyRemoval(
  request: SigningRequest,
  ledger: Ledger,
  now: number,
  others: readonly Ledger[] = [],
): ByodkimError | null {
  const { records: kept = [], overlapDays = MINIMUM_OVERLAP_DAYS } = request.rotation ?? {};
  const needed = removedBy(request, ledger, others).flatMap((each) =>
    [ledger, ...others].flatMap((one) => {
      const stage = keyUse(one, each, overlapDays, now, isPrevious);
      const where = others.length > 0 ? ` in ${one.region}` : '';
      return stage && isNeeded(stage) ? need(stage, overlapDays, now, where) : [];
    }),
  );
  if (needed.length === 0) return null;
  const { domain, selector } = request;
  const selectors = [...new Set(needed.map((each) => each.selector))];
  const names = selectors.map((each) => recordName(domain, each)).join(', ');
  const previous = [...kept.filter((each) => each !== selector), ...selectors];
  return new ByodkimError('RECORD_STILL_NEEDED', {
    what: `This deploy would remove ${names} from Route 53. ${needed.map(({ why }) => why).join('; ')}.`,
    details: {
      domain,
      needed: selectors,
      previousSelectors: previous,
      until: kept.length > 0 ? needed.map(({ until }) => until).join('; ') : undefined,
    },
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

function need(
  { selector, stage, recordMayGoAt }: SelectorStage,
  overlapDays: number,
  now: number,
  where: string,
): Need {
  const isOnlyMail = stage !== 'active' && recordMayGoAt !== null;
  const from = (day: number) => `${selector} may be left out from ${dayFrom(day)} on`;
  const [why, until] = isOnlyMail
    ? [`Mail that ${selector} has signed${where} is in transit`, from(recordMayGoAt)]
    : stage === 'active'
      ? [
          `SES signs with ${selector}${where}, and its mail is in transit for days after that`,
          `Deployed today, ${from(now + overlapDays * DAY_MS)}`,
        ]
      : [
          `The open change${where} rolls back to ${selector} if it is not confirmed and verified`,
          `${selector} may be left out ${overlapDays} days after that change is done`,
        ];
  return { selector, why, until };
}
