import { DAY_MS } from '../clock';
import type { Ledger } from '../ledger/ledger';
import { inForceIn } from '../rotation/other-regions';
import { type Finding, finding } from './findings';

/**
 * Whether all regions of a domain sign with the same selector: one that was left behind in a rotation keeps the old
 * record needed, and the old key in use. Those that differ since today are on their way.
 * @param elsewhere `null`: it could not be read
 */
export function judgeRegions(ledger: Ledger, elsewhere: readonly Ledger[] | null, now: number): Finding[] {
  const { domain } = ledger;
  if (elsewhere === null)
    return [
      finding('NOT_CHECKED', 'What other regions of this domain sign with could not be read.', {
        todo: 'Deploy the control stacks of all its regions (one that was taken out: control.formerRegions), then run the audit again.',
      }),
    ];
  const here = inForceIn(ledger);
  const differing = elsewhere
    .filter((each) => lastChange(each) < now - DAY_MS)
    .map(inForceIn)
    .filter(({ selector }) => selector !== null && selector !== here.selector);
  if (differing.length === 0 || lastChange(ledger) >= now - DAY_MS) return [];
  const theirs = differing.map(({ region, selector }) => `${region} with ${selector}`).join(', ');
  return [
    finding(
      'REGIONS_DIFFER',
      `The regions of ${domain} sign with different keys: ${here.region} with ${here.selector}, ${theirs}.`,
    ),
  ];
}

const lastChange = ({ history }: Ledger): number => Date.parse(history.at(-1)?.at ?? '') || 0;
