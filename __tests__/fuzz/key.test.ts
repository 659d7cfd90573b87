import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { ByodkimError } from '../../handlers/errors/errors';
import { readSigningKey } from '../../handlers/keys/format/pem';
import { readPublicKeyDer } from '../../handlers/keys/format/public-key';
import { keyProblem } from '../../handlers/keys/format/rsa';
import { sameKey } from '../handlers/keys/format/rsa-numbers';
import { fuzzed } from './runs';

const privateKey = sameKey();
const publicKey = createPublicKey(privateKey);
const FILES = (['pkcs1', 'pkcs8'] as const).map((type) =>
  Buffer.from(privateKey.export({ type, format: 'pem' })),
);
const DERS = (['pkcs1', 'spki'] as const).map((type) => publicKey.export({ type, format: 'der' }));

type Change = readonly [number, number, Uint8Array];
const changes = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.constantFrom(
        ...['\n', '-----', '=', 'A', '-----END ', '-----BEGIN PRIVATE KEY-----\n'].map((text) =>
          Uint8Array.from(Buffer.from(text)),
        ),
      ),
    ),
  ),
  { maxLength: 5 },
);
const changed = (bytes: Buffer, all: readonly Change[]): Buffer =>
  all.reduce((before, [place, removed, added]) => {
    const at = place % (before.length + 1);
    return Buffer.concat([before.subarray(0, at), added, before.subarray(at + removed)]);
  }, bytes);
const octets = fc.uint8Array({ maxLength: 800 }).map((bytes) => Buffer.from(bytes));
const damaged = (sound: readonly Buffer[]) =>
  fc.tuple(fc.constantFrom(...sound), changes).map(([bytes, all]) => changed(bytes, all));

test('any file is a key that can sign, or is refused without being quoted', () => {
  const secret = FILES[1]!.toString().split('\n')[5]!;
  fc.assert(
    fc.property(fc.oneof(damaged(FILES), octets), (bytes) => {
      try {
        const { publicKey: found } = readSigningKey(bytes, 's3://keys/key.pem');
        expect(found.bits).toBeGreaterThanOrEqual(1024);
      } catch (error) {
        expect(error).toBeInstanceOf(ByodkimError);
        expect((error as ByodkimError).code).toBe('CERTIFICATE_INVALID');
        expect((error as Error).message).not.toContain(secret.slice(0, 24));
      }
    }),
    fuzzed(),
  );
});

test('any octets are a public key in valid DER, or none', () => {
  fc.assert(
    fc.property(fc.oneof(damaged(DERS), octets), (der) => {
      const reading = readPublicKeyDer(der);
      if ('key' in reading) keyProblem(reading.key);
    }),
    fuzzed(),
  );
});
