import { oneLine } from '../../handlers/escape';
import { CliError, usageError } from '../cli-error';
import { EXIT } from '../exit-codes';
import type { CliWorld } from '../world';

export const MESSAGE_LIMITS = {
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
 * A message as it was received (RFC 5322), bounded in size.
 * @param file `-`: standard input
 * @throws CliError NO_MESSAGE, MESSAGE_TOO_LARGE, USAGE
 */
export async function readMessage(world: CliWorld, file: string): Promise<Buffer> {
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
