import type { Command } from 'commander';
import type { GateSettings } from '../../handlers/contract/settings';
import { collect } from '../command';

/** Options that choose the servers; each use of the first two adds one. */
export interface GateOptions {
  readonly nameserver?: readonly string[];
  readonly resolver?: readonly string[] | false;
}

export const addGateOptions = <Kind extends Command>(command: Kind): Kind =>
  command
    .option(
      '--nameserver <ip:port>',
      'ask this server instead of those that the zone names (repeatable)',
      collect,
    )
    .option(
      '--resolver <ip:port>',
      'ask this recursive resolver instead of public ones (repeatable)',
      collect,
    )
    .option('--no-resolver', 'ask no recursive resolver');

/** The settings of the gate, with the mode that is chosen. */
export interface AskedGate extends GateSettings {
  readonly mode: 'authoritative' | 'recursive';
}

/** Returns the settings of the gate: the command line's before the list's. */
export const gateSettings = (
  { nameserver, resolver }: GateOptions,
  listed: GateSettings = {},
): AskedGate => ({
  mode: 'authoritative',
  ...listed,
  ...(nameserver && { nameservers: nameserver }),
  ...(resolver !== undefined && { resolvers: resolver || [] }),
});
