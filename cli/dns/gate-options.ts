import { type Command, Option } from 'commander';
import type { GateSettings } from '../../handlers/contract';
import { SETTINGS } from '../../handlers/settings';
import { collect } from '../command';

/** The gate's settings on the command line. */
export interface GateOptions extends Pick<GateSettings, 'mode' | 'strict'> {
  readonly nameserver?: readonly string[];
  /** False with `--no-resolver`. */
  readonly resolver?: readonly string[] | false;
}

const { mode, nameservers, resolvers, strict } = SETTINGS.gate.settings;

const optionOf = ({ option }: { readonly option?: { readonly flags: string; readonly help: string } }) =>
  new Option(option!.flags, option!.help);

/** Adds the options that choose the servers to ask. */
export const addServerOptions = (command: Command): Command =>
  command
    .addOption(optionOf(nameservers).argParser(collect))
    .addOption(optionOf(resolvers).argParser(collect))
    .option('--no-resolver', 'ask no recursive resolver')
    .addOption(optionOf(mode).choices(['authoritative', 'recursive']));

export const addGateOptions = (command: Command): Command =>
  addServerOptions(command).addOption(optionOf(strict));

/** The settings of the gate: the command line's before the list's. */
export function gateSettings(options: GateOptions, listed: GateSettings = {}) {
  const given = {
    nameservers: options.nameserver,
    resolvers: options.resolver === false ? [] : options.resolver,
    mode: options.mode,
    strict: options.strict,
  } satisfies Record<Exclude<keyof GateSettings, 'waitSeconds'>, unknown>;
  const stated = Object.entries(given).filter(([, value]) => value !== undefined);
  return { mode: 'authoritative' as const, ...listed, ...Object.fromEntries(stated) };
}
