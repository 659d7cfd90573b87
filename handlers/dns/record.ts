import { MAX_KEY_BITS, MIN_KEY_BITS } from '../key/private-key';
import type { RsaPublicKey } from '../key/public-key';
import { readPublicKeyDer } from '../key/read-public-key';
import { stumblingBlocks } from './stumbling-blocks';
import { readTagList } from './tag-list';

/** A DKIM key record as read: a key that can verify what SES signs, or why there is none. */
export type RecordReading =
  | {
      readonly key: RsaPublicKey;
      /** What works, and yet somebody should look at. */
      readonly warnings: readonly string[];
    }
  | {
      readonly problem: string;
      /** Where the key itself could be read. */
      readonly key?: RsaPublicKey;
    };

const list = (value: string): string[] => value.split(':').map((item) => item.trim());

/** What people paste wrongly is worth a sentence of its own. */
const pastedWrongly = (value: string): string | undefined => {
  if (value.trim() === '') return 'is empty';
  if (/^\s*["'“”\u0093\u0094\u00e2]/.test(value)) {
    return 'has quotation marks around its value: they belong to the zone file, not to the record';
  }
  if (/=\s*(DKIM1|rsa)\s*\\;/.test(value)) {
    return 'has backslashes before its semicolons: they belong to the zone file, not to the record';
  }
  if (/^\s*v=spf1\b/i.test(value)) return 'is an SPF record, not a DKIM key';
  if (/^\s*v=DMARC1\b/i.test(value)) return 'is a DMARC record, not a DKIM key';
  return undefined;
};

const notBase64 = (p: string): string => {
  if (p.includes('"')) return 'has quotation marks in its p=: its parts were pasted as one string';
  if (p.includes('-----')) return 'has PEM lines in its p=: it takes the base64 between them';
  return 'is damaged: its p= is not base64 (cut short, or characters were lost)';
};

const readKey = (p: string): RecordReading => {
  const base64 = p.replace(/[ \t\r\n]+/g, '');
  if (base64 === '') return { problem: 'is revoked: its p= is empty' };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return { problem: notBase64(p) };
  const reading = readPublicKeyDer(Buffer.from(base64, 'base64'));
  if ('problem' in reading) return { problem: `is unusable: its p= ${reading.problem}` };
  const { key, form } = reading;
  if (key.bits < MIN_KEY_BITS) {
    return {
      problem: `holds a key of ${key.bits} bits, and verifiers refuse fewer than ${MIN_KEY_BITS} (RFC 8301)`,
      key,
    };
  }
  if (key.bits > MAX_KEY_BITS) {
    return { problem: `holds a key of ${key.bits} bits, and SES takes ${MAX_KEY_BITS} at most`, key };
  }
  // RFC 6376 §3.6.1 names this form, its appendix C makes the other (erratum 3017), and most verifiers read only that.
  if (form === 'pkcs1') {
    return {
      problem:
        'holds the bare form of the key (RSAPublicKey), which most verifiers cannot read: p= takes its SubjectPublicKeyInfo',
      key,
    };
  }
  return { key, warnings: [] };
};

/**
 * Reads the value of a TXT record, its strings joined, as RFC 6376 §3.6.1 and RFC 8301 say. Usable means: verifiers in
 * use would take it to verify an rsa-sha256 signature on mail, and SES could have made it.
 *
 * @returns `problem` continues a sentence that begins with "the record"
 */
export const readRecord = (value: string): RecordReading => {
  const slip = pastedWrongly(value);
  if (slip) return { problem: slip };
  const tagList = readTagList(value);
  if ('problem' in tagList) return { problem: `is malformed: ${tagList.problem}` };
  const { tags } = tagList;
  const version = tags.get('v');
  if (version !== undefined && [...tags.keys()][0] !== 'v')
    return { problem: 'has v= in another place than the first' };
  if (version !== undefined && version !== 'DKIM1')
    return { problem: 'is not a DKIM key: its v= is not DKIM1' };
  const keyType = tags.get('k') ?? 'rsa';
  if (keyType !== 'rsa')
    return { problem: `holds no RSA key: its k= is ${JSON.stringify(keyType.slice(0, 20))}` };
  const hashes = tags.get('h');
  if (hashes !== undefined && !list(hashes).includes('sha256')) {
    return { problem: 'does not allow sha256, which SES signs with: see its h=' };
  }
  const services = tags.get('s');
  if (services !== undefined && !list(services).some((service) => service === '*' || service === 'email')) {
    return { problem: 'is not for mail: its s= has neither email nor *' };
  }
  const p = tags.get('p');
  if (p === undefined) return { problem: 'has no p=, so no key' };
  const reading = readKey(p);
  if ('problem' in reading) return reading;
  const blocks = stumblingBlocks(tags, value);
  if (blocks.length > 1) {
    return { problem: `is one that most verifiers stumble over: ${blocks.join('; ')}`, key: reading.key };
  }
  const testing = list(tags.get('t') ?? '').includes('y');
  return {
    key: reading.key,
    warnings: [
      ...blocks.map((block) => `Some verifiers stumble over the record: ${block}.`),
      ...(testing
        ? ['The record says t=y (testing): verifiers treat a failed signature as if there were none.']
        : []),
    ],
  };
};
