import { recordName } from '../../handlers/contract/contract';
import { newPrivateKey } from '../../handlers/keys/format/rsa';
import { type GateOptions, gateOf } from '../check/ask';
import { CliCommand, isApproved } from '../command';
import { askingGateOf, prove } from '../dns/prove';
import { proofAsData, reportOutcome, warningsOf } from '../dns/report';
import { CliError, failure, orCliError } from '../errors/cli-error';
import { exitCodeOfOutcome } from '../errors/decisions';
import { EXIT, type ExitCode } from '../exit-codes';
import { INTERRUPTED, INTERRUPTS } from '../real-world/ask';
import { accessTo, type Keys } from '../set/access';
import { ChangeFailed, carryOut, minutesFor, plan, type Wish } from '../set/change';
import { callerError, changeError } from '../set/failures';
import { undoCommands } from '../set/undo';
import { findRecord, publicHalf, readKeyBytes } from '../target/find-record';
import { askFunction, findTarget, functionOf, selectorOf, type Target } from '../target/target';
import {
  INTERRUPTED_SET,
  keyMadeWords,
  limitWords,
  planWords,
  recordWords,
  SET_ADVICE,
  SET_RESULTS,
  setQuestion,
} from '../words/set';
import type { Cli } from '../world/cli';

interface SetOptions extends GateOptions {
  readonly keyFile: string;
  readonly makeKey?: boolean;
  readonly earlierKeyFile?: string;
  readonly irreversible?: boolean;
  readonly dryRun?: boolean;
}

export const setCommand = (): CliCommand =>
  new CliCommand('set', 'set the key of one domain, without a list or a control stack')
    .description(
      'Proves the record of your key on every server of the zone, sets the key in SES with your own credentials, and waits until SES has verified it. ' +
        'Restores the prior state if SES does not, if a call fails, or if you interrupt. If the process dies, nothing does. Needs the permissions that `byodkim policy set-domain` prints.',
    )
    .ofDomain()
    .withSelector()
    .requiredOption('--key-file <file>', 'the private key: a PEM file')
    .option('--make-key', 'if there is no such file, make it with a new key')
    .option('--earlier-key-file <file>', 'the private key that SES has now, so that it can be restored')
    .withGate()
    .option('--irreversible', 'change even a state that cannot be restored')
    .option('--dry-run', 'check everything, and change nothing')
    .withYes()
    .ends({
      ok: 'SES has verified the key, now or before; with --dry-run: nothing refuses the change',
      notReady: 'the record is not published yet; nothing was changed',
      wrong:
        'refused: the record or the key is wrong, the prior state could not be restored, or a control stack manages the domain; or SES has not verified the key, and was rolled back',
      cannotTell: 'DNS did not answer; nothing was changed',
      examples: [
        [
          'set example.com -s s1 --key-file key.pem --make-key',
          'makes a key, prints its record, and sets it once the record is published',
        ],
        ['set example.com -s s1 --key-file key.pem --dry-run', 'prints what would happen'],
      ],
    })
    .runs(set);

async function set(cli: Cli, options: SetOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  cli.out.note(limitWords(target.entry));
  try {
    return await setIn(cli, options, target);
  } catch (error) {
    const isInterrupted = cli.world.signal.aborted && !(error instanceof CliError);
    throw isInterrupted ? failure(INTERRUPTED, {}) : callerError(error);
  }
}

/** Sets the key of a domain: plans, proves its record, asks, and changes SES. */
async function setIn(cli: Cli, options: SetOptions, target: Target): Promise<ExitCode> {
  const { world, out } = cli;
  const place = { domain: target.domain, region: functionOf(target).region };
  const { domain } = place;
  const selector = selectorOf(target, options.selector);
  const keys = await readKeys(cli, selector, options);
  const { record, key: expected } = await findRecord(cli, target, selector, options.keyFile);
  out.note(recordWords(domain, record.zoneFile));
  await refuseListed(cli, target);
  const gate = askingGateOf(gateOf(target, options));
  const irreversible = options.irreversible ? 'allow' : 'refuse';
  const wish: Wish = { ...place, selector, gate: { ...gate, waitSeconds: 0 }, irreversible };
  const access = await accessTo(world, place, keys, world.signal);
  const planned = await plan(access, wish);
  const { wait: waitSeconds = 0 } = options;
  const proof = prove(world, { domain, selector, expected, gate, waitSeconds });
  const asked = { recordName: recordName(domain, selector), waitSeconds };
  const proved = await out.progress.during({ code: 'ASKING_DNS', facts: asked }, proof);
  const undo = undoCommands(place, planned.before, { selector, ...options });
  const before = planned.before?.snapshot ?? null;
  const facts = { ...place, selector, fingerprint: record.fingerprint, before, undo };
  if (!proved.ready) {
    const advice = SET_ADVICE[proved.code!];
    const told = { ...proofAsData(proved), advice, code: proved.code!, facts, record };
    out.result(told, () => reportOutcome(proved, advice));
    return exitCodeOfOutcome(proved);
  }
  const warnings = warningsOf(proved);
  const end = (code: keyof typeof SET_RESULTS): ExitCode => {
    out.result({ code, facts, record, warnings }, () => SET_RESULTS[code](domain, selector), warnings);
    return EXIT.ok;
  };
  if (planned.isInForce) return end('IN_FORCE');
  out.note(planWords({ ...facts, minutes: minutesFor(access, planned.before) }));
  if (options.dryRun) return end('WOULD_SET');
  if (!(await isApproved(cli, setQuestion(domain, selector), options))) return EXIT.failed;
  return end(await change(cli, keys, wish, undo));
}

/** Plans again, since the question may have waited, and carries the change out. */
async function change(
  cli: Cli,
  keys: Keys,
  wish: Wish,
  undo: readonly string[],
): Promise<'SET' | 'IN_FORCE'> {
  const { world, out } = cli;
  const access = await accessTo(world, wish, keys, world.signal);
  const undoing = await accessTo(world, wish, keys);
  const planned = await plan(access, wish);
  if (planned.isInForce) return 'IN_FORCE';
  world.signal.throwIfAborted();
  const restoring = (): void => out.note(INTERRUPTED_SET);
  world.signal.addEventListener('abort', () => {
    restoring();
    // A second interrupt would end the process in the middle of the rollback.
    for (const name of INTERRUPTS) process.on(name, restoring);
  });
  try {
    await out.progress.during(
      { code: 'SETTING_KEY', facts: { domain: wish.domain } },
      carryOut(access, undoing, wish, planned),
    );
    return 'SET';
  } catch (error) {
    if (!(error instanceof ChangeFailed)) throw error;
    throw changeError(error, { undo, isInterrupted: world.signal.aborted });
  }
}

/** Reads the keys, and makes the own one if it is missing and the person asks for that. @throws CliError */
async function readKeys(
  { world, out }: Cli,
  selector: string,
  { keyFile, earlierKeyFile, makeKey }: SetOptions,
): Promise<Keys> {
  const isThere = await world.readFile(keyFile).then(
    () => true,
    () => false,
  );
  if (makeKey && !isThere && (await world.writeNew(keyFile, await newPrivateKey())))
    out.note(keyMadeWords(keyFile));
  const read = async (file: string): Promise<Uint8Array> => {
    const pem = await readKeyBytes(world, file);
    publicHalf(pem, file);
    return pem;
  };
  const key = await read(keyFile);
  return { selector, key, ...(earlierKeyFile && { earlierKey: await read(earlierKeyFile) }) };
}

/** Refuses a domain that the ledger of a control stack has. Without a list, nothing names its function. @throws CliError */
async function refuseListed(cli: Cli, target: Target): Promise<void> {
  const { entry, list } = target;
  const known = list && (await orCliError(askFunction(cli, target, 'status')));
  if (known && !(known instanceof CliError) && known.selector !== null)
    throw failure('DOMAIN_MANAGED', { entry, region: functionOf(target).region, by: 'ledger' });
}
