import { afterCreate, type ProviderContext, type ResourceType, type State } from '../resource';
import { deletedBy, doing, orGone } from './common';

/** A resource that is one object of AWS's: made, read, changed and deleted by one call each, for the most part. */
export interface SimpleResource extends Pick<ResourceType, 'validate' | 'customizePlan' | 'tagging'> {
  /** As errors call it. */
  readonly what: string;
  readonly service: string;
  readonly read: string;
  readonly create?: string;
  /** Absent: every change but that of a tag replaces. */
  readonly update?: string;
  /** Makes it and changes it, in place of `create` and `update`. */
  readonly put?: string;
  readonly delete: string;
  /** What is known of it before it is made: its name, its id. */
  identity(planned: State): State;
  /** What is known once it is made. */
  made?(answer: any, context: ProviderContext): State;
  /** The whole of it, to make or to change it. */
  input(planned: State, isNew: boolean, context: ProviderContext): object;
  /** What remains to be done once it is made: if that fails, it is kept in state, tainted. */
  finish?(context: ProviderContext, made: State): Promise<unknown>;
  /** What names it, to read or to delete it. */
  named(state: State): object;
  /** What an answer says of it, beside what was known; null if it says that the object does not exist. */
  state(answer: any, state: State, context: ProviderContext): State | null | Promise<State | null>;
  /** How errors tell what was done to it. @default the verb, `what`, and its name or id */
  told?(verb: string, planned: State): string;
}

export function simpleResource(own: SimpleResource): ResourceType {
  const { what, service, validate, customizePlan, tagging } = own;
  const told = own.told ?? ((verb, { name, id }) => `${verb} ${what} (${id ?? name})`);
  const put = (context: ProviderContext, operation: string, planned: State, isNew: boolean) =>
    doing(
      told(isNew ? 'creating' : 'updating', planned),
      context.call(service, operation, own.input(planned, isNew, context)),
    );
  const { create = own.put!, update = own.put } = own;
  return {
    validate,
    customizePlan,
    tagging,
    create: async (context, planned) => {
      const known = own.identity(planned);
      const answer = await put(context, create, { ...planned, ...known }, true);
      const made = { ...known, ...own.made?.(answer, context) };
      const state = { ...planned, ...made };
      await afterCreate(state, async () => own.finish?.(context, state));
      return made;
    },
    read: (context, state) => {
      const found = async () => {
        const answer = await orGone(context.call(service, own.read, own.named(state)));
        const read = answer && (await own.state(answer, state, context));
        const prefix = 'name_prefix' in state && { name_prefix: state.name_prefix ?? '' };
        return read && { ...state, ...prefix, ...read };
      };
      return doing(`reading ${what} (${state.id})`, found());
    },
    update:
      update === undefined
        ? undefined
        : async (context, _prior, planned): Promise<void> => {
            await put(context, update, planned, false);
          },
    delete: deletedBy(what, service, own.delete, own.named),
  };
}
