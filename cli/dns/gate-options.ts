import { type Command, Option } from 'commander';
import type { GateSettings } from '../../handlers/contract';
import { collect } from '../command';

/** How DNS is asked, as on the command line. */
export interface GateOptions {
  readonly nameserver?: readonly string[];
  /** False with `--no-resolver`. */
  readonly resolver?: readonly string[] | false;
  readonly mode?: 'authoritative' | 'recursive';
}

export const addGateOptions = (command: Command): Command =>
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
    .option('--no-resolver', 'ask no recursive resolver')
    .addOption(
      new Option(
        '--mode <mode>',
        'authoritative: every server of the zone; recursive: resolvers alone',
      ).choices(['authoritative', 'recursive']),
    );

/** The settings of the gate: the command line's before the list's. */
export function gateSettings(options: GateOptions, listed: GateSettings | undefined) {
  const nameservers = options.nameserver ?? listed?.nameservers;
  const resolvers = options.resolver === false ? [] : (options.resolver ?? listed?.resolvers);
  return {
    mode: options.mode ?? listed?.mode ?? ('authoritative' as const),
    ...(nameservers && { nameservers }),
    ...(resolvers && { resolvers }),
  };
}
