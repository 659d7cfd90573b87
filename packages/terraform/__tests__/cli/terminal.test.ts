import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PROGRAM = path.join(__dirname, '..', '..', 'cli', 'main.ts');
const NODE = [process.execPath, '--require', require.resolve('tsx/cjs')].map((word) => `'${word}'`).join(' ');

test('one terminal starts a sandbox, another one sources its file, and Ctrl-C ends it', async () => {
  const first = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  for await (const text of first.stdout.setEncoding('utf8')) {
    told += text;
    if (told.includes('--help')) break;
  }
  const file = /^ {2}\. (\S+)$/m.exec(told)![1]!;
  const script = `. '${file}' && ${NODE} '${PROGRAM}' publish s1._domainkey.example.com 'v=DKIM1; p=x' && echo "$AWS_ENDPOINT_URL"`;
  const second = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  first.kill('SIGINT');
  const [exitCode] = await once(first, 'exit');

  expect(second).toMatchObject({ status: 0, stderr: '' });
  expect(second.stdout).toMatch(/1 published in DNS\nhttp:\/\/127\.0\.0\.1:\d+\n$/);
  expect({ exitCode, left: existsSync(file) }).toEqual({ exitCode: 0, left: false });
});
