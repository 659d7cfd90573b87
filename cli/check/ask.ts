import { recordName } from '../../handlers/contract/contract';
import type { GateSettings } from '../../handlers/contract/settings/settings';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { GateOutcome, MailFromOutcome } from '../../handlers/words/gate';
import { proveMailFromOf, type ReceiverRow, receiverRows, unsignedMailOf } from '../dns/mail-domain';
import { prove } from '../dns/prove';
import { CliError, orCliError } from '../errors/cli-error';
import { type FoundRecord, findRecord, readKeyBytes } from '../target/find-record';
import type { StatusAnswer } from '../target/function';
import { askFunction, findTarget, mailFromInSes, selectorOf, type Target } from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';
import type { KeyFile } from './why-not-verified';

/** Options about the proof in DNS. */
export interface GateOptions extends DomainOptions {
  readonly nameserver?: readonly string[];
  readonly resolver?: readonly string[];
  /** Number of seconds to wait for the record. */
  readonly wait?: number;
}

export interface CheckOptions extends GateOptions {
  /** Whether to print all records by which receivers judge mail. */
  readonly all?: boolean;
}

/** Answers of DNS and the function about a record. */
export interface RecordEvidence {
  readonly target: Target;
  readonly selector: string;
  /** The expected key and its source. */
  readonly expected: FoundRecord;
  /** The key file, if one was given. */
  readonly keyFile: KeyFile | undefined;
  readonly gate: GateSettings | undefined;
  readonly proved: GateOutcome;
  /** Absent if the list has no MAIL FROM domain. */
  readonly mailFrom: MailFromOutcome | undefined;
  /** Whether the record is wrong while SES signs with its key. */
  readonly isNeeded: boolean;
  /** The selector in force, if the record has the value of that one's; otherwise absent. */
  readonly publishedOf?: string;
}

/** The receivers' treatment of unsigned mail, and the records by which they judge mail. */
export interface Receivers {
  readonly unsigned: UnsignedMail;
  /** Absent without `--all`. */
  readonly rows?: readonly ReceiverRow[];
}

/** Asks DNS for the record and the MAIL FROM domain, and asks the function for the key unless there is a key file. */
export async function askForRecord(cli: Cli, options: CheckOptions, text: string): Promise<RecordEvidence> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const expected = await findRecord(cli, target, selector, options.keyFile);
  const gate = gateOf(target, options);
  const { wait: waitSeconds = 0 } = options;
  const { domain, region, listed } = target;
  const proof = { domain, selector, expected: expected.key, gate, waitSeconds };
  const [proved, mailFrom] = await cli.out.progress.during(
    { code: 'ASKING_DNS', facts: { recordName: recordName(domain, selector), waitSeconds } },
    Promise.all([
      prove(cli.world, proof),
      proveMailFromOf(cli.world, { domain, gate, region, mailFrom: listed?.mailFrom, waitSeconds }),
    ]),
  );
  const mayBeNeeded = !proved.ready && options.keyFile === undefined;
  const inForce = mayBeNeeded ? await askInForce(cli, target, selector, proved) : { isNeeded: false };
  const keyFile = await readKeyFileOf(cli, options, expected);
  return { target, selector, expected, keyFile, gate, proved, mailFrom, ...inForce };
}

/** Returns the settings of the DNS queries. A machine that may not ask every server asks those that it may. */
export const gateOf = (
  { gate }: Target,
  { nameserver, resolver }: GateOptions,
): GateSettings | undefined => ({
  ...gate,
  ...(nameserver && { mode: 'authoritative' as const, nameservers: nameserver }),
  ...(resolver && { resolvers: resolver }),
});

async function readKeyFileOf(
  { world }: Cli,
  { keyFile }: CheckOptions,
  { key: { bits } }: FoundRecord,
): Promise<KeyFile | undefined> {
  if (keyFile === undefined) return undefined;
  return { file: keyFile, pem: (await readKeyBytes(world, keyFile)).toString('latin1'), bits };
}

/** Asks the function for the signing state of SES. If the function cannot be asked, the answer is unknown. */
async function askInForce(
  cli: Cli,
  target: Target,
  selector: string,
  outcome: GateOutcome,
): Promise<Pick<RecordEvidence, 'isNeeded' | 'publishedOf'>> {
  if (outcome.code === 'DNS_LOOKUP_FAILED') return { isNeeded: false };
  const answer = await orCliError(askFunction(cli, target, 'status'));
  if (answer instanceof CliError) return { isNeeded: false };
  const { selector: inForce, fingerprint } = answer;
  const isOfOther = outcome.code === 'DNS_KEY_MISMATCH' && inForce !== null && inForce !== selector;
  const isPublished = isOfOther && outcome.servers.some((each) => each.fingerprint === fingerprint);
  return { isNeeded: isSigning(answer, selector, outcome), ...(isPublished && { publishedOf: inForce }) };
}

/** Returns whether SES signs with the key of the record. */
function isSigning({ ses, fingerprint }: StatusAnswer, selector: string, outcome: GateOutcome): boolean {
  // After the first success, SES still signs for days while a record is missing.
  const signs = ses?.enabled && (ses.status === 'SUCCESS' || ses.status === 'TEMPORARY_FAILURE');
  if (!signs || ses.origin !== 'EXTERNAL' || (ses.selector ?? selector) !== selector) return false;
  // SES shows no key, so a key other than that in S3 may sign, unless this project has set it.
  return outcome.code === 'DNS_TXT_NOT_READY' || fingerprint === outcome.expectedFingerprint;
}

/**
 * Asks for the records by which receivers judge mail. Resolvers remember missing records, so call this only if the domain
 * exists.
 */
export async function askForReceivers(
  cli: Cli,
  evidence: RecordEvidence,
  isWhole: boolean,
): Promise<Receivers> {
  const { target, gate, mailFrom } = evidence;
  const { domain, region, listed } = target;
  const mailDomain = { domain, gate, region, mailFrom: listed?.mailFrom };
  const unsigned = await unsignedMailOf(cli.world, mailDomain, mailFromInSes(cli, target));
  if (!isWhole) return { unsigned };
  return { unsigned, rows: await receiverRows(cli.world, mailDomain, mailFrom, unsigned) };
}
