import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ByodkimError } from '../../errors/errors';
import type { KeyFileProblem } from '../../words/keys';
import { publicKeyOf, type SigningKey } from './public-key';
import { derForSes, isConsistent, isSupported, KEY_LABELS, keyProblem } from './rsa';

/** SES: length of `DomainSigningPrivateKey`. */
const MAX_BASE64_LENGTH = 20480;

/**
 * Largest size of an object that is read. A key, its record or a drill has a few kilobytes; a larger object is something else.
 */
export const MAX_OBJECT_BYTES = 64 * 1024;

/** Private keys in other forms, by their PEM label. */
const OTHER_FORMS: Readonly<Record<string, KeyFileProblem>> = {
  'ENCRYPTED PRIVATE KEY': { kind: 'encrypted' },
  'OPENSSH PRIVATE KEY': { kind: 'openssh' },
};

/** The private key in a PEM file. */
interface PemKey {
  readonly type: 'pkcs1' | 'pkcs8';
  readonly der: Buffer;
}

/** A PEM block; `begin` and `end` are its labels. */
interface PemBlock {
  readonly begin: string;
  readonly body: string;
  readonly end: string;
}

/** Refuses a file. @throws ByodkimError CERTIFICATE_INVALID */
type Refuse = (problem: KeyFileProblem) => never;

function decode(bytes: Uint8Array, refuse: Refuse): string {
  if (bytes.length === 0) refuse({ kind: 'empty' });
  if (bytes.length > MAX_OBJECT_BYTES) refuse({ kind: 'too-large', bytes: bytes.length });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    refuse({ kind: 'utf-16' });
  // Matches a DER SEQUENCE with a long length; no text begins in this way.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) > 0x7f) refuse({ kind: 'der' });
  return Buffer.from(bytes).toString('latin1');
}

/** Matches a line that begins or ends a block. */
const BOUNDARY = /-----(BEGIN|END) ([A-Z0-9 ]{1,40})(?=-----)/g;
/** Matches the line that begins a block, which only blanks may follow. */
const REST_OF_LINE = /-----[ \t]*\r?\n/y;

/** Returns the PEM blocks (RFC 7468) in order, and ignores other text. Scans the text once. */
function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly from: number } | undefined;
  for (const { 0: line, 1: kind, 2: label = '', index } of text.matchAll(BOUNDARY)) {
    if (kind === 'END') {
      if (open) blocks.push({ begin: open.label, body: text.slice(open.from, index), end: label });
      open = undefined;
    } else if (!open) {
      REST_OF_LINE.lastIndex = index + line.length;
      if (REST_OF_LINE.test(text)) open = { label, from: REST_OF_LINE.lastIndex };
    }
  }
  return blocks;
}

/** Finds the one private key in a PEM file, and ignores other text. */
function findKey(text: string, refuse: Refuse): PemKey {
  const blocks = pemBlocks(text);
  if (blocks.some(({ begin, end }) => begin !== end)) refuse({ kind: 'labels-differ' });
  const keys = blocks.filter(({ begin }) => begin.endsWith('PRIVATE KEY'));
  if (keys.length > 1) refuse({ kind: 'several-keys', count: keys.length });
  const [key] = keys;
  if (!key) {
    if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) refuse({ kind: 'not-closed' });
    return refuse({ kind: 'no-key', label: blocks[0]?.begin });
  }
  const type = KEY_LABELS[key.begin];
  if (!type)
    return refuse(
      OTHER_FORMS[key.begin] ?? { kind: 'other-type', type: key.begin.replace(' PRIVATE KEY', '') },
    );
  if (/^(Proc-Type:.*ENCRYPTED|DEK-Info:)/m.test(key.body)) refuse({ kind: 'encrypted' });
  const base64 = key.body.replace(/[\s]+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) refuse({ kind: 'not-base64' });
  return { type, der: Buffer.from(base64, 'base64') };
}

function parse({ der, type }: PemKey, refuse: Refuse): KeyObject {
  try {
    const key = createPrivateKey({ key: der, format: 'der', type });
    // OpenSSL accepts PKCS#8 as PKCS#1 without an error.
    const mislabelled = type === 'pkcs1' && !key.export({ type, format: 'der' }).equals(der);
    if (!mislabelled) return key;
  } catch {
    // OpenSSL's own message is not passed on, since it might quote the file.
  }
  return refuse({ kind: 'mislabelled' });
}

/**
 * Reads the private key that SES will sign with. Refuses every key that SES would refuse, or accept and never verify (SES
 * checks only the form of a key).
 *
 * @param bytes the object's contents: PEM, PKCS#1 or PKCS#8, RSA of 1024 to 2048 bits
 * @param place their source, for the message, e.g. `s3://bucket/key`
 * @returns the key in the form that is sent to SES, and its public half. `der` and `stored` are not enumerable, so neither
 * JSON nor a log of the object shows them.
 * @throws ByodkimError CERTIFICATE_INVALID with the problem, and never with a part of the file
 */
export function readSigningKey(bytes: Uint8Array, place: string): SigningKey {
  const refuse: Refuse = (problem) => {
    throw new ByodkimError('CERTIFICATE_INVALID', { kind: 'file', place, problem });
  };
  const block = findKey(decode(bytes, refuse), refuse);
  const key = parse(block, refuse);
  if (!isSupported(key)) refuse({ kind: 'other-type', type: String(key.asymmetricKeyType) });
  const publicKey = publicKeyOf(key);
  const problem = keyProblem(publicKey);
  if (problem) refuse(problem);
  if (!isConsistent(key)) refuse({ kind: 'inconsistent' });
  const der = derForSes(key).toString('base64');
  if (der.length > MAX_BASE64_LENGTH) refuse({ kind: 'too-long' });
  const stored = block.der.toString('base64');
  return Object.defineProperties({ publicKey } as SigningKey, {
    der: { value: der },
    stored: { value: stored },
  });
}
