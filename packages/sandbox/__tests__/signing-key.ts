import { generateKeyPairSync } from 'node:crypto';

/** A key as SES takes it, and its record. */
export function makeKey(type: 'pkcs1' | 'pkcs8' = 'pkcs8', modulusLength = 1024) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    privateKey: privateKey.export({ format: 'der', type }).toString('base64'),
    pem: privateKey.export({ format: 'pem', type }),
    record: `v=DKIM1; k=rsa; p=${spki}`,
  };
}

/** The attributes of BYODKIM. */
export const ownKey = (DomainSigningPrivateKey = makeKey().privateKey, DomainSigningSelector = 's1') => ({
  SigningAttributesOrigin: 'EXTERNAL',
  SigningAttributes: { DomainSigningSelector, DomainSigningPrivateKey },
});
