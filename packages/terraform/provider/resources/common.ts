import { randomBytes } from 'node:crypto';
import { AwsCallError } from '../aws-call';
import { hasUnknown, UNKNOWN } from '../protocol/values';
import type { ProviderContext, ResourceType, State } from '../resource';
import type { CustomizePlan } from '../schema/plan';

/**
 * Adds the attributes that the provider plans for each of its resources: the region, and the tags together with the
 * default tags.
 */
export const commonPlan =
  (context: ProviderContext, own?: CustomizePlan): CustomizePlan =>
  (plan) => {
    const { planned, config } = plan;
    if ('region' in planned && config.region === null) planned.region = context.region;
    if ('tags_all' in planned) {
      planned.tags_all = hasUnknown(config.tags) ? UNKNOWN : { ...context.defaultTags, ...config.tags };
    }
    own?.(plan);
  };

/** Turns an error that the object does not exist into null. */
export async function orGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

export const isGone = (error: unknown): boolean =>
  error instanceof AwsCallError && /NotFound|NoSuch|NonExistent/.test(error.code);

/** Puts the current action in front of an error, as the provider does. */
export async function doing<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

/** Deletes with one call. An object that no longer exists counts as deleted; `skip_destroy` makes no call. */
export const deletedBy =
  (
    what: string,
    service: string,
    operation: string,
    named: (state: State) => object,
  ): ResourceType['delete'] =>
  async (context, state) => {
    if (state.skip_destroy) return;
    await doing(`deleting ${what} (${state.id})`, orGone(context.call(service, operation, named(state))));
  };

/** Returns the configured name, or makes one. */
export function nameOrPrefixed(planned: State): string {
  if (planned.name) return planned.name;
  return `${planned.name_prefix || 'terraform-'}${uniqueId()}`;
}

/** Makes suffixes like the provider's own: a time, and a tail that distinguishes two of one moment. */
export function uniqueId(): string {
  const time = new Date().toISOString().replace(/\D/g, '');
  return `${time}${randomBytes(4).toString('hex')}`;
}

/** Returns only the values that are set, since the SDK's inputs omit the others. */
export const given = <T extends Record<string, any>>(input: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as Partial<T>;

/** Formats a time as the provider does: RFC 3339, in whole seconds. */
export const rfc3339 = (time: Date | string | null | undefined): string | null =>
  time ? new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z') : null;
