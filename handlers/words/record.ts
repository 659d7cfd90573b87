import {
  KEY_TYPE,
  type KeyEncodingProblem,
  READ_OCTETS,
  type RecordHazard,
  type RecordProblem,
  type RecordWarning,
  STRING_OCTETS,
  type TagListProblem,
} from '../facts/keys';
import { describePublicKeyProblem } from './keys';

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
