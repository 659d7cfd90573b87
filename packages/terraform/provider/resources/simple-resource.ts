import { afterCreate, type ProviderContext, type ResourceType, type State } from '../resource';
import { deletedBy, doing, orGone } from './common';

/** A resource that is one object in AWS, which usually takes one call each to make, read, change and delete. */
export interface SimpleResource extends Pick<ResourceType, 'validate' | 'customizePlan' | 'tagging'> {
  /** Its name in errors. */
  readonly what: string;
  readonly service: string;
  readonly read: string;
  readonly create?: string;
  /** Operation that changes the object. If absent, every change except that of a tag replaces it. */
  readonly update?: string;
  /** Operation that both makes and changes the object, in place of `create` and `update`. */
  readonly put?: string;
  readonly delete: string;
  /** Returns the state that is known before the object is made, such as its name or id. */
  identity(planned: State): State;
  /** Returns the state that the answer to the creation adds. */
  made?(answer: any, context: ProviderContext): State;
  /** Returns the whole input that makes or changes the object. */
  input(planned: State, isNew: boolean, context: ProviderContext): object;
  /** Finishes an object that was made. If that fails, it is kept in state as tainted. */
  finish?(context: ProviderContext, made: State): Promise<unknown>;
  /** Returns the input that identifies the object for reading or deleting it. */
  named(state: State): object;
  /** Returns the state in an answer; null if the answer says that the object does not exist. */
  state(answer: any, state: State, context: ProviderContext): State | null | Promise<State | null>;
  /**
   * Returns the action's name in errors.
   * @default the verb, `what`, and its name or id
   */
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
