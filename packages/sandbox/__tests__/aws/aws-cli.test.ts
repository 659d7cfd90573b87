import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeWithAws } from '../support/aws-command';
import { makeBucket, useOneSandbox } from '../use-sandbox';

/** The operator's own tool; each command takes it a second to start. */
describeWithAws('the aws command', ({ file }) => {
  const sandbox = useOneSandbox();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'aws-cli-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const aws = async (...args: string[]): Promise<any> => {
    const { stdout } = await promisify(execFile)(file, [...args, '--output', 'json'], {
      env: { PATH: process.env.PATH, HOME: folder, ...sandbox.environment },
    });
    return stdout.startsWith('{') ? JSON.parse(stdout) : stdout;
  };

  it('works with buckets and objects', async () => {
    const local = path.join(folder, 'file');
    await writeFile(local, 'content');
    await makeBucket(sandbox, 'keys');
    await aws('s3', 'cp', local, 's3://keys/a b/file');
    const { Contents } = await sandbox.call('s3', 'ListObjectsV2', { Bucket: 'keys' });
    expect(Contents).toMatchObject([{ Key: 'a b/file' }]);
    // Lists the objects, gets one, and deletes it.
    await aws('s3', 'mv', 's3://keys/', folder, '--recursive');
    expect(await readFile(path.join(folder, 'a b/file'), 'utf8')).toBe('content');
    expect(await sandbox.call('s3', 'ListObjectsV2', { Bucket: 'keys' })).toMatchObject({ KeyCount: 0 });
  });

  it('works with identities, and reports who it is', async () => {
    const identity = ['--email-identity', 'example.com'];
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'example.com' });
    const attributes = 'DomainSigningSelector=s1,DomainSigningPrivateKey=aGVsbG8=';
    expect(
      await aws(
        ...['sesv2', 'put-email-identity-dkim-signing-attributes', ...identity],
        ...['--signing-attributes-origin', 'EXTERNAL', '--signing-attributes', attributes],
      ),
    ).toEqual({ DkimStatus: 'NOT_STARTED', DkimTokens: ['s1'] });
    await expect(aws('sesv2', 'get-email-identity', '--email-identity', 'none.example')).rejects.toThrow(
      'NotFoundException',
    );
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '123456789012' });
  });
});
