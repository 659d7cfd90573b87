import { Command } from 'commander';
import type { GateOutcome } from '../../handlers/dns/outcome';
import {
  type Bind,
  type Cli,
  examplesHelp,
  exitCodesHelp,
  type GlobalOptions,
  wholeNumber,
} from '../command';
import { addGateOptions, gateSettings } from '../dns/gate-options';
import { type Proof, prove } from '../dns/prove';
import { messageAndAdvice, serverTable, warningLines } from '../dns/report';
import { type ExitCode, exitCodeOfOutcome } from '../exit-codes';
import { addKeyOptions, type KeyOptions } from '../given-key';
import { findRecord } from '../stored-key';
import { findTarget, selectorOf } from '../target';

/** Between rounds of `--watch`. */
const ROUND_PAUSE_MS = 15_000;

interface CheckOptions extends GlobalOptions, KeyOptions {
  readonly selector?: string;
  readonly wait?: number;
  readonly watch?: boolean;
}

export const checkCommand = (bind: Bind): Command =>
  addGateOptions(
    addKeyOptions(
      new Command('check')
        .summary('is the record published, everywhere, and of the right key?')
        .description(
          'Asks DNS what a deploy would ask, from where you stand: every server of the zone, then resolvers. Changes nothing.\n' +
            'The right key is the one you give (no AWS needed); without one, the deployed function returns the public half of the key in S3.',
        )
        .argument('<domain>', 'the domain, in letters of any script')
        .option('-s, --selector <selector>', 'the DKIM selector (default: as in the domain list)'),
      'the expected key',
    ),
  )
    .option('--wait <seconds>', 'repeat until it is ready, this long at most', wholeNumber(0, 86_400))
    .option('--watch', 'repeat until it is ready, and show each round')
    .addHelpText(
      'after',
      `${exitCodesHelp({
        ok: 'ready: a deploy would pass its gate',
        notReady: 'not ready: some server has no record yet, or an older one',
        wrong: 'wrong: a record that cannot be used, or one of another key',
        cannotTell: 'not known: DNS did not answer',
      })}\n${examplesHelp([
        ['check example.com', 'a domain of the list, its key as the function sees it'],
        [
          'check example.com -s s1 --key-file private_key.pem',
          'without AWS; the file does not leave this machine',
        ],
        ['check example.com --wait 600 && byodkim deploy example.com', 'deploy when the record is there'],
        ['check example.com --nameserver 10.0.0.53:53 --no-resolver', 'behind a split horizon'],
      ])}`,
    )
    .action(bind(check));

async function check(cli: Cli, options: CheckOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const { key: expected, source } = await findRecord(cli, target, selector, options);
  const proof = {
    domain: target.domain,
    selector,
    expected,
    settings: gateSettings(options, target.listed?.gate),
  };
  if (options.watch) return watch(cli, options, proof);
  const { wait: waitSeconds = 0 } = options;
  const limit = waitSeconds > 0 ? `, ${waitSeconds} s at most` : '';
  const outcome = await cli.out.progress.during(
    `Asking DNS for ${selector}._domainkey.${target.domain}${limit}`,
    prove(cli.world, { ...proof, waitSeconds }),
  );
  cli.out.result(asJson(proof, outcome, source), () => show(cli, outcome));
  return exitCodeOfOutcome(outcome);
}

/** Repeats the check and prints each change; with `--wait` no longer than that. */
async function watch(cli: Cli, options: CheckOptions, proof: Proof): Promise<ExitCode> {
  const { world, out } = cli;
  const until = options.wait === undefined ? undefined : world.clock.now() + options.wait * 1000;
  for (let before = ''; ; ) {
    const outcome = await out.progress.during('Asking DNS', prove(world, proof));
    const now = world.clock.now();
    const at = new Date(now).toISOString();
    const text = show(cli, outcome);
    const same = withoutTimes(outcome) === before;
    before = withoutTimes(outcome);
    if (out.json || !same || outcome.ready)
      out.event({ at, ...asJson(proof, outcome) }, () => `${at}\n${text}\n`);
    const left = until === undefined ? Number.POSITIVE_INFINITY : until - now;
    if (outcome.ready || left <= 0) return exitCodeOfOutcome(outcome);
    const pauseMs = Math.min(ROUND_PAUSE_MS, left);
    out.progress.show(
      `${at} ${outcome.code}; asking again in ${Math.ceil(pauseMs / 1000)} s (Ctrl-C ends this)`,
    );
    await world.clock.sleep(pauseMs, world.signal);
  }
}

/** Returns what of an outcome is worth printing again when it changes. */
const withoutTimes = ({ servers, ...outcome }: GateOutcome): string =>
  JSON.stringify([
    outcome.code,
    servers.map(({ address, verdict, reason, value }) => [address, verdict, reason, value]),
  ]);

const asJson = ({ domain, selector }: Proof, outcome: GateOutcome, source?: string) => ({
  domain,
  selector,
  ...(source && { expectedFrom: source }),
  ...outcome,
  exitCode: exitCodeOfOutcome(outcome),
});

function show({ out: { colours } }: Cli, outcome: GateOutcome): string {
  const paint = outcome.ready ? colours.green : colours.red;
  const warnings = warningLines(outcome).map(colours.yellow);
  return [serverTable(outcome), '', paint(messageAndAdvice(outcome)), ...warnings].join('\n');
}
