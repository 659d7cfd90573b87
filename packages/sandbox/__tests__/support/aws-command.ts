import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An `aws` command of this machine. */
export interface AwsCommand {
  readonly file: string;
  /** e.g. `aws-cli/2.23.6`. */
  readonly version: string;
}

interface Installed extends AwsCommand {
  /** The interpreter, where the command is a script of Python. */
  readonly python?: string;
}

/** Older ones do not heed `AWS_ENDPOINT_URL`, and would call AWS itself. By major version. */
const OLDEST: Readonly<Record<string, number>> = { 1: 29, 2: 13 };

const heedsEndpoint = ({ version }: AwsCommand): boolean => {
  const [, major = '', minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(minor) >= (OLDEST[major] ?? 0);
};

const firstLine = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'latin1').split('\n', 1)[0];
  } catch {
    return undefined;
  }
};
const says = (program: string, ...args: string[]): string | undefined => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** Python says the version of its module at once, the command itself after a second. */
function look(file: string): Installed | undefined {
  const line = firstLine(file);
  if (line === undefined) return undefined;
  const [, python] = /^#!\s*(\/\S*python\S*)\s*$/.exec(line) ?? [];
  if (python !== undefined) {
    const version = says(python, '-c', 'import awscli; print(awscli.__version__)');
    if (version !== undefined) return { file, version: `aws-cli/${version}`, python };
  }
  // Pyenv's stands for another file.
  const meant = file.includes('pyenv') && python === undefined ? says('pyenv', 'which', 'aws') : undefined;
  if (meant !== undefined && meant !== file) return look(meant);
  const version = says(file, '--version');
  return version === undefined ? undefined : { file, version: version.split(' ')[0] ?? '' };
}

const installed = (): Installed[] =>
  [...new Set([...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'])].flatMap(
    (folder) => look(path.join(folder, 'aws')) ?? [],
  );

/** Hands a call over to the server, and is the command itself where there is none. */
const client = ({ file, python }: Installed, place: string): string => `#!${python} -SE
import json, os, socket, sys
def is_open(descriptor):
    try:
        return os.fstat(descriptor) is not None
    except OSError:
        return False
descriptors = [each for each in range(10) if is_open(each)]
connection = socket.socket(socket.AF_UNIX)
try:
    connection.connect(${JSON.stringify(place)})
except OSError:
    os.execv(${JSON.stringify(file)}, [${JSON.stringify(file)}, *sys.argv[1:]])
socket.send_fds(connection, [b'.'], descriptors)
call = {
    'descriptors': descriptors,
    'arguments': sys.argv[1:],
    'environment': dict(os.environ),
    'folder': os.getcwd(),
}
connection.sendall(json.dumps(call).encode())
connection.shutdown(socket.SHUT_WR)
sys.exit(int(connection.recv(16) or 255))
`;

/**
 * Starts the command in one process that forks for each call: most of a call was Python's reading of the command's
 * modules. Where that cannot be, each call starts the command.
 */
function served(aws: Installed): AwsCommand {
  if (aws.python === undefined) return aws;
  const folder = mkdtempSync(path.join(tmpdir(), 'aws-server-'));
  const [file, place] = [path.join(folder, 'aws'), path.join(folder, 'socket')];
  writeFileSync(file, client(aws, place));
  chmodSync(file, 0o755);
  let server: ChildProcess;
  beforeAll(async () => {
    const script = path.join(__dirname, 'aws-server.py');
    server = spawn(aws.python!, [script, aws.file, place], { stdio: ['pipe', 'pipe', 'ignore'] });
    await new Promise((resolve) => {
      server.stdout!.once('data', resolve);
      server.once('error', resolve).once('close', resolve);
    });
  });
  afterAll(() => {
    server.stdin!.end();
    rmSync(folder, { recursive: true, force: true });
  });
  return { file, version: aws.version };
}

/** Runs the suite with the newest `aws` of this machine that can be pointed at a sandbox, or says why it is skipped. */
export const describeWithAws = (title: string, suite: (aws: AwsCommand) => void): void => {
  const all = installed().sort((a, b) => b.version.localeCompare(a.version, undefined, { numeric: true }));
  const aws = all.find(heedsEndpoint);
  if (aws) {
    describe(`${title}, by ${aws.version}`, () => suite(served(aws)));
    return;
  }
  const why = all[0]
    ? `${all[0].version} does not heed AWS_ENDPOINT_URL, 2.13 does`
    : 'there is no aws command (Debian: apt-get install awscli)';
  describe(title, () => {
    test.skip(`skipped: ${why}`, () => {});
  });
};
