import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** An `aws` command of this machine. */
export interface AwsCommand {
  readonly file: string;
  /** e.g. `aws-cli/2.23.6`. */
  readonly version: string;
}

/** The newest `aws` there is; `undefined`: none. */
export function findAwsCommand(): AwsCommand | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'];
  const found = [...new Set(folders)].flatMap((folder): AwsCommand[] => {
    const file = path.join(folder, 'aws');
    const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return status === 0 ? [{ file, version: stdout.split(' ')[0] ?? '' }] : [];
  });
  return found.sort((a, b) => b.version.localeCompare(a.version, undefined, { numeric: true }))[0];
}

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
