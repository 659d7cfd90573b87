import { type Command, Option } from 'commander';
import * as z from 'zod/mini';
import type { GateSettings } from '../../handlers/contract/contract';
import { type Setting, type SettingOption, settingsOf } from '../../handlers/contract/setting';
import { SETTINGS } from '../../handlers/contract/settings';
import { collect } from '../command';

/** The settings of the gate that have an option. */
const ROWS = settingsOf(SETTINGS.gate.settings).flatMap(([name, { schema, option }]) =>
  option === undefined ? [] : [{ name, option, made: optionOf(option, schema) }],
);

function optionOf({ flags, help }: SettingOption, schema: Setting['schema']): Option {
  const option = new Option(flags, help);
  if (schema instanceof z.ZodMiniArray) return option.argParser(collect);
  if (schema instanceof z.ZodMiniEnum) return option.choices(schema.options.map(String));
  return option;
}

/** Adds the options that choose the servers to ask. */
export const addServerOptions = <Kind extends Command>(command: Kind): Kind =>
  addOptions(command, ({ judges }) => !judges);

/** Adds the options of the gate: those that choose the servers, and those that judge their answers. */
export const addGateOptions = <Kind extends Command>(command: Kind): Kind => addOptions(command, () => true);

function addOptions<Kind extends Command>(command: Kind, isWanted: (option: SettingOption) => boolean): Kind {
  for (const { option, made } of ROWS.filter(({ option }) => isWanted(option))) {
    command.addOption(made);
    if (option.none) command.option(option.none.flags, option.none.help);
  }
  return command;
}

/** The settings of the gate, with the mode that is chosen. */
export interface AskedGate extends GateSettings {
  readonly mode: 'authoritative' | 'recursive';
}

/** Returns the settings of the gate: the command line's before the list's. */
export function gateSettings(options: object, listed: GateSettings = {}): AskedGate {
  const given = ROWS.flatMap(({ name, option, made }) => {
    const value: unknown = Reflect.get(options, made.attributeName());
    return value === undefined ? [] : [[name, option.none && value === false ? [] : value]];
  });
  return { mode: 'authoritative', ...listed, ...Object.fromEntries(given) };
}
