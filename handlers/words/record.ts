import { KEY_TYPE, READ_OCTETS, STRING_OCTETS } from '../key-limits';
import { describePublicKeyProblem, type PublicKeyProblem } from './keys';

/** Reason why the DER of `p=` contains no readable key. */
export type KeyEncodingProblem =
  | { readonly kind: 'no-key' | 'not-as-der' }
  | { readonly kind: 'other-type'; readonly type: string };

/** Reason why a text is not a tag list (RFC 6376 §3.2). `text`: its beginning. */
export type TagListProblem =
  | { readonly kind: 'not-a-pair' | 'not-a-name'; readonly text: string }
  | { readonly kind: 'forbidden-characters' | 'repeated'; readonly tag: string };

/** A property of a record that the RFC allows, but on which some verifier in use fails. */
export type RecordHazard = 'several-services' | 'white-space' | 'granularity' | 'long';

/** Reason why verifiers cannot use a record. */
export type RecordProblem =
  | {
      readonly kind:
        | 'empty'
        | 'quotation-marks'
        | 'backslashes'
        | 'console-placeholder'
        | 'pasted-strings'
        | 'pem-lines'
        | 'not-base64'
        | 'late-version'
        | 'other-version'
        | 'no-sha256'
        | 'not-for-mail'
        | 'no-key'
        | 'revoked'
        /** The record has the key without its SubjectPublicKeyInfo. */
        | 'bare-key'
        /** The record ends after one string, and the rest is missing. */
        | 'cut-off';
    }
  | { readonly kind: 'malformed'; readonly problem: TagListProblem }
  /** `type`: the beginning of `k=`. */
  | { readonly kind: 'other-type'; readonly type: string }
  | { readonly kind: 'encoding'; readonly problem: KeyEncodingProblem }
  | { readonly kind: 'key'; readonly problem: PublicKeyProblem }
  /** At least two, each of which stops another verifier. */
  | { readonly kind: 'hazards'; readonly hazards: readonly RecordHazard[] };

/** A problem of a record that works today and should be fixed. */
export type RecordWarning =
  | { readonly kind: 'hazard'; readonly hazard: RecordHazard }
  | { readonly kind: 'testing' };

export interface RecordForms {
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  readonly value: string;
  readonly ttlSeconds: number;
  /** One line of a zone file (RFC 1035 §5.1). */
  readonly zoneFile: string;
  /** The value as Route 53 accepts it in its console and as `ResourceRecords[].Value`. */
  readonly route53: string;
}

/** The record of a key, with further requested records. Holds nothing secret. */
export interface DnsRecord extends RecordForms {
  readonly domain: string;
  readonly selector: string;
  /** The value of `p=`: base64 of the SubjectPublicKeyInfo in DER. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Time at which the key was made. ISO 8601. */
  readonly createdAt: string;
  /** Time at which the key must be replaced. ISO 8601. */
  readonly dueAt: string;
  /** The records of the MAIL FROM domain, if others publish them. */
  readonly mailFrom?: readonly RecordForms[];
  /** The records of keys for later rotations, if they are also requested. */
  readonly spares?: readonly RecordForms[];
}

/** A name, and the target of its alias. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** Escapes the beginning of an untrusted text, whose octets are read as Latin-1. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\x7f-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);

function describeTagListProblem(problem: TagListProblem): string {
  switch (problem.kind) {
    case 'not-a-pair':
      return `${quoted(problem.text)} is not a tag=value pair`;
    case 'not-a-name':
      return `${quoted(problem.text)} is not a tag name`;
    case 'forbidden-characters':
      return `tag ${problem.tag}= holds characters that are not allowed`;
    case 'repeated':
      return `tag ${problem.tag}= is repeated`;
  }
}

function describeEncodingProblem(problem: KeyEncodingProblem): string {
  switch (problem.kind) {
    case 'other-type':
      return `holds a key of type ${problem.type}, not ${KEY_TYPE}`;
    case 'not-as-der':
      return `holds an ${KEY_TYPE} key that is not encoded as DER prescribes, or bytes after the end of its key`;
    case 'no-key':
      return `holds no ${KEY_TYPE} public key (neither SubjectPublicKeyInfo nor RSAPublicKey)`;
  }
}

/** Properties on which some verifier fails, each as a clause. */
const HAZARDS: Readonly<Record<RecordHazard, string>> = {
  'several-services': 'its s= lists several services, which some do not read as a list',
  'white-space': 'its s= or h= contains white space, which some verifiers reject',
  granularity: 'its g=, which RFC 6376 abolished, still restricts senders for some',
  long: `it is longer than ${READ_OCTETS} octets, beyond which some do not read`,
};

/** Problems without facts of their own. */
const PLAIN = {
  empty: 'is empty',
  'quotation-marks': 'has quotation marks around its value: they belong to the zone file, not to the record',
  backslashes: 'has backslashes before its semicolons: they belong to the zone file, not to the record',
  'console-placeholder':
    'holds the placeholder of the SES console, p=customerProvidedPublicKey, in place of the public key',
  'pasted-strings': 'has quotation marks in its p=: its parts were pasted as one string',
  'pem-lines': 'has PEM lines in its p=: it takes the base64 between them',
  'not-base64': 'is damaged: its p= is not base64 (cut short, or characters were lost)',
  'late-version': 'does not begin with v=',
  'other-version': 'is not a DKIM key: its v= is not DKIM1',
  'no-sha256': 'does not allow sha256, which SES signs with: see its h=',
  'not-for-mail': 'is not for mail: its s= has neither email nor *',
  'no-key': 'has no p=, so no key',
  revoked: 'is revoked: its p= is empty',
  'bare-key':
    'holds the bare form of the key (RSAPublicKey), which most verifiers cannot read: p= takes its SubjectPublicKeyInfo',
  'cut-off': `is cut after ${STRING_OCTETS} characters, the most that one string of a TXT record holds: the rest goes into a second string of the same record`,
} as const;

/** Describes the reason why verifiers cannot use a record; continues a sentence that begins with "the record". */
export function describeRecordProblem(problem: RecordProblem): string {
  switch (problem.kind) {
    case 'malformed':
      return `is malformed: ${describeTagListProblem(problem.problem)}`;
    case 'other-type':
      return `holds no ${KEY_TYPE} key: its k= is ${quoted(problem.type)}`;
    case 'encoding':
      return `is unusable: its p= ${describeEncodingProblem(problem.problem)}`;
    case 'key':
      return `holds a key that ${describePublicKeyProblem(problem.problem)}`;
    case 'hazards':
      return `is one that most verifiers fail: ${problem.hazards.map((each) => HAZARDS[each]).join('; ')}`;
    default:
      return PLAIN[problem.kind];
  }
}

/** Describes a problem of a record that works today and should be fixed. */
export const describeRecordWarning = (warning: RecordWarning): string =>
  warning.kind === 'hazard'
    ? `Some verifiers fail on the record: ${HAZARDS[warning.hazard]}.`
    : 'The record has t=y (testing): verifiers treat a failed signature as if there were none.';
