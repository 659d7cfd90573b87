import type { Cloud, Scenario, State, Subject } from './cloud';

type Step = (cloud: Cloud, subject: Subject) => Promise<void>;

/** An apply; where the other resource is to fail, up to there. */
const apply =
  (selector: 's1' | 's2', otherFails = false): Step =>
  async (_, { terraform }) => {
    const stage = await terraform.apply({ selector, otherFails });
    if (!['nothing to do', 'done', ...(otherFails ? ['other'] : [])].includes(stage)) throw terraform.failure;
  };
const destroy: Step = async (_, { terraform }) => {
  if (!(await terraform.destroy())) throw terraform.failure;
};
/** The plan is empty, and the engine is made to create `Signing` once more. */
const replaceSigning: Step = async (_, { terraform }) => {
  if ((await terraform.apply({ selector: 's1', replaced: ['Signing'] })) !== 'done') throw terraform.failure;
};
const fire: Step = (cloud, subject) => cloud.fireSchedule(subject);

const inTurn =
  (...steps: readonly Step[]): Step =>
  async (cloud, subject) => {
    for (const step of steps) await step(cloud, subject);
  };

/** A rotation whose stack has not reached its end. */
const halfRotated = inTurn(apply('s1'), apply('s2', true));

const leadsTo = (selector: 's1' | 's2') => ({
  again: apply(selector),
  wanted: selector,
  plansNothing: ({ terraform }: Subject) => terraform.isInSync(selector),
});
const leadsToNone = { again: destroy, wanted: 'easy' as State, plansNothing: async () => true };

export const scenarios: readonly Scenario[] = [
  { name: 'first apply', before: 'easy', prepare: inTurn(), run: apply('s1'), ...leadsTo('s1') },
  { name: 'rotation', before: 's1', prepare: apply('s1'), run: apply('s2'), ...leadsTo('s2') },
  {
    name: 'adoption',
    before: 's1',
    prepare: (cloud, subject) => cloud.signByHand(subject, 's1'),
    run: apply('s1'),
    ...leadsTo('s1'),
  },
  {
    name: 'unchanged apply',
    before: 's1',
    prepare: apply('s1'),
    run: inTurn(replaceSigning, apply('s1')),
    ...leadsTo('s1'),
  },
  {
    name: 'confirmation after the revert',
    before: 's1',
    prepare: inTurn(halfRotated, fire),
    run: apply('s2'),
    ...leadsTo('s2'),
  },
  { name: 'revert by schedule', before: 's1', prepare: halfRotated, run: fire, ...leadsTo('s2') },
  {
    name: 'a look at a confirmed change',
    before: 's1',
    prepare: apply('s1'),
    begin: apply('s2'),
    run: fire,
    ...leadsTo('s2'),
  },
  {
    name: 'failed rotation, undone in the list',
    before: 's1',
    prepare: halfRotated,
    run: apply('s1'),
    ...leadsTo('s1'),
  },
  { name: 'destroy', before: 's1', prepare: apply('s1'), run: destroy, ...leadsToNone },
  { name: 'destroy while armed', before: 's1', prepare: halfRotated, run: destroy, ...leadsToNone },
];
