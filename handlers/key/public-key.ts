/** An RSA public key as numbers: what is compared, whatever form it was written in. */
export interface RsaPublicKey {
  /** Hexadecimal, lower case, without leading zeros. */
  readonly modulus: string;
  /** Hexadecimal, lower case, without leading zeros. */
  readonly exponent: string;
  /** Size of the modulus. */
  readonly bits: number;
  /** base64 of the SubjectPublicKeyInfo (DER): the `p=` of a DKIM record. */
  readonly spki: string;
  /** `SHA256:` and the base64 of the SHA-256 of the SubjectPublicKeyInfo, as ssh and others print it. */
  readonly fingerprint: string;
}

/** A private key that SES will take. Only `handlers/aws/email-identity.ts` may send `der` anywhere. */
export interface SigningKey {
  /** base64 of the DER, PKCS#1 or PKCS#8 as found: exactly what SES wants (no PEM lines, no line breaks). */
  readonly der: string;
  readonly publicKey: RsaPublicKey;
}
