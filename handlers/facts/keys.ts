/** Says what is wrong with a key, or with the record of one, as codes with facts. */

/** The type of the keys that SES signs with, as messages name it. */
export const KEY_TYPE = 'RSA';

/** The sizes of a key that SES takes; RFC 8301 §3.2 has the same lower bound. */
export const KEY_BITS = { least: 1024, most: 2048 } as const;

/** Why no mail can be signed and checked with a public key. */
export type PublicKeyProblem =
  | { readonly kind: 'too-few-bits' | 'too-many-bits'; readonly bits: number }
  | { readonly kind: 'even-exponent' | 'long-exponent' };

/** Why SES would not take a file as its private key, or would take it and never verify. */
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
  /** `label`: that of the first other block. */
  | { readonly kind: 'no-key'; readonly label?: string | undefined }
  | { readonly kind: 'other-type'; readonly type: string }
  | PublicKeyProblem;

/** Why the DER of `p=` holds no key that can be read. */
export type KeyEncodingProblem =
  | { readonly kind: 'no-key' | 'not-as-der' }
  | { readonly kind: 'other-type'; readonly type: string };

/** Why a text is no list of tags (RFC 6376 §3.2). `text`: its beginning. */
export type TagListProblem =
  | { readonly kind: 'not-a-pair' | 'not-a-name'; readonly text: string }
  | { readonly kind: 'forbidden-characters' | 'repeated'; readonly tag: string };

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
export const STRING_OCTETS = 255;

/** How much of a record opendkim reads. */
export const READ_OCTETS = 1024;

/** What the RFC allows in a record and some verifier in use fails on. */
export type RecordHazard = 'several-services' | 'white-space' | 'granularity' | 'long';

/** Why verifiers cannot use a record. */
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
        /** The key stands there without its SubjectPublicKeyInfo. */
        | 'bare-key'
        /** It ends after one string, of which the rest is missing. */
        | 'cut-off';
    }
  | { readonly kind: 'malformed'; readonly problem: TagListProblem }
  /** `type`: the beginning of `k=`. */
  | { readonly kind: 'other-type'; readonly type: string }
  | { readonly kind: 'encoding'; readonly problem: KeyEncodingProblem }
  | { readonly kind: 'key'; readonly problem: PublicKeyProblem }
  /** Two at least: each stops another verifier. */
  | { readonly kind: 'hazards'; readonly hazards: readonly RecordHazard[] };

/** What works in a record today and should be fixed. */
export type RecordWarning =
  | { readonly kind: 'hazard'; readonly hazard: RecordHazard }
  | { readonly kind: 'testing' };
