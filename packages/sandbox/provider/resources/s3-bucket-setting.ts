import { isDeepStrictEqual } from 'node:util';
import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, orGone } from './common';
import { simpleResource } from './simple-resource';

export interface BucketSetting {
  /** As errors call it. */
  readonly what: string;
  /** `Put…`, `Get…` and `Delete…` of S3. */
  readonly operation: string;
  /** Where it is not called so. */
  readonly deletion?: string;
  /** The setting as the operation's input has it, without the bucket. */
  toInput(state: State): object;
  /** Back from the answer of `Get…`, the bucket's name aside; null when that says that there is no such setting. */
  toState(output: any, state: State): State | null;
  /** What takes the setting back, where S3 has no way to delete it. */
  readonly undo?: (context: ProviderContext, state: State) => Promise<unknown>;
}

/** A resource that is one setting of a bucket: put, got and deleted as a whole. */
export function bucketSetting({ what, operation, deletion, undo, ...own }: BucketSetting): ResourceType {
  const setting = simpleResource({
    what,
    service: 's3',
    create: `Put${operation}`,
    read: `Get${operation}`,
    update: `Put${operation}`,
    delete: deletion ?? `Delete${operation}`,
    identity: ({ bucket }) => ({ id: bucket }),
    input: (planned) => ({ Bucket: planned.bucket, ...own.toInput(planned) }),
    named: ({ id }) => ({ Bucket: id.split(',')[0] }),
    state: (answer, state) => {
      const read = own.toState(answer, state);
      if (!read) return null;
      const remote = { ...state, bucket: state.id.split(',')[0], ...read };
      // What means the same keeps the state's own form: nothing has drifted.
      const same = state.bucket && isDeepStrictEqual(normal(own.toInput(state)), normal(own.toInput(remote)));
      return same ? state : remote;
    },
  });
  if (!undo) return setting;
  return {
    ...setting,
    delete: async (context, state) => {
      await doing(`deleting ${what} (${state.bucket})`, orGone(undo(context, state)));
    },
  };
}

/** As JSON sees it: what is undefined is not there. */
const normal = (input: object): unknown => JSON.parse(JSON.stringify(input));
