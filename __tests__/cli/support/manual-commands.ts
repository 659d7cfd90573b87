import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AwsCommand } from '../../../packages/sandbox/__tests__/support/aws-command';

/**
 * Makes a folder of commands for PATH: that `aws`, and a `dig` that prints as the real one does with `+short`, and asks
 * the test's server for every name server, since those of a zone are on port 53.
 */
export function commandFolder(folder: string, aws: AwsCommand, dnsAddress: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(aws.file, path.join(bin, 'aws'));
  const dig = path.join(bin, 'dig');
  writeFileSync(
    dig,
    `#!${process.execPath}
const { Resolver } = require('node:dns').promises;
const [type, name] = process.argv.slice(2).filter((word) => !/^[+@]/.test(word));
const resolver = new Resolver();
resolver.setServers(['${dnsAddress}']);
resolver.resolve(name, type).then(
  (records) => {
    for (const record of records)
      console.log(Array.isArray(record) ? record.map((text) => JSON.stringify(text)).join(' ') : record + '.');
  },
  () => {},
);
`,
  );
  chmodSync(dig, 0o755);
  return bin;
}
