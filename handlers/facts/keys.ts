/** Says what is wrong with a key, as codes with facts. */

/** The sizes of an RSA key that SES takes; RFC 8301 §3.2 has the same lower bound. */
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
