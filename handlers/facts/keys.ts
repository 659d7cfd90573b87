/** Defines the problems of a key, and of a key record, as codes with facts. */

/** Name of the key type of SES in messages. */
export const KEY_TYPE = 'RSA';

/** Sizes of a key that SES accepts; RFC 8301 §3.2 has the same lower bound. */
export const KEY_BITS = { least: 1024, most: 2048 } as const;

/** Reason why no mail can be signed and checked with a public key. */
export type PublicKeyProblem =
  | { readonly kind: 'too-few-bits' | 'too-many-bits'; readonly bits: number }
  | { readonly kind: 'even-exponent' | 'long-exponent' };

/** Reason why SES would refuse a file as a private key, or would accept and never verify it. */
export type KeyFileProblem =
  | {
      readonly kind:
        | 'empty'
        | 'utf-16'
        | 'der'
        | 'encrypted'
        | 'openssh'
        | 'labels-differ'
        | 'not-closed'
        | 'not-base64'
        | 'mislabelled'
        | 'inconsistent'
        | 'too-long';
    }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'several-keys'; readonly count: number }
  /** `label` is that of the first other block. */
  | { readonly kind: 'no-key'; readonly label?: string | undefined }
  | { readonly kind: 'other-type'; readonly type: string }
  | PublicKeyProblem;

/** Reason why the DER of `p=` contains no readable key. */
export type KeyEncodingProblem =
  | { readonly kind: 'no-key' | 'not-as-der' }
  | { readonly kind: 'other-type'; readonly type: string };

/** Reason why a text is not a tag list (RFC 6376 §3.2). `text`: its beginning. */
export type TagListProblem =
  | { readonly kind: 'not-a-pair' | 'not-a-name'; readonly text: string }
  | { readonly kind: 'forbidden-characters' | 'repeated'; readonly tag: string };

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
export const STRING_OCTETS = 255;

/** Number of octets of a record that opendkim reads. */
export const READ_OCTETS = 1024;

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
