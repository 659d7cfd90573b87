import { type Command, Option } from 'commander';
import type { GivenKey } from './given-key';

/** Where the key comes from: the command line, a bucket's DNS information, or (without any) the function. */
export interface KeyOptions extends GivenKey {
  readonly bucket?: string;
}

export const addKeyOptions = (command: Command, what: string): Command =>
  command
    .addOption(
      new Option('--public-key <base64>', `${what}: what stands after p= in the record`).conflicts([
        'keyFile',
        'record',
      ]),
    )
    .addOption(new Option('--key-file <file>', `${what}: a PEM file, private or public`).conflicts('record'))
    .addOption(new Option('--record <value>', `${what}: a record's value, 'v=DKIM1; …'`))
    .addOption(
      new Option(
        '--bucket <bucket>',
        `${what}: the DNS information in this bucket (dns_records/), without asking the function`,
      ).conflicts(['publicKey', 'keyFile', 'record']),
    );
