import type { Operation } from './service';

export type Common = Omit<Operation, 'action' | 'run'>;

/** An operation that runs so, or that has more of its own than how it runs. */
export type OwnOperation = Operation['run'] | (Partial<Operation> & Pick<Operation, 'run'>);

export type OwnOperations = Readonly<Record<string, OwnOperation>>;

/** Makes the operations of a service by name, each needing the action of its own name unless it says otherwise. */
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
