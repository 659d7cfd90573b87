import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** An `aws` command of this machine. */
export interface AwsCommand {
  readonly file: string;
  /** e.g. `aws-cli/2.23.6`. */
  readonly version: string;
}

/** Older ones do not heed `AWS_ENDPOINT_URL`, and would call AWS itself. By major version. */
const OLDEST: Readonly<Record<string, number>> = { 1: 29, 2: 13 };

function installed(): AwsCommand[] {
  const folders = [
    ...new Set([...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin']),
  ];
  const files = folders.map((folder) => path.join(folder, 'aws')).filter((file) => existsSync(file));
  return files.flatMap((file) => {
    const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return status === 0 ? [{ file, version: stdout.split(' ')[0]! }] : [];
  });
}

const heedsEndpoint = ({ version }: AwsCommand): boolean => {
  const [, major = '', minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(minor) >= (OLDEST[major] ?? 0);
};

/** Runs the suite with an `aws` of this machine that can be pointed at a sandbox, or says why it is skipped. */
export const describeWithAws = (title: string, suite: (aws: AwsCommand) => void): void => {
  const aws = installed().find(heedsEndpoint);
  if (aws) describe(`${title}, by ${aws.version}`, () => suite(aws));
  else
    describe(title, () => {
      test.skip('skipped: there is no aws command of 2.13 or newer (Debian: apt-get install awscli)', () => {});
    });
};
