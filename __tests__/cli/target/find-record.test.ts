import { CliError } from '../../../cli/errors/cli-error';
import { readKeyFile } from '../../../cli/target/find-record';
import type { CliWorld } from '../../../cli/world/world';
import { newTestKey, testKey } from '../../support/world';

const read = (file: string) =>
  readKeyFile({ readFile: async () => Buffer.from(file) } as unknown as CliWorld, 'k');

describe('a key file on the command line', () => {
  const { publicKey, pem } = testKey();

  it.each([
    ['a private key', pem],
    ['a public key', `-----BEGIN PUBLIC KEY-----\n${publicKey.spki}\n-----END PUBLIC KEY-----`],
  ])('is %s', async (_, file) => {
    await expect(read(file)).resolves.toEqual(publicKey);
  });

  it.each([
    [
      'a public key of another kind',
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
    ],
    ['two private keys', pem + newTestKey().pem],
    ['no key at all', 'hello'],
  ])('refuses %s', async (_, file) => {
    await expect(read(file)).rejects.toThrow(CliError);
  });
});
