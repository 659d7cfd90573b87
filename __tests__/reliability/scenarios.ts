import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { Cloud, Subject } from './cloud';

/** What SES may have in the end. `easy`: as it was before this project. */
export type State = 'easy' | 's1' | 's2';

/** One thing that happens to a domain, under which every call can fail. */
export interface Scenario {
  readonly name: string;
  /** Without faults, beforehand. */
  prepare(cloud: Cloud, subject: Subject): Promise<void>;
  /** Under a fault. May throw. */
  run(cloud: Cloud, subject: Subject): Promise<void>;
  /** Repeated without faults, until it has nothing to do. */
  again(cloud: Cloud, subject: Subject): Promise<void>;
  readonly before: State;
  readonly wanted: State;
  /** Whether a plan is empty in the end; a destroyed stack has none. */
  readonly plansNothing: (subject: Subject) => Promise<boolean>;
}

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

export const armedSchedules = (scheduler: SchedulerService, domain: string): string[] =>
  scheduler.schedules().flatMap(({ Name }) => (Name.includes(domain.replaceAll('.', '-')) ? [Name] : []));
