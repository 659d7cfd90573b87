import { READ_OCTETS, STRING_OCTETS } from '../../key-limits';
import type { RecordHazard, RecordProblem, RecordWarning, TagListProblem } from '../../words/record';
import { type PublicKey, readPublicKeyDer } from './public-key';
import { keyProblem, RECORD_KEY_TYPE } from './rsa';

/** The result of reading a DKIM key record: a key that can verify SES's signatures, or the reason why it has none. */
export type RecordReading =
  | {
      readonly key: PublicKey;
      /** Problems that should be fixed although the record works today. */
      readonly warnings: readonly RecordWarning[];
    }
  | {
      readonly problem: RecordProblem;
      /** The key, if it could be read. */
      readonly key?: PublicKey;
    };

/** `tag=value` pairs (RFC 6376 §3.2), or the reason why the text has none. */
export type TagList = { readonly tags: ReadonlyMap<string, string> } | { readonly problem: TagListProblem };

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** VALCHAR and folding white space (RFC 6376 §2.8): blanks, and line breaks before a blank, but not the semicolon. */
const VALUE = /^(?:[\x21-\x3a\x3c-\x7e]|[ \t]|\r\n(?=[ \t]))*$/;
const FWS = '(?:[ \\t]|\\r\\n(?=[ \\t]))*';

/** `tag = value`. Matches any text in linear time. */
const SPEC = new RegExp(`^${FWS}(?:([^= \\t\\r\\n]+)${FWS})?=([^]*)$`);

/** Returns the beginning of a text that others have published. */
const beginning = (text: string): string => (text.length > 20 ? `${text.slice(0, 20)}…` : text);

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
    if (!pair) return { problem: { kind: 'not-a-pair', text: beginning(spec.trim()) } };
    const [, name = '', value = ''] = pair;
    if (!TAG_NAME.test(name)) return { problem: { kind: 'not-a-name', text: beginning(name) } };
    if (!VALUE.test(value)) return { problem: { kind: 'forbidden-characters', tag: name } };
    if (tags.has(name)) return { problem: { kind: 'repeated', tag: name } };
    tags.set(name, value.trim());
  }
  return { tags };
}

/**
 * Finds properties that the RFC allows but on which some verifier in use fails. One is a warning; two are refused, since each
 * stops another verifier. From a comparison of opendkim, Mail::DKIM and dkimpy: docs/evidence/dns-verdicts.md.
 */
function hazards(tags: ReadonlyMap<string, string>, value: string): readonly RecordHazard[] {
  const found: RecordHazard[] = [];
  const [hashes = '', services = '', granularity] = [tags.get('h'), tags.get('s'), tags.get('g')];
  if (services.includes(':')) found.push('several-services');
  if (/\s/.test(services) || /\s/.test(hashes)) found.push('white-space');
  if (granularity !== undefined && granularity !== '*') found.push('granularity');
  if (value.length >= READ_OCTETS) found.push('long');
  return found;
}

function list(value: string): string[] {
  return value.split(':').map((item) => item.trim());
}

/** Matches an escaped semicolon after `v=DKIM1` or `k=`, as in a zone file. */
const ESCAPED = new RegExp(`=\\s*(DKIM1|${RECORD_KEY_TYPE})\\s*\\\\;`);

/** Recognises common mistakes when a record is pasted. */
function pastedWrongly(value: string): RecordProblem | undefined {
  if (value.trim() === '') return { kind: 'empty' };
  if (/^\s*["'\u201c\u201d\u0093\u0094\u00e2]/.test(value)) return { kind: 'quotation-marks' };
  return ESCAPED.test(value) ? { kind: 'backslashes' } : undefined;
}

function notBase64(p: string): RecordProblem {
  if (/^customerProvidedPublicKey$/i.test(p)) return { kind: 'console-placeholder' };
  if (p.includes('"')) return { kind: 'pasted-strings' };
  return { kind: p.includes('-----') ? 'pem-lines' : 'not-base64' };
}

/** Returns the reason why SES's signatures cannot be checked because of the tags other than p=. */
function problemOfTags(tags: ReadonlyMap<string, string>): RecordProblem | undefined {
  const version = tags.get('v');
  if (version !== undefined && [...tags.keys()][0] !== 'v') return { kind: 'late-version' };
  if (version !== undefined && version !== 'DKIM1') return { kind: 'other-version' };
  const keyType = tags.get('k') ?? RECORD_KEY_TYPE;
  if (keyType !== RECORD_KEY_TYPE) return { kind: 'other-type', type: beginning(keyType) };
  const hashes = tags.get('h');
  if (hashes !== undefined && !list(hashes).includes('sha256')) return { kind: 'no-sha256' };
  const services = tags.get('s');
  if (services !== undefined && !list(services).some((service) => service === '*' || service === 'email'))
    return { kind: 'not-for-mail' };
  return undefined;
}

function readKey(p: string, expected: PublicKey | undefined): RecordReading {
  const base64 = p.replace(/[ \t\r\n]+/g, '');
  if (base64 === '') return { problem: { kind: 'revoked' } };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return { problem: notBase64(p) };
  const reading =
    base64 === expected?.spki
      ? { key: expected, form: 'spki' as const }
      : readPublicKeyDer(Buffer.from(base64, 'base64'));
  if ('problem' in reading) return { problem: { kind: 'encoding', problem: reading.problem } };
  const { key, form } = reading;
  const unusable = keyProblem(key);
  if (unusable) return { problem: { kind: 'key', problem: unusable }, key };
  // RFC 6376 §3.6.1 names this form, its appendix C makes the other (erratum 3017), and most verifiers read only that.
  return form === 'pkcs1' ? { problem: { kind: 'bare-key' }, key } : { key, warnings: [] };
}

/**
 * Reads the value of a TXT record, its strings joined (RFC 6376 §3.6.1, RFC 8301). A record is usable if verifiers in use
 * accept it for an rsa-sha256 signature on mail, and SES could have made that signature.
 *
 * @param expected a known key, which is not parsed again if the record contains it literally
 */
export function readRecord(value: string, expected?: PublicKey): RecordReading {
  const slip = pastedWrongly(value);
  if (slip) return { problem: slip };
  const tagList = readTagList(value);
  if ('problem' in tagList) return { problem: { kind: 'malformed', problem: tagList.problem } };
  const { tags } = tagList;
  const problem = problemOfTags(tags);
  if (problem) return { problem };
  const p = tags.get('p');
  if (p === undefined) return { problem: { kind: 'no-key' } };
  const reading = readKey(p, expected);
  if ('problem' in reading && !reading.key && value.length === STRING_OCTETS)
    return { problem: { kind: 'cut-off' } };
  if ('problem' in reading) return reading;
  const found = hazards(tags, value);
  if (found.length > 1) return { problem: { kind: 'hazards', hazards: found }, key: reading.key };
  const testing = list(tags.get('t') ?? '').includes('y');
  return {
    key: reading.key,
    warnings: [
      ...found.map((hazard) => ({ kind: 'hazard', hazard }) as const),
      ...(testing ? [{ kind: 'testing' } as const] : []),
    ],
  };
}
