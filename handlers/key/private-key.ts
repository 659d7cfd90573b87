import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { ByodkimError } from '../errors/errors';
import { rsaPublicKeyOf, type SigningKey } from './public-key';
import { exponentProblem, isConsistent } from './rsa-consistency';

/** What SES takes; RFC 8301 §3.2 has the same lower bound. */
export const MIN_KEY_BITS = 1024;
export const MAX_KEY_BITS = 2048;

/** SES: length of `DomainSigningPrivateKey`. */
const MAX_BASE64_LENGTH = 20480;

/** A key, its record or a drill has a few kilobytes; more is something else, and is not read. */
export const MAX_FILE_BYTES = 64 * 1024;

/** DER types by PEM label (RFC 7468). */
const KEY_LABELS: Readonly<Record<string, 'pkcs1' | 'pkcs8'>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'PRIVATE KEY': 'pkcs8',
};

/** Labels of what is stored instead of a key by mistake, and the reason that is given. */
const REFUSED_LABELS: Readonly<Record<string, string>> = {
  'ENCRYPTED PRIVATE KEY':
    'the private key is encrypted with a passphrase; store it without one (openssl pkey -in … -out …), S3 encrypts it',
  'EC PRIVATE KEY': 'it is an EC key, and SES takes RSA only',
  'DSA PRIVATE KEY': 'it is a DSA key, and SES takes RSA only',
  'OPENSSH PRIVATE KEY':
    'it is in the format of OpenSSH; convert it to PEM (ssh-keygen -p -m PEM -f …) or make a new one (openssl genrsa)',
};

/** Labels that are harmless beside a private key, and a mistake without one. */
const PUBLIC_LABELS: Readonly<Record<string, string>> = {
  CERTIFICATE: 'a certificate',
  'TRUSTED CERTIFICATE': 'a certificate',
  'CERTIFICATE REQUEST': 'a certificate request',
  'NEW CERTIFICATE REQUEST': 'a certificate request',
  'PUBLIC KEY': 'a public key',
  'RSA PUBLIC KEY': 'a public key',
};

/** Reads the file as text, or returns why it is not text. */
function decode(bytes: Uint8Array): { text: string } | { problem: string } {
  if (bytes.length === 0) return { problem: 'the object is empty' };
  if (bytes.length > MAX_FILE_BYTES) return { problem: `the object is too large (${bytes.length} bytes)` };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: 'the file is UTF-16 text; save it as plain ASCII' };
  }
  // A DER SEQUENCE with a long length: no text begins so.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) > 0x7f) {
    return { problem: 'it is in DER form; convert it to PEM (openssl pkey -inform DER -in … -out …)' };
  }
  return { text: Buffer.from(bytes).toString('latin1') };
}

interface PemBlock {
  readonly begin: string;
  readonly body: string;
  readonly end: string;
}

/** A line that begins a block, or ends one. */
const BOUNDARY = /-----(BEGIN|END) ([A-Z0-9 ]{1,40})(?=-----)/g;
/** Only blanks may follow the line that begins a block. */
const REST_OF_LINE = /-----[ \t]*\r?\n/y;

/** Returns the PEM blocks (RFC 7468) in their order, and ignores other text. Scans the text once. */
function pemBlocks(text: string): readonly PemBlock[] {
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

interface KeyBlock {
  readonly type: 'pkcs1' | 'pkcs8';
  readonly der: Buffer;
}

function decodeBody(label: string, body: string): KeyBlock | { problem: string } {
  if (/^(Proc-Type:.*ENCRYPTED|DEK-Info:)/m.test(body))
    return { problem: REFUSED_LABELS['ENCRYPTED PRIVATE KEY']! };
  const base64 = body.replace(/[\s]+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    return { problem: 'the text between its PEM lines is not base64' };
  }
  return { type: KEY_LABELS[label]!, der: Buffer.from(base64, 'base64') };
}

/** Finds the one private key in a PEM file, and ignores other text. */
function findKey(text: string): KeyBlock | { problem: string } {
  const blocks = pemBlocks(text);
  const torn = blocks.find(({ begin, end }) => begin !== end);
  if (torn) return { problem: 'a PEM block ends with another label than it began with: the file is damaged' };
  const refused = blocks.find(({ begin }) => begin in REFUSED_LABELS);
  if (refused) return { problem: REFUSED_LABELS[refused.begin]! };
  const keys = blocks.filter(({ begin }) => begin in KEY_LABELS);
  if (keys.length > 1) return { problem: `it has ${keys.length} private keys, and must have one` };
  const [key] = keys;
  if (key) return decodeBody(key.begin, key.body);
  const other = blocks.find(({ begin }) => begin in PUBLIC_LABELS);
  if (other) return { problem: `it holds ${PUBLIC_LABELS[other.begin]}, and no private key` };
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
    return { problem: 'its PEM block is not closed: the file is cut short' };
  }
  return {
    problem: 'it has no PEM private key (no block with the label PRIVATE KEY or RSA PRIVATE KEY)',
  };
}

/** Returns the length of the outermost DER value, header included. */
function derLength(der: Buffer): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  // Zero is an indefinite length, which DER does not have.
  return octets === 0 || octets > 4 || der.length < 2 + octets ? -1 : 2 + octets + der.readUIntBE(2, octets);
}

function parse({ der, type }: KeyBlock): KeyObject | { problem: string } {
  try {
    const key = createPrivateKey({ key: der, format: 'der', type });
    // OpenSSL accepts PKCS#8 as PKCS#1 without an error.
    const mislabelled = type === 'pkcs1' && !key.export({ type, format: 'der' }).equals(der);
    if (!mislabelled) return key;
  } catch {
    // OpenSSL's own message is not passed on: it might quote what it read.
  }
  return {
    problem: 'the contents of its PEM block are not what its label says: the file is damaged, or mislabelled',
  };
}

export const unusableKey = (place: string, reason: string): ByodkimError =>
  new ByodkimError('CERTIFICATE_INVALID', {
    what: `The private key in ${place} cannot be used: ${reason}. Expected one RSA private key of ${MIN_KEY_BITS} to ${MAX_KEY_BITS} bits in PEM (PKCS#1 or PKCS#8), not encrypted. SES has not been changed.`,
    details: { place, reason },
  });

/**
 * Reads the private key that SES will sign with. Refuses every key that SES would refuse, or accept and never verify (SES
 * checks only the form of a key).
 *
 * @param bytes the object's contents: PEM, PKCS#1 or PKCS#8, RSA of 1024 to 2048 bits
 * @param place their source, for the message, e.g. `s3://bucket/key`
 * @returns what is sent to SES, and the public half of exactly that. `der` and `stored` are not enumerable: neither JSON nor a log
 *   of the object shows it.
 * @throws ByodkimError CERTIFICATE_INVALID with the reason; no part of the file is ever in it
 */
export function readSigningKey(bytes: Uint8Array, place: string): SigningKey {
  const refuse = (reason: string): never => {
    throw unusableKey(place, reason);
  };
  const decoded = decode(bytes);
  if ('problem' in decoded) return refuse(decoded.problem);
  const block = findKey(decoded.text);
  if ('problem' in block) return refuse(block.problem);
  if (derLength(block.der) !== block.der.length)
    return refuse('its PEM block is damaged: it holds too little, or too much');
  const key = parse(block);
  if ('problem' in key) return refuse(key.problem);
  if (key.asymmetricKeyType !== 'rsa')
    return refuse(`it is a key of type ${key.asymmetricKeyType}, and SES takes RSA only`);
  const publicKey = rsaPublicKeyOf(key);
  if (publicKey.bits < MIN_KEY_BITS)
    return refuse(`it has ${publicKey.bits} bits, and fewer than ${MIN_KEY_BITS} are not secure (RFC 8301)`);
  if (publicKey.bits > MAX_KEY_BITS)
    return refuse(`it has ${publicKey.bits} bits, and SES takes ${MAX_KEY_BITS} at most`);
  const exponent = exponentProblem(publicKey);
  if (exponent) return refuse(exponent);
  if (!isConsistent(key)) return refuse('its numbers do not match each other: the file is damaged');
  // PKCS#1 whatever was stored: SES has taken PKCS#8 and never verified it (awsdocs/amazon-ses-developer-guide#71).
  const der = key.export({ type: 'pkcs1', format: 'der' }).toString('base64');
  if (der.length > MAX_BASE64_LENGTH) return refuse('it is longer than SES takes');
  const stored = block.der.toString('base64');
  return Object.defineProperties({ publicKey } as SigningKey, {
    der: { value: der },
    stored: { value: stored },
  });
}

/** Makes an RSA private key: PEM, PKCS#8, not encrypted, of the largest size that SES takes. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MAX_KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}
