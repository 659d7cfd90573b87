import { type Command, Option } from 'commander';
import type { GateSettings } from '../../handlers/contract';
import { collect } from '../command';

/** The gate's settings on the command line. */
export interface GateOptions extends Pick<GateSettings, 'mode' | 'strict'> {
  readonly nameserver?: readonly string[];
  /** False with `--no-resolver`. */
  readonly resolver?: readonly string[] | false;
}

/** Adds the options that choose the servers to ask. */
export const addServerOptions = (command: Command): Command =>
  command
    .option(
      '--nameserver <ip:port>',
      'ask this server instead of those that the zone names (repeatable)',
      collect,
    )
    .option(
      '--resolver <ip:port>',
      'ask this recursive resolver instead of public ones; https://… where port 53 is closed (repeatable)',
      collect,
    )
    .option('--no-resolver', 'ask no recursive resolver')
    .addOption(
      new Option(
        '--mode <mode>',
        'authoritative: every server of the zone; recursive: resolvers alone',
      ).choices(['authoritative', 'recursive']),
    );

export const addGateOptions = (command: Command): Command =>
  addServerOptions(command).option(
    '--strict',
    'every address of every server must answer (default: at least half of the servers)',
  );

/** The settings of the gate: the command line's before the list's. */
export function gateSettings(options: GateOptions, listed: GateSettings = {}) {
  const { nameserver: nameservers, resolver, mode, strict } = options;
  const given = {
    nameservers,
    resolvers: resolver === false ? [] : resolver,
    mode,
    strict,
  } satisfies Record<Exclude<keyof GateSettings, 'waitSeconds'>, unknown>;
  const stated = Object.entries(given).filter(([, value]) => value !== undefined);
  return { mode: 'authoritative' as const, ...listed, ...Object.fromEntries(stated) };
}
