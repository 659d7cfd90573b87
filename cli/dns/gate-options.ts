import { type Command, Option } from 'commander';
import type { GateSettings } from '../../handlers/contract/contract';
import { settingsOf } from '../../handlers/contract/setting';
import { SETTINGS } from '../../handlers/contract/settings';
import { collect } from '../command';

/** The settings of the gate that have an option: those that choose the servers. */
const ROWS = settingsOf(SETTINGS.gate.settings).flatMap(([name, { option }]) =>
  option === undefined
    ? []
    : [{ name, option, made: new Option(option.flags, option.help).argParser(collect) }],
);

/** Adds the options of the gate. */
export function addGateOptions<Kind extends Command>(command: Kind): Kind {
  for (const { option, made } of ROWS) {
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
