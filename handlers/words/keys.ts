import { KEY_BITS, KEY_TYPE } from '../key-limits';

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

/** Describes a problem of a public key; continues a sentence that begins with the key. */
export function describePublicKeyProblem(problem: PublicKeyProblem): string {
  switch (problem.kind) {
    case 'too-few-bits':
      return `has ${problem.bits} bits, and verifiers refuse fewer than ${KEY_BITS.least} (RFC 8301)`;
    case 'too-many-bits':
      return `has ${problem.bits} bits, and SES takes ${KEY_BITS.most} at most`;
    case 'even-exponent':
      return 'has an exponent that is even or 1, and cannot sign';
    case 'long-exponent':
      return 'has an exponent of more than 31 bits, which many verifiers do not accept';
  }
}

/** Problems of a file without facts of their own, each as a clause. */
const FILE_PROBLEMS = {
  empty: 'it is empty',
  'utf-16': 'it is UTF-16 text; save it as plain ASCII',
  der: 'it is in DER form; convert it to PEM (openssl pkey -inform DER -in … -out …)',
  encrypted:
    'it is encrypted with a passphrase; store it without one (openssl pkey -in … -out …), S3 encrypts it',
  openssh:
    'it is in the OpenSSH format; convert it to PEM (ssh-keygen -p -m PEM -f …) or make a new one (openssl genrsa)',
  'labels-differ': 'a PEM block ends with another label than it began with: the file is damaged',
  'not-closed': 'its PEM block is not closed: the file is cut short, or its line breaks are lost',
  'not-base64': 'the text between its PEM lines is not base64',
  mislabelled:
    'the contents of its PEM block are not what its label says: the file is damaged, or mislabelled',
  inconsistent: 'its numbers do not match each other: the file is damaged',
  'too-long': 'it is longer than SES accepts',
} as const;

/** Describes why SES does not accept a file as a private key, in a clause whose subject is the file. */
export function describeKeyFileProblem(problem: KeyFileProblem): string {
  switch (problem.kind) {
    case 'too-large':
      return `it is too large (${problem.bytes} bytes)`;
    case 'several-keys':
      return `it has ${problem.count} private keys, and must have one`;
    case 'no-key': {
      const found = problem.label === undefined ? '' : `; it has a block with the label ${problem.label}`;
      return `it has no PEM block with the label PRIVATE KEY or RSA PRIVATE KEY${found}`;
    }
    case 'other-type':
      return `it is a key of type ${problem.type}, and SES takes ${KEY_TYPE} only`;
    case 'too-few-bits':
    case 'too-many-bits':
    case 'even-exponent':
    case 'long-exponent':
      return `it ${describePublicKeyProblem(problem)}`;
    default:
      return FILE_PROBLEMS[problem.kind];
  }
}
