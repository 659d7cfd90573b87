import { recordName } from '../../handlers/contract/contract';
import { toALabels } from '../../handlers/contract/settings';
import { isPlainName } from '../../handlers/dns/codec';
import { oneLine } from '../../handlers/errors/escape';
import { type FindTexts, findTexts } from '../../handlers/mail-domain/texts';
import type { DomainList } from '../../list/domain-list';
import type { StatusAnswer } from '../aws/function';
import { CliError, orCliError, usageError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { type AskedGate, addServerOptions, gateSettings } from '../dns/gate-options';
import { gateWorld, withServers } from '../dns/prove';
import { readList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { type MessageHead, readHead, type Signature, verifyWith } from '../mail/signatures';
import { type CheckedSignature, judgeMail } from '../mail/verdict';
import { askFunction, type Target, targetIn } from '../target';
import { table } from '../terminal/table';
import type { CliWorld } from '../world';

interface VerifyMailOptions extends GlobalOptions {
  readonly domain?: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
}

export const verifyMailCommand = (): CliCommand =>
  addServerOptions(
    new CliCommand('verify-mail', 'who signed this message, and does it verify?')
      .description(
        'Checks a message that was saved from a mailbox: which selector signed it for the domain, whether that verifies with ' +
          'what DNS has now, by an independent verifier, and whether selector and key are those in the ledger. Changes nothing.',
      )
      .argument('<file>', 'the message as it was received (.eml); - for standard input')
      .option('-d, --domain <domain>', 'the domain that should have signed (default: that of From)'),
  )
    .option('--no-aws', 'ask DNS alone, not the function for its ledger')
    .ends({
      ok: 'signed, it verifies, with the selector and key in the ledger',
      notReady: 'not by the key in force: SES has not verified it yet, or the message is an older one',
      wrong:
        'wrong: not signed for the domain, it does not verify, or with a key that the ledger does not know',
      cannotTell: 'not known: DNS did not answer',
      examples: [
        ['verify-mail message.eml', 'a message that was saved from a mailbox'],
        ['verify-mail --no-aws - < message.eml', 'without AWS'],
        ['verify-mail message.eml --nameserver 10.0.0.53:53', 'with the record as that server has it'],
      ],
    })
    .runs(verifyMail);

async function verifyMail(cli: Cli, options: VerifyMailOptions, file: string): Promise<ExitCode> {
  const { world, out } = cli;
  const message = await readMessage(world, file);
  const head = await readHead(message);
  const list = await readList(world, options);
  const target = targetIn(world, options, list, entryOf(options, head, list));
  const { domain } = target;
  const isOwn = (signature: Signature): boolean => toALabels(signature.domain) === domain;
  const checks = head.signatures.flatMap((signature, index) =>
    isOwn(signature) ? [check(cli, options, target, message, head, index)] : [],
  );
  const [signatures, { known, problem }] = await out.progress.during(
    `Checking the signatures for ${domain}`,
    Promise.all([Promise.all(checks), askLedger(cli, options, target)]),
  );
  const others = head.signatures.filter((signature) => !isOwn(signature));
  const found = judgeMail(domain, signatures, others, known);
  const exitCode = problem ? worst([found.exitCode, problem.exitCode]) : found.exitCode;
  const result = {
    domain,
    from: head.from,
    signatures,
    others,
    ledger: known && { selector: known.selector, fingerprint: known.fingerprint, ses: known.ses },
    ...(problem && { problem: { error: problem.code, message: problem.message } }),
    message: found.text,
    exitCode,
  };
  out.result(result, () => {
    const { bold, green, red, yellow } = out.colours;
    const rows = signatures.map((each) => {
      const { selector, algorithm, signedAt = '-', server } = each;
      return [`${selector} for ${each.domain}`, algorithm, signedAt, server, verdictOf(each)];
    });
    const titles = ['Signed by', 'Algorithm', 'At', 'Server', 'Its record'].map((title) => bold(title));
    return [
      `From: ${head.from.join(', ')}`,
      ...(rows.length > 0 ? [table(titles, rows)] : []),
      ...others.map((each) => `Also signed by ${each.selector} for ${each.domain}: not checked.`),
      ...(problem ? [yellow(`The ledger could not be asked. ${problem.code}: ${problem.message}`)] : []),
      (exitCode === EXIT.ok ? green : exitCode === EXIT.wrong ? red : yellow)(found.text),
    ].join('\n');
  });
  return exitCode;
}

/** Returns the entry of the listed domain that is or contains that of `From:`; else the domain that signed for it, else that of `From:`. */
function entryOf(
  { domain }: VerifyMailOptions,
  { from: [address = ''], signatures }: MessageHead,
  list: DomainList | undefined,
): string {
  if (domain !== undefined) return domain;
  const sender = toALabels(address.slice(address.lastIndexOf('@') + 1));
  if (sender === undefined)
    throw usageError(
      'The message has no usable From: name the domain that should have signed it with --domain.',
    );
  const around = <T extends { readonly domain: string }>(domains: readonly T[]): T | undefined =>
    domains
      .filter(({ domain: each }) => each === sender || sender.endsWith(`.${each}`))
      .sort((a, b) => b.domain.length - a.domain.length)[0];
  const signers = signatures.map((each) => ({ domain: toALabels(each.domain) ?? '' }));
  return around(list?.domains ?? [])?.stack ?? around(signers)?.domain ?? sender;
}

async function check(
  { world }: Cli,
  options: VerifyMailOptions,
  { domain, listed }: Target,
  message: Buffer,
  head: MessageHead,
  index: number,
): Promise<CheckedSignature> {
  const signature = head.signatures[index]!;
  const name = recordName(domain, signature.selector);
  if (!isPlainName(name)) return { ...signature, server: '-', verifies: false, reason: 'no such name' };
  const texts = await findText(world, gateSettings(options, listed?.gate))(name);
  if ('problem' in texts) return { ...signature, server: '-', reason: texts.problem };
  const { server, values, exists } = texts;
  if (values.length === 0) {
    const none = exists ? 'has no TXT record there' : 'says that the name does not exist';
    return { ...signature, server, verifies: false, reason: `${server} ${none}` };
  }
  const verified = await verifyWith(message, head, index, values, world.clock.now());
  return { ...signature, server, ...verified };
}

/** Asks the function for its ledger. A failure must not hide what DNS has. */
async function askLedger(
  cli: Cli,
  { aws }: VerifyMailOptions,
  target: Target,
): Promise<{ known: StatusAnswer | null; problem?: CliError }> {
  if (!aws) return { known: null };
  const answer = await orCliError(askFunction(cli, target, 'status'));
  return answer instanceof CliError ? { known: null, problem: answer } : { known: answer };
}

function verdictOf({ verifies, reason, fingerprint }: CheckedSignature): string {
  if (verifies === undefined) return `unknown: ${reason}`;
  return `${verifies ? 'verifies' : `does not verify: ${reason}`}${fingerprint ? ` (key ${fingerprint})` : ''}`;
}

/**
 * Asks for TXT records as a receiver of mail does: resolvers; or the name servers that were given instead.
 * @throws CliError for a malformed server, or without a server to ask
 */
function findText(world: CliWorld, settings: AskedGate): FindTexts {
  const { mode, nameservers = [] } = settings;
  const isGiven = mode === 'authoritative' && nameservers.length > 0;
  const find = findTexts(world.lookUp, isGiven ? { ...settings, resolvers: [] } : settings, gateWorld(world));
  return (name) => withServers(find(name));
}

const MESSAGE_LIMITS = {
  /** SES sends 40 MB at most. */
  bytes: 50 * 2 ** 20,
  headerBytes: 2 ** 20,
  /** Each may cost a question in DNS. SES makes two; lists and forwarders add some. */
  signatures: 20,
} as const;

/** Of an mbox file, and of some mail programs, the line before the message. */
const ENVELOPE_LINE = /^(?:\xef\xbb\xbf)?(?:>?From [^\n]*\n)?/;
const FIELD = /^[!-9;-~]+[ \t]*:/;

/**
 * Reads a message as it was received (RFC 5322), bounded in size.
 * @param file `-`: standard input
 * @throws CliError NO_MESSAGE, MESSAGE_TOO_LARGE, USAGE
 */
async function readMessage(world: CliWorld, file: string): Promise<Buffer> {
  const bytes = await world.readStart(file, MESSAGE_LIMITS.bytes + 1).catch((error: unknown) => {
    world.signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(code === 'ENOENT' ? `There is no file ${oneLine(file)}.` : oneLine(message));
  });
  if (bytes.length > MESSAGE_LIMITS.bytes)
    throw tooLarge(`it has more than ${MESSAGE_LIMITS.bytes / 2 ** 20} MiB, and SES sends 40 MB at most`);
  const start = bytes.subarray(0, MESSAGE_LIMITS.headerBytes).toString('latin1');
  const [envelope] = ENVELOPE_LINE.exec(start)!;
  const rest = start.slice(envelope.length);
  const header = /^[\s\S]*?\n\r?\n/.exec(rest)?.[0] ?? rest;
  if (!FIELD.test(header)) throw noMessage(file, bytes);
  if (header.length === rest.length && bytes.length > MESSAGE_LIMITS.headerBytes)
    throw tooLarge(`its header has more than ${MESSAGE_LIMITS.headerBytes / 2 ** 20} MiB`);
  const signatures = header.match(/^dkim-signature[ \t]*:/gim)?.length ?? 0;
  if (signatures > MESSAGE_LIMITS.signatures)
    throw tooLarge(`it has ${signatures} signatures; expected ${MESSAGE_LIMITS.signatures} at most`);
  return bytes.subarray(envelope.length);
}

const tooLarge = (why: string): CliError =>
  new CliError(`The message was not checked: ${why}.`, 'MESSAGE_TOO_LARGE', EXIT.failed);

function noMessage(file: string, bytes: Buffer): CliError {
  const outlook = bytes.subarray(0, 4).toString('hex') === 'd0cf11e0';
  const found = bytes.length === 0 ? 'nothing' : outlook ? 'a .msg file of Outlook' : 'no header line first';
  return new CliError(
    `${file === '-' ? 'Standard input' : oneLine(file)} is no mail: found ${found}; expected the message as it was ` +
      'received, header lines first, as mail programs save it ("Save as" .eml, "Download original", "View source").',
    'NO_MESSAGE',
    EXIT.failed,
  );
}
