import { CliError } from '../../cli/cli-error';
import { type KeyOptions, readGivenKey } from '../../cli/find-record';
import type { CliWorld } from '../../cli/world';
import { newTestKey, testKey } from '../support/world';

const world = (file: Uint8Array | string = ''): CliWorld =>
  ({ readFile: async () => Buffer.from(file as string) }) as unknown as CliWorld;
const read = (given: KeyOptions, file?: Uint8Array | string) => readGivenKey(world(file), given);

describe('a key on the command line', () => {
  const { publicKey, value, pem } = testKey();

  it.each<[string, KeyOptions, string]>([
    ['its record', { record: value }, ''],
    ['a private key file', { keyFile: 'k' }, pem],
    [
      'a public key file',
      { keyFile: 'k' },
      `-----BEGIN PUBLIC KEY-----\n${publicKey.spki}\n-----END PUBLIC KEY-----`,
    ],
  ])('is %s', async (_, given, file) => {
    await expect(read(given, file)).resolves.toEqual(publicKey);
  });

  it('is undefined if none is given', async () => {
    await expect(read({})).resolves.toBeUndefined();
  });

  it.each<[string, KeyOptions, string]>([
    [
      'a public key of another kind',
      { keyFile: 'k' },
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
    ],
    ['two private keys', { keyFile: 'k' }, pem + newTestKey().pem],
    ['no key at all', { keyFile: 'k' }, 'hello'],
  ])('refuses %s', async (_, given, file) => {
    await expect(read(given, file)).rejects.toThrow(CliError);
  });
});
