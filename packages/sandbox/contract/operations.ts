import type { Operation } from './service';

export type Common = Omit<Operation, 'action' | 'run'>;

/** An operation, as its `run` function alone or with further members. */
export type OwnOperation = Operation['run'] | (Partial<Operation> & Pick<Operation, 'run'>);

export type OwnOperations = Readonly<Record<string, OwnOperation>>;

/** Makes the operations of a service by name. Each needs the action of its own name unless it specifies another. */
export const operationsOf = (
  service: string,
  common: Common,
  own: OwnOperations,
): Record<string, Operation> =>
  Object.fromEntries(
    Object.entries(own).map(([name, its]) => [
      name,
      { action: `${service}:${name}`, ...common, ...(typeof its === 'function' ? { run: its } : its) },
    ]),
  );
