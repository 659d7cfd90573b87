import type { Cloud, Scenario, Subject } from './cloud';

const applying = (selector: 's1' | 's2') => ({
  again: (_: Cloud, { stack }: Subject) => stack.apply(selector),
  wanted: selector,
  plansNothing: ({ stack }: Subject) => stack.isSettled(selector),
});
const otherFails = async ({ stack }: Subject, selector: 's1' | 's2'): Promise<void> => {
  await stack.apply(selector, { otherFails: true }).catch((error: Error) => {
    if (error.message !== 'the other resource failed') throw error;
  });
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'first apply',
    before: 'easy',
    prepare: async () => {},
    run: (_, { stack }) => stack.apply('s1'),
    ...applying('s1'),
  },
  {
    name: 'rotation',
    before: 's1',
    prepare: (_, { stack }) => stack.apply('s1'),
    run: (_, { stack }) => stack.apply('s2'),
    ...applying('s2'),
  },
  {
    name: 'adoption',
    before: 's1',
    prepare: (cloud, subject) => cloud.signByHand(subject, 's1'),
    run: (_, { stack }) => stack.apply('s1'),
    ...applying('s1'),
  },
  {
    name: 'unchanged apply',
    before: 's1',
    prepare: (_, { stack }) => stack.apply('s1'),
    run: async (_, { stack }) => {
      await stack.repeatSigning('s1');
      await stack.apply('s1');
    },
    ...applying('s1'),
  },
  {
    name: 'confirmation after the revert',
    before: 's1',
    prepare: async (cloud, subject) => {
      await subject.stack.apply('s1');
      await otherFails(subject, 's2');
      await cloud.fireSchedule(subject);
    },
    run: (_, { stack }) => stack.apply('s2'),
    ...applying('s2'),
  },
  {
    name: 'revert by schedule',
    before: 's1',
    prepare: async (_, subject) => {
      await subject.stack.apply('s1');
      await otherFails(subject, 's2');
    },
    run: (cloud, subject) => cloud.fireSchedule(subject),
    ...applying('s2'),
  },
  {
    name: 'a look at a confirmed change',
    before: 's1',
    prepare: (_, { stack }) => stack.apply('s1'),
    begin: (_, { stack }) => stack.apply('s2'),
    run: (cloud, subject) => cloud.fireSchedule(subject),
    ...applying('s2'),
  },
  {
    name: 'failed rotation, put back',
    before: 's1',
    prepare: async (_, subject) => {
      await subject.stack.apply('s1');
      await otherFails(subject, 's2');
    },
    run: (_, { stack }) => stack.apply('s1'),
    ...applying('s1'),
  },
  {
    name: 'destroy',
    before: 's1',
    wanted: 'easy',
    prepare: (_, { stack }) => stack.apply('s1'),
    run: (_, { stack }) => stack.destroy('s1'),
    again: (_, { stack }) => stack.destroy('s1'),
    plansNothing: async () => true,
  },
  {
    name: 'destroy while armed',
    before: 's1',
    wanted: 'easy',
    prepare: async (_, subject) => {
      await subject.stack.apply('s1');
      await otherFails(subject, 's2');
    },
    run: (_, { stack }) => stack.destroy('s2'),
    again: (_, { stack }) => stack.destroy('s2'),
    plansNothing: async () => true,
  },
];
