import { execFileSync } from 'node:child_process';
import { asShell, forgetSurroundings } from '../../practice/surroundings';

/** Of somebody who works with AWS all day. */
const SHELL = {
  AWS_PROFILE: 'production',
  AWS_SESSION_TOKEN: "it's a token\nof two lines",
  AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
  TF_WORKSPACE: 'production',
  TF_CLI_ARGS_plan: '-lock=false',
  CI: 'true',
  TFENV_ROOT: '/opt/tfenv',
  MY_AWS_NOTE: 'AWS_REGION=here',
  CI_COMMIT_SHA: '1a2b3c4',
};
const KEPT = { TFENV_ROOT: '/opt/tfenv', MY_AWS_NOTE: 'AWS_REGION=here', CI_COMMIT_SHA: '1a2b3c4' };

describe('a shell’s variables for AWS, the engine and CI', () => {
  test('are removed from a process, and no others', () => {
    const environment: NodeJS.ProcessEnv = { ...SHELL };
    forgetSurroundings(environment);
    expect(environment).toEqual(KEPT);
  });

  test('are removed from a shell that sources the file, and the file’s own are set', () => {
    const program = `${asShell({ AWS_REGION: 'ap-northeast-1' })}\n exec "$NODE" -p 'JSON.stringify(process.env)'`;
    const output = execFileSync('sh', ['-euc', program], {
      env: { PATH: process.env.PATH, NODE: process.execPath, ...SHELL },
      encoding: 'utf8',
    });
    const { PATH: _, NODE: __, PWD: ___, ...environment } = JSON.parse(output);
    expect(environment).toMatchObject({ ...KEPT, AWS_REGION: 'ap-northeast-1' });
    expect(Object.keys(environment).filter((name) => /^(AWS_|TF_|CI$)/.test(name))).toEqual(['AWS_REGION']);
  });
});
