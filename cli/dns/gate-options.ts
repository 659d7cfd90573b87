import { type Command, Option } from 'commander';
import { GATE_LIMITS, type GateSettings } from '../../handlers/contract';
import { collect, numberWithin, wholeNumber } from '../command';

/** How DNS is asked, as on the command line. */
export interface GateOptions extends Omit<GateSettings, 'nameservers' | 'resolvers' | 'waitSeconds'> {
  readonly nameserver?: readonly string[];
  /** False with `--no-resolver`. */
  readonly resolver?: readonly string[] | false;
}

/** Who is asked, and how. */
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
    )
    .option(
      '--answer-seconds <seconds>',
      'for one server to answer (default: 2.5)',
      numberWithin(...GATE_LIMITS.answerSeconds),
    )
    .addOption(
      new Option('--transport <transport>', 'tcp: where UDP is not let out (default: any)').choices([
        'any',
        'tcp',
      ]),
    );

export const addGateOptions = (command: Command): Command =>
  addServerOptions(command)
    .option(
      '--required-percent <percent>',
      'of the name servers must have shown the record; 100: every address of every one (default: 50)',
      wholeNumber(...GATE_LIMITS.requiredPercent),
    )
    .option(
      '--minimum-servers <count>',
      'of the name servers must have shown the record (default: 1)',
      wholeNumber(...GATE_LIMITS.minimumServers),
    )
    .option(
      '--round-seconds <seconds>',
      'for one round of questions (default: 20)',
      numberWithin(...GATE_LIMITS.roundSeconds),
    )
    .addOption(
      new Option(
        '--address-family <family>',
        'ask addresses of one family only, where there is no other (default: any)',
      ).choices(['any', 'ipv4', 'ipv6']),
    );

/** The settings of the gate: the command line's before the list's. */
export function gateSettings(options: GateOptions, listed: GateSettings = {}) {
  const {
    nameserver: nameservers,
    resolver,
    mode,
    requiredPercent,
    minimumServers,
    answerSeconds,
    roundSeconds,
    transport,
    addressFamily,
  } = options;
  const given = {
    nameservers,
    resolvers: resolver === false ? [] : resolver,
    mode,
    requiredPercent,
    minimumServers,
    answerSeconds,
    roundSeconds,
    transport,
    addressFamily,
  } satisfies Record<Exclude<keyof GateSettings, 'waitSeconds'>, unknown>;
  const stated = Object.entries(given).filter(([, value]) => value !== undefined);
  return { mode: 'authoritative' as const, ...listed, ...Object.fromEntries(stated) };
}
