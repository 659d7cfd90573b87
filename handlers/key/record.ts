import { describePublicKeyProblem } from '../words/keys';
import { keyProblem, type PublicKey, RECORD_KEY_TYPE, readPublicKeyDer } from './public-key';

/** The reading of a DKIM key record: a key that can verify what SES signs, or why it has none. */
export type RecordReading =
  | {
      readonly key: PublicKey;
      /** What works today and should be fixed. */
      readonly warnings: readonly string[];
    }
  | {
      readonly problem: string;
      /** If the key itself could be read. */
      readonly key?: PublicKey;
    };

/** `tag=value` pairs (RFC 6376 §3.2), or why the text has none. */
export type TagList = { readonly tags: ReadonlyMap<string, string> } | { readonly problem: string };

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** VALCHAR and folding white space (RFC 6376 §2.8): blanks, and line breaks that are followed by one; not the semicolon. */
const VALUE = /^(?:[\x21-\x3a\x3c-\x7e]|[ \t]|\r\n(?=[ \t]))*$/;
const FWS = '(?:[ \\t]|\\r\\n(?=[ \\t]))*';

/** `tag = value`. Matches in linear time, whatever the text. */
const SPEC = new RegExp(`^${FWS}(?:([^= \\t\\r\\n]+)${FWS})?=([^]*)$`);

function printable(text: string): string {
  const cut = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  return JSON.stringify(cut).replace(/[\x7f-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
}

/**
 * Parses a tag list: names are case-sensitive, a repeated name makes the whole list invalid, one semicolon may end it.
 * Values keep the white space inside them.
 */
export function readTagList(text: string): TagList {
  const specs = text.split(';');
  if (specs.length > 1 && /^[ \t\r\n]*$/.test(specs.at(-1)!)) specs.pop();
  const tags = new Map<string, string>();
  for (const spec of specs) {
    const pair = SPEC.exec(spec);
    if (!pair) return { problem: `${printable(spec.trim())} is not a tag=value pair` };
    const [, name = '', value = ''] = pair;
    if (!TAG_NAME.test(name)) return { problem: `${printable(name)} is not a tag name` };
    if (!VALUE.test(value)) return { problem: `tag ${name}= holds characters that are not allowed` };
    if (tags.has(name)) return { problem: `tag ${name}= is repeated` };
    tags.set(name, value.trim());
  }
  return { tags };
}

/** How much of a record opendkim reads. */
const READ_OCTETS = 1024;

/**
 * Finds what the RFC allows and some verifier in use fails on. One of these is a warning; two are refused, since each stops
 * another verifier. From a comparison of opendkim, Mail::DKIM and dkimpy: docs/evidence/dns-verdicts.md.
 */
function hazards(tags: ReadonlyMap<string, string>, value: string): readonly string[] {
  const found: string[] = [];
  const [hashes = '', services = '', granularity] = [tags.get('h'), tags.get('s'), tags.get('g')];
  if (services.includes(':')) found.push('its s= lists several services, which some do not read as a list');
  if (/\s/.test(services) || /\s/.test(hashes))
    found.push('its s= or h= has white space in it, which some do not allow');
  if (granularity !== undefined && granularity !== '*')
    found.push('its g=, which RFC 6376 abolished, still restricts senders for some');
  if (value.length >= READ_OCTETS)
    found.push(`it is longer than ${READ_OCTETS} octets, beyond which some do not read`);
  return found;
}

function list(value: string): string[] {
  return value.split(':').map((item) => item.trim());
}

/** Recognises common mistakes when a record is pasted. */
function pastedWrongly(value: string): string | undefined {
  if (value.trim() === '') return 'is empty';
  if (/^\s*["'\u201c\u201d\u0093\u0094\u00e2]/.test(value))
    return 'has quotation marks around its value: they belong to the zone file, not to the record';
  if (/=\s*(DKIM1|rsa)\s*\\;/.test(value))
    return 'has backslashes before its semicolons: they belong to the zone file, not to the record';
  return undefined;
}

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
const STRING_OCTETS = 255;

function notBase64(p: string): string {
  if (/^customerProvidedPublicKey$/i.test(p))
    return 'holds the placeholder of the SES console, p=customerProvidedPublicKey, in place of the public key';
  if (p.includes('"')) return 'has quotation marks in its p=: its parts were pasted as one string';
  if (p.includes('-----')) return 'has PEM lines in its p=: it takes the base64 between them';
  return 'is damaged: its p= is not base64 (cut short, or characters were lost)';
}

/** Returns why the tags other than p= do not make a record that SES's signatures can be checked with. */
function problemOfTags(tags: ReadonlyMap<string, string>): string | undefined {
  const version = tags.get('v');
  if (version !== undefined && [...tags.keys()][0] !== 'v') return 'has v= in another place than the first';
  if (version !== undefined && version !== 'DKIM1') return 'is not a DKIM key: its v= is not DKIM1';
  const keyType = tags.get('k') ?? RECORD_KEY_TYPE;
  if (keyType !== RECORD_KEY_TYPE) return `holds no RSA key: its k= is ${printable(keyType)}`;
  const hashes = tags.get('h');
  if (hashes !== undefined && !list(hashes).includes('sha256'))
    return 'does not allow sha256, which SES signs with: see its h=';
  const services = tags.get('s');
  if (services !== undefined && !list(services).some((service) => service === '*' || service === 'email'))
    return 'is not for mail: its s= has neither email nor *';
  return undefined;
}

function readKey(p: string, expected: PublicKey | undefined): RecordReading {
  const base64 = p.replace(/[ \t\r\n]+/g, '');
  if (base64 === '') return { problem: 'is revoked: its p= is empty' };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return { problem: notBase64(p) };
  const reading =
    base64 === expected?.spki
      ? { key: expected, form: 'spki' as const }
      : readPublicKeyDer(Buffer.from(base64, 'base64'));
  if ('problem' in reading) return { problem: `is unusable: its p= ${reading.problem}` };
  const { key, form } = reading;
  const unusable = keyProblem(key);
  if (unusable) return { problem: `holds a key that ${describePublicKeyProblem(unusable)}`, key };
  // RFC 6376 §3.6.1 names this form, its appendix C makes the other (erratum 3017), and most verifiers read only that.
  if (form === 'pkcs1')
    return {
      problem:
        'holds the bare form of the key (RSAPublicKey), which most verifiers cannot read: p= takes its SubjectPublicKeyInfo',
      key,
    };
  return { key, warnings: [] };
}

/**
 * Reads the value of a TXT record, its strings joined (RFC 6376 §3.6.1, RFC 8301). Usable means: verifiers in use take it
 * to verify an rsa-sha256 signature on mail, and SES could have made that.
 *
 * @param expected a key that is known: if the record holds it literally, it is not parsed again
 * @returns `problem` continues a sentence that begins with "the record"
 */
export function readRecord(value: string, expected?: PublicKey): RecordReading {
  const slip = pastedWrongly(value);
  if (slip) return { problem: slip };
  const tagList = readTagList(value);
  if ('problem' in tagList) return { problem: `is malformed: ${tagList.problem}` };
  const { tags } = tagList;
  const problem = problemOfTags(tags);
  if (problem) return { problem };
  const p = tags.get('p');
  if (p === undefined) return { problem: 'has no p=, so no key' };
  const reading = readKey(p, expected);
  if ('problem' in reading && !reading.key && value.length === STRING_OCTETS)
    return {
      problem: `is cut after ${STRING_OCTETS} characters, the most that one string of a TXT record holds: the rest goes into a second string of the same record`,
    };
  if ('problem' in reading) return reading;
  const found = hazards(tags, value);
  if (found.length > 1)
    return { problem: `is one that most verifiers fail: ${found.join('; ')}`, key: reading.key };
  const testing = list(tags.get('t') ?? '').includes('y');
  return {
    key: reading.key,
    warnings: [
      ...found.map((hazard) => `Some verifiers fail on the record: ${hazard}.`),
      ...(testing
        ? ['The record says t=y (testing): verifiers treat a failed signature as if there were none.']
        : []),
    ],
  };
}
