import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** An `aws` command of this machine. */
export interface AwsCommand {
  readonly file: string;
  /** e.g. `aws-cli/2.23.6`. */
  readonly version: string;
}

/** Older ones do not heed `AWS_ENDPOINT_URL`, and would call AWS itself. By major version. */
const OLDEST: Readonly<Record<string, number>> = { 1: 29, 2: 13 };

const heedsEndpoint = ({ version }: AwsCommand): boolean => {
  const [, major = '', minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(minor) >= (OLDEST[major] ?? 0);
};

const installed = (): AwsCommand[] =>
  [...new Set([...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'])].flatMap(
    (folder) => {
      const file = path.join(folder, 'aws');
      const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
      return status === 0 ? [{ file, version: stdout.split(' ')[0] ?? '' }] : [];
    },
  );

/** Runs the suite with the newest `aws` of this machine that can be pointed at a sandbox, or says why it is skipped. */
export const describeWithAws = (title: string, suite: (aws: AwsCommand) => void): void => {
  const all = installed().sort((a, b) => b.version.localeCompare(a.version, undefined, { numeric: true }));
  const aws = all.find(heedsEndpoint);
  if (aws) {
    describe(`${title}, by ${aws.version}`, () => suite(aws));
    return;
  }
  const why = all[0]
    ? `${all[0].version} does not heed AWS_ENDPOINT_URL, 2.13 does`
    : 'there is no aws command (Debian: apt-get install awscli)';
  describe(title, () => {
    test.skip(`skipped: ${why}`, () => {});
  });
};
