import { recordName } from '../../handlers/contract';
import { dayFrom, type SelectorStage } from '../../handlers/rotation/stages';
import { EXIT } from '../exit-codes';
import type { Facts, Finding } from './findings';

/** Returns what is to be done about records of selectors that signed once: gone too early, or needed no more. */
export const formerFindings = (facts: Facts, stages: readonly SelectorStage[]): Finding[] =>
  stages
    .filter(({ stage }) => stage !== 'active')
    .flatMap((stage) => {
      const rule = RULES.find(([isFound]) => isFound(facts, stage));
      const found = rule?.[1](facts, stage) ?? null;
      return found === null ? [] : [{ who: facts.seen.inRoute53 ? 'you' : 'the DNS team', ...found }];
    });

type Found = Omit<Finding, 'who'> | null;

/** The first that applies to a selector decides. */
const RULES: readonly (readonly [
  (facts: Facts, stage: SelectorStage) => boolean,
  (facts: Facts, stage: SelectorStage) => Found,
])[] = [
  [isCompromised, (facts, { selector }) => (isThere(facts, selector) ? takeBack(facts, selector) : null)],
  // The stack that published it is gone, on purpose.
  [({ answer, seen }) => seen.inRoute53 && answer.history?.at(-1)?.event === 'destroyed', () => null],
  [
    (_, { finding }) => finding === 'record-gone-too-early',
    ({ subject: { domain } }, { selector, recordMayGoAt }) => ({
      exitCode: EXIT.wrong,
      what: `publish ${recordName(domain, selector)} again`,
      ...(recordMayGoAt !== null && { when: `until ${dayFrom(recordMayGoAt)}` }),
      why: `the record of ${selector} was removed too early`,
    }),
  ],
  [
    (facts, { stage, selector }) => stage === 'retired' && isThere(facts, selector),
    ({ subject: { domain }, seen: { inRoute53 } }, { selector, recordMayGoAt, finding }) => ({
      exitCode: finding === null ? EXIT.ok : EXIT.notReady,
      what: inRoute53
        ? `remove ${selector} from previousSelectors and deploy`
        : `remove ${recordName(domain, selector)}`,
      when: `safe since ${new Date(recordMayGoAt!).toISOString().slice(0, 10)}`,
      why: `no mail needs the record of ${selector} any more`,
    }),
  ],
];

function isCompromised({ answer }: Facts, { selector }: SelectorStage): boolean {
  return answer.rotation?.revoked?.includes(selector) === true;
}

const isThere = ({ seen }: Facts, selector: string): boolean => seen.former.get(selector) === 'ours';

const takeBack = ({ subject: { domain }, seen: { inRoute53 } }: Facts, selector: string): Found => ({
  exitCode: EXIT.wrong,
  what: inRoute53 ? 'deploy' : `set ${recordName(domain, selector)} to "v=DKIM1; p="`,
  why: `the key of ${selector} is compromised`,
});
