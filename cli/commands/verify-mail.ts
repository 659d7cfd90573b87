import { recordName } from '../../handlers/contract';
import { isPlainName } from '../../handlers/dns/codec';
import { toALabels } from '../../handlers/settings';
import type { DomainList } from '../../list/domain-list';
import { CliError, orCliError, usageError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { addServerOptions, gateSettings } from '../dns/gate-options';
import { findText } from '../dns/text';
import { readList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { type CheckedSignature, findingOf, type Known } from '../mail/finding';
import { readMessage } from '../mail/message';
import { type MessageHead, readHead, type Signature, verifyWith } from '../mail/signatures';
import { askFunction, type Target, targetIn } from '../target';
import { table } from '../terminal/table';

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
  const found = findingOf(domain, signatures, others, known);
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

/** Returns the entry of the listed domain that `From:` lies in; else the domain that signed for it, else that of `From:`. */
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

/** A ledger that cannot be read must not hide what DNS has. */
async function askLedger(
  cli: Cli,
  { aws }: VerifyMailOptions,
  target: Target,
): Promise<{ known: Known | null; problem?: CliError }> {
  if (!aws) return { known: null };
  const answer = await orCliError(askFunction(cli, target, 'status'));
  return answer instanceof CliError ? { known: null, problem: answer } : { known: answer };
}

function verdictOf({ verifies, reason, fingerprint }: CheckedSignature): string {
  if (verifies === undefined) return `unknown: ${reason}`;
  return `${verifies ? 'verifies' : `does not verify: ${reason}`}${fingerprint ? ` (key ${fingerprint})` : ''}`;
}
