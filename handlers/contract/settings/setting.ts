/**
 * Defines a setting, and derives schemas and values from tables of settings. Part of the contract: both ends import this file.
 */
import * as z from 'zod/mini';
import { type Change, type ConsequenceOf, type EffectOf, HARMLESS } from './consequence';

/**
 * One setting, with its schema and the consequences of its value. Its docstring describes what it does, which situation needs
 * it, and its default; editors, JSON Schemas, the HCL modules and the docs copy that text.
 */
export interface Setting<Value = unknown> {
  /** Its errors list the allowed values, in words that can follow "allowed:" and "expected". */
  readonly schema: z.ZodMiniType<Value, Value>;
  /** Whether an engine's expression cannot replace it, since the stack's shape depends on it. */
  readonly knownAtSynth?: true;
  /** Whether it is only for an identity that the stack makes; an existing one is not changed. */
  readonly managedOnly?: true;
  /** What a change of it means to whoever approves the list. */
  readonly consequence: ConsequenceOf<Value>;
}

/** Settings by name; settings that belong together are a table of their own. */
export interface Table {
  // biome-ignore lint/suspicious/noExplicitAny: a table holds settings of every type
  readonly [name: string]: Setting<any> | Table;
}

type Fixed<Value> = Value extends object ? Readonly<Value> : Value;
type ValueOf<Entry> = Entry extends Setting<infer Value> ? Fixed<Value> : Values<Entry>;

/** The values of a table's settings, each optional. */
export type Values<Settings> = { readonly [Name in keyof Settings]?: ValueOf<Settings[Name]> | undefined };

type Shape<Settings> = {
  [Name in keyof Settings]: z.ZodMiniOptional<
    z.ZodMiniType<ValueOf<Settings[Name]>, ValueOf<Settings[Name]>>
  >;
};

/** Checks whether an entry is a table of settings. */
export const isBlock = (entry: Table[string]): entry is Table => !('schema' in entry);

/** Declares a setting. */
export const setting = <Value>(
  schema: z.ZodMiniType<Value, Value>,
  consequence: ConsequenceOf<NoInfer<Value>>,
  more: Omit<Setting<Value>, 'schema' | 'consequence'> = {},
): Setting<Value> => ({ schema, consequence, ...more });

/** Returns the effects of a change of a setting. */
export const effectsOf = (
  // biome-ignore lint/suspicious/noExplicitAny: as in a table
  { consequence }: Setting<any>,
  change: Change,
): EffectOf<unknown>[] =>
  consequence === HARMLESS ? [] : consequence.filter((effect) => effect.applies(change));

/** Returns the schema of each entry of a table; all entries are optional. */
export function shapeOf<Settings extends Table>(table: Settings): Shape<Settings> {
  const shape = Object.entries(table).map(([name, entry]) => [
    name,
    z.optional(isBlock(entry) ? z.object(shapeOf(entry)) : entry.schema),
  ]);
  return Object.fromEntries(shape) as Shape<Settings>;
}

/** Returns every setting of a table with its dotted path. */
// biome-ignore lint/suspicious/noExplicitAny: as in a table
export const settingsOf = (table: Table, within = ''): [path: string, setting: Setting<any>][] =>
  Object.entries(table).flatMap(([name, entry]) =>
    isBlock(entry) ? settingsOf(entry, `${within}${name}.`) : [[`${within}${name}`, entry]],
  );

/** Returns the value at a path within a value; undefined if the path does not exist. */
export const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    value,
  );

/** Returns the value at a dotted path. */
export const valueAt = (values: unknown, path: string): unknown => at(values, path.split('.'));

/** Returns the values that are set and are settings of a table. */
export const valuesOf = <Settings extends Table, Given extends object>(
  table: Settings,
  values: Given,
): Partial<Pick<Given, keyof Settings & keyof Given>> =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => name in table && value !== undefined),
  ) as Partial<Pick<Given, keyof Settings & keyof Given>>;

/** A mistake in the value of one setting, or of another field of an event. */
export interface SettingMistake {
  /** Dotted: `gate.waitSeconds`. */
  readonly prop: string;
  /** The value that was found; undefined if it is missing or must be left out. */
  readonly found?: unknown;
  /** The allowed values, in words. */
  readonly allowed: string;
}

/**
 * Finds every value that its setting does not accept.
 * @param isToken whether a value is known only when the engine runs, and is left to the function to check
 */
export function mistakesIn(
  table: Table,
  values: unknown,
  isToken: (value: unknown) => boolean = () => false,
): SettingMistake[] {
  return settingsOf(table).flatMap(([prop, { schema, knownAtSynth }]) => {
    const value = valueAt(values, prop);
    if (value === undefined) return [];
    if (isToken(value))
      return knownAtSynth ? [{ prop, found: value, allowed: 'a value that is known at synth' }] : [];
    const issues = schema.safeParse(value).error?.issues ?? [];
    return issues.flatMap(({ path, message }) => {
      const found = at(value, path);
      return isToken(found) && !knownAtSynth ? [] : [{ prop, found, allowed: message }];
    });
  });
}
