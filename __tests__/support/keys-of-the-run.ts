import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How many of each length this file of tests has had. */
const had = new Map<number, number>();

/**
 * An RSA key that this file of tests has not had yet. Others get the same ones: making one takes a tenth of a second, and
 * more. They lie in a temporary folder as long as the tests run (build-once.ts).
 */
export function rsaKey(modulusLength: number): KeyObject {
  const number = had.get(modulusLength) ?? 0;
  had.set(modulusLength, number + 1);
  const folder = process.env.BYODKIM_TEST_KEYS;
  if (folder === undefined) return make(modulusLength);
  const file = path.join(folder, `${modulusLength}-${number}.pem`);
  return read(file) ?? keep(make(modulusLength), file);
}

const make = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).privateKey;

function read(file: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appears as a whole: another file of tests that makes the key at this moment may take its place. */
function keep(key: KeyObject, file: string): KeyObject {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  renameSync(own, file);
  return key;
}
