import { sameValue } from '../protocol/values';
import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, orGone } from './common';

export interface BucketSetting {
  /** As errors call it. */
  readonly what: string;
  /** `Put…`, `Get…` and `Delete…` of S3. */
  readonly operation: string;
  readonly deleteOperation?: string;
  /** The setting as the operation's input has it, without the bucket. */
  toInput(state: State): object;
  /** Back from the answer of `Get…`, the bucket's name aside; null when that says that there is no such setting. */
  toState(output: any, state: State): State | null;
  /** What takes the setting back, where S3 has no way to delete it. */
  readonly undo?: (context: ProviderContext, state: State) => Promise<unknown>;
}

/** A resource that is one setting of a bucket: put, got and deleted as a whole. */
export function bucketSetting(setting: BucketSetting): ResourceType {
  const { what, operation } = setting;
  const put = async (context: ProviderContext, state: State, doingWhat: string): Promise<void> => {
    await doing(
      `${doingWhat} ${what} (${state.bucket})`,
      context.call('s3', `Put${operation}`, { Bucket: state.bucket, ...setting.toInput(state) }),
    );
  };
  return {
    create: async (context, planned) => {
      await put(context, planned, 'creating');
      return { id: planned.bucket };
    },
    read: async (context, state) => {
      const bucket = state.id.split(',')[0];
      const output = await doing(
        `reading ${what} (${bucket})`,
        orGone(context.call('s3', `Get${operation}`, { Bucket: bucket })),
      );
      const read = output && setting.toState(output, state);
      if (!read) return null;
      const remote = { ...state, bucket, ...read };
      // What means the same keeps the state's own form: nothing has drifted.
      const same = state.bucket && sameValue(normal(setting.toInput(state)), normal(setting.toInput(remote)));
      return same ? state : remote;
    },
    update: async (context, _prior, planned) => {
      await put(context, planned, 'updating');
    },
    delete: async (context, state) => {
      const undo = setting.undo
        ? setting.undo(context, state)
        : context.call('s3', setting.deleteOperation ?? `Delete${operation}`, { Bucket: state.bucket });
      await doing(`deleting ${what} (${state.bucket})`, orGone(undo));
    },
  };
}

/** As JSON sees it: what is undefined is not there. */
const normal = (input: object): unknown => JSON.parse(JSON.stringify(input));
