import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of an RSA key as numbers (base64url). */
export interface PublicHalf {
  readonly modulus: string;
  readonly exponent: string;
}

/**
 * A private key in the form that SES requires (base64 of the DER, PKCS#1 or PKCS#8, RSA of 1024 to 2048 bits): its
 * public half, and the whole key in PEM. SES accepts anything that looks like base64, but never verifies anything else.
 */
export function privateKeyOf(base64: string): { readonly half?: PublicHalf; readonly pem?: string } {
  const der = Buffer.from(base64, 'base64');
  const key = firstOf(['pkcs8', 'pkcs1'] as const, (type) =>
    createPrivateKey({ key: der, format: 'der', type }),
  );
  return {
    half: key && halfOf(createPublicKey(key)),
    pem: key?.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Returns the key in the `p=` of a DKIM record: SubjectPublicKeyInfo, or a bare RSAPublicKey. */
export function keyInRecord(value: string): PublicHalf | undefined {
  const tags = value.split(';').map((tag) => tag.split(/=(.*)/s).map((part) => part.trim()));
  const tag = (name: string) => tags.find(([key]) => key === name)?.[1];
  if ((tag('v') ?? 'DKIM1') !== 'DKIM1' || (tag('k') ?? 'rsa') !== 'rsa') return undefined;
  const der = Buffer.from((tag('p') ?? '').replace(/\s/g, ''), 'base64');
  if (der.length === 0) return undefined;
  const key = firstOf(['spki', 'pkcs1'] as const, (type) =>
    createPublicKey({ key: der, format: 'der', type }),
  );
  return key && halfOf(key);
}

/** Tries each encoding in turn, and returns the first key that it gives. */
function firstOf<T>(types: readonly T[], read: (type: T) => KeyObject): KeyObject | undefined {
  for (const type of types) {
    try {
      return read(type);
    } catch {
      // It is in another encoding, or not a key.
    }
  }
  return undefined;
}

function halfOf(key: KeyObject): PublicHalf | undefined {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < 1024 || bits > 2048) return undefined;
  const { n, e } = key.export({ format: 'jwk' });
  return { modulus: n!, exponent: e! };
}
