import { byodkim } from '../support/terminal';

const LIST = `
defaults:
  region: ap-northeast-1
  selector: s1
control:
  functionName: mail-keys
backend:
  s3: { bucket: example-state, region: ap-northeast-1 }
domains:
  example.com:
    sendEmailRoles: [mailer]
`;
const policy = (args: readonly string[], list = LIST) =>
  byodkim(['policy', ...args], { readFile: async () => Buffer.from(list) });
const actionsOf = (text: string): string[] =>
  JSON.parse(text).Statement.flatMap(({ Action }: { Action: string[] }) => Action);

describe('policy', () => {
  it('prints a policy for the names of the list', async () => {
    const { exitCode, stdout } = await policy(['deploy-domain', '--account', '123456789012']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).Statement[0]).toMatchObject({
      Action: ['lambda:InvokeFunction'],
      Resource: expect.arrayContaining([
        'arn:aws:lambda:ap-northeast-1:123456789012:function:mail-keys:$LATEST',
      ]),
    });
    expect(stdout).toContain('arn:aws:iam::123456789012:role/mailer');
    expect(stdout).toContain('arn:aws:s3:::example-state');
  });

  it('grants nothing that the list does not use', async () => {
    const { stdout } = await policy(['deploy-domain'], LIST.replace('    sendEmailRoles: [mailer]\n', ''));
    expect(actionsOf(stdout).filter((action) => /^(iam|route53):/.test(action))).toEqual([]);
  });

  it('leaves open what several regions leave open', async () => {
    const { stdout } = await policy(['look'], `${LIST}  example.org: { region: us-east-1 }\n`);
    expect(JSON.parse(stdout).Statement[0].Resource).toEqual(['arn:aws:lambda:*:*:function:mail-keys:read']);
  });

  it('prints the policy of a bucket that exists: keys for the function and whom the list names', async () => {
    const keyStore =
      '  keyStore: { bucket: { existing: ours }, readers: ["arn:aws:iam::123456789012:user/k"] }';
    const list = LIST.replace('  functionName: mail-keys', `  functionName: mail-keys\n${keyStore}`);
    const { stdout } = await policy(['key-store', '--account', '123456789012'], list);
    expect(JSON.parse(stdout).Statement[1]).toMatchObject({
      Effect: 'Deny',
      Action: 's3:GetObject*',
      Resource: ['arn:aws:s3:::ours/dkim-certificates/*'],
      Condition: {
        ArnNotLike: {
          'aws:PrincipalArn': [
            'arn:aws:iam::123456789012:role/mail-keys-ap-northeast-1',
            'arn:aws:iam::123456789012:user/k',
          ],
        },
      },
    });
  });

  it('refuses to guess the account or the bucket of a bucket’s policy', async () => {
    for (const args of [['key-store'], ['key-store', '--account', '123456789012']]) {
      const { exitCode, stderr } = await policy(args);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('control.keyStore.bucket');
    }
  });

  it('refuses a role that there is not, and names those that there are', async () => {
    const { exitCode, stderr } = await policy(['admin']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('deploy-control, deploy-domain, look, on-call, audit, put-keys');
  });
});
