import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of an RSA key as numbers (base64url). */
export interface PublicHalf {
  readonly modulus: string;
  readonly exponent: string;
}

/**
 * The public half of a private key as SES wants it (base64 of the DER, PKCS#1 or PKCS#8, RSA of 1024 to 2048 bits);
 * undefined for anything else. SES takes anything that looks like base64, and then never verifies it.
 */
export function publicHalf(privateKey: string): PublicHalf | undefined {
  const der = Buffer.from(privateKey, 'base64');
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    const half = tryKey(() => createPublicKey(createPrivateKey({ key: der, format: 'der', type })));
    if (half) return half;
  }
  return undefined;
}

/** The private key in PEM, where it is one. */
export function pemOf(privateKey: string): string | undefined {
  const der = Buffer.from(privateKey, 'base64');
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type })
        .export({ type: 'pkcs8', format: 'pem' })
        .toString();
    } catch {
      // The other encoding, or none.
    }
  }
  return undefined;
}

/** The key in the `p=` of a DKIM record: SubjectPublicKeyInfo, or a bare RSAPublicKey. */
export function keyInRecord(value: string): PublicHalf | undefined {
  const tags = value.split(';').map((tag) => tag.split(/=(.*)/s).map((part) => part.trim()));
  const tag = (name: string) => tags.find(([key]) => key === name)?.[1];
  if ((tag('v') ?? 'DKIM1') !== 'DKIM1' || (tag('k') ?? 'rsa') !== 'rsa') return undefined;
  const der = Buffer.from((tag('p') ?? '').replace(/\s/g, ''), 'base64');
  if (der.length === 0) return undefined;
  for (const type of ['spki', 'pkcs1'] as const) {
    const half = tryKey(() => createPublicKey({ key: der, format: 'der', type }));
    if (half) return half;
  }
  return undefined;
}

function tryKey(read: () => KeyObject): PublicHalf | undefined {
  try {
    const key = read();
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType !== 'rsa' || bits < 1024 || bits > 2048) return undefined;
    const { n, e } = key.export({ format: 'jwk' });
    return { modulus: n!, exponent: e! };
  } catch {
    return undefined;
  }
}
